// What clients were told, over many lives of a daemon, and whether its log and records agree with it.
import { join } from 'node:path';
import { compareRecords } from '#src/daemon/agreement/record-differences.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { type Load, logFaults, wholeLog } from '../e2e/load.js';
import { createTreeCheck } from './tree-check.js';

export interface Ledger {
  add(load: Load): void;
  /** What the log, as the API gives it, lacks or has too much. */
  faults(url: string, token: string): Promise<string[]>;
  /** The log's tree is another one from here on, as after a migration that planted it. */
  treeIsNew(): void;
  /** The same of the files: each record is what the log says, and the tree is that of the events. */
  faultsInFiles(home: string): Promise<string[]>;
  figures(): Figures;
}

/** What was compared. */
export interface Figures {
  /** Events in the log. */
  stored: number;
  /** Events that a change or a read was told of, and reports that were taken. */
  acknowledged: number;
  reported: number;
  /** Requests that were sent, and reports. */
  requests: number;
}

/** Of several ledgers. */
export function sumOf(all: readonly Figures[]): Figures {
  const sum = (name: keyof Figures) => all.reduce((total, one) => total + one[name], 0);
  return {
    stored: sum('stored'),
    acknowledged: sum('acknowledged'),
    reported: sum('reported'),
    requests: sum('requests'),
  };
}

export const inWords = ({ stored, acknowledged, reported, requests }: Figures): string =>
  `${stored} events, ${acknowledged} acknowledged and ${reported} reported, ${requests} requests; ` +
  '0 lost, 0 doubled, 0 gaps, 0 broken chains, 0 uncaused, tree and records agree';

export function createLedger(): Ledger {
  const acknowledged = new Set<string>();
  const viewed = new Map<string, number>();
  const reported = new Set<string>();
  const sent = new Set<string>();
  const sentReports = new Set<string>();
  let tree = createTreeCheck();
  let stored = 0;

  return {
    add(load) {
      for (const id of load.acknowledged) acknowledged.add(id);
      for (const [id, count] of load.viewed) viewed.set(id, (viewed.get(id) ?? 0) + count);
      for (const id of load.reported) reported.add(id);
      for (const id of load.sent) sent.add(id);
      for (const id of load.sentReports) sentReports.add(id);
    },
    async faults(url, token) {
      const events = await wholeLog(url, token);
      stored = events.length;
      const faults = logFaults(events);
      const ids = new Set(events.map(({ id }) => id));
      for (const id of acknowledged) if (!ids.has(id)) faults.push(`the acknowledged event ${id} is lost`);
      const views = new Map<string, number>();
      const reports = new Set<string>();
      for (const { id, source, externalId, correlationId, action, targetType, targetId } of events) {
        if (source.startsWith('reported:')) {
          reports.add(externalId!);
          if (!sentReports.has(externalId!)) faults.push(`nobody reported ${externalId}`);
        } else if (targetType === 'notes') {
          if (!sent.has(correlationId!)) faults.push(`nobody sent what the event ${id} is of`);
          if (action === 'viewed') views.set(targetId, (views.get(targetId) ?? 0) + 1);
        }
      }
      for (const id of reported) if (!reports.has(id)) faults.push(`the acknowledged report ${id} is lost`);
      for (const [id, count] of viewed) {
        if ((views.get(id) ?? 0) < count)
          faults.push(`${count} answered reads of note ${id} have ${views.get(id) ?? 0} views`);
      }
      return faults;
    },
    treeIsNew() {
      tree = createTreeCheck();
    },
    async faultsInFiles(home) {
      const data = openForReading(join(home, 'data.db'));
      const audit = openForReading(join(home, 'audit.db'));
      try {
        const { differences } = await compareRecords({ data, audit });
        return [...tree.faults(audit), ...differences.map(difference => JSON.stringify(difference))];
      } finally {
        data.close();
        audit.close();
      }
    },
    figures: () => ({
      stored,
      acknowledged: acknowledged.size,
      reported: reported.size,
      requests: sent.size + sentReports.size,
    }),
  };
}
