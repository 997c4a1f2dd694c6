// Exports: who may have one, up to where it goes, and the event that it is.

import type { ExportRange } from '../../shared/audit-export.js';
import type { AuditFilter } from '../../shared/audit-filter.js';
import { auditQueryText } from '../../shared/audit-filter-text.js';
import { originOf } from '../../shared/log/checkpoint.js';
import { Problem } from '../../shared/problem.js';
import type { AuditLog } from '../audit/audit-log.js';
import { CSV_HEAD } from '../audit/export/csv-line.js';
import type { ExportPart } from '../audit/export/export-lines.js';
import type { DataLayer } from '../data/data-layer.js';
import type { Audit } from './audit.js';
import { actorOf, type Caller } from './caller.js';
import type { Evidence } from './evidence.js';
import { authorize } from './policy.js';

export interface ExportRequest extends Omit<ExportRange, 'through'> {
  filter: AuditFilter;
  /** Everything that is in the log when left out. */
  through?: number;
}

export interface OpenExport {
  /** The `seq` up to which it goes. */
  through: number;
  /** A checkpoint that covers it: of exactly so many events if no end was asked for. */
  checkpoint: string;
  /** What stands in front of the first line. */
  head: string;
  /** Its parts, in order; the next is made while the one before is taken. */
  parts(stillWelcome: () => Promise<unknown>): AsyncGenerator<ExportPart>;
}

export interface ExportsOptions {
  data: DataLayer;
  audit: AuditLog;
  queries: Pick<Audit, 'fresh' | 'sightOf'>;
  evidence: Pick<Evidence, 'signed' | 'checkpoint'>;
  /** Of whodid. */
  version: string;
}

export function createExports({ data, audit, queries, evidence, version }: ExportsOptions) {
  return {
    /** @throws Problem `forbidden`, and `conflict` for a place that the log has not reached */
    async open(caller: Caller, request: ExportRequest): Promise<OpenExport> {
      authorize(caller, 'audit.log');
      const { filter } = await queries.sightOf(caller, request.filter);
      await queries.fresh();
      const { size } = audit.head();
      await evidence.signed(size);
      const { checkpoint } = await evidence.checkpoint(caller);
      const signedSize = sizeOf(checkpoint);
      const { format, after, proofs, through = signedSize } = request;
      const beyond = Math.max(after, through);
      if (beyond > signedSize) {
        throw new Problem('conflict', `The log has ${signedSize} events: it has not reached ${beyond}.`);
      }
      await data.as(actorOf(caller)).occurred({
        action: 'viewed',
        target: { type: 'audit', id: 'log' },
        eventName: 'audit.exported',
        query: auditQueryText({ filter, exported: { format, after, through, proofs } }),
      });
      const part = (from: number) =>
        audit.exportPart({
          format,
          proofs,
          filter,
          after: from,
          through,
          source: { origin: originOf(data.instance), version },
        });

      async function* parts(stillWelcome: () => Promise<unknown>): AsyncGenerator<ExportPart> {
        let next = after < through ? part(after) : undefined;
        while (next !== undefined) {
          const made: ExportPart = await next;
          await stillWelcome();
          next = made.scannedThrough < through ? part(made.scannedThrough) : undefined;
          // Its failure is met when it is awaited, or nobody wants it any more.
          next?.catch(() => undefined);
          yield made;
        }
      }
      return { through, checkpoint, head: format === 'csv' ? CSV_HEAD : '', parts };
    },
  };
}

/** The events that a checkpoint covers: the second line of the note. */
const sizeOf = (checkpoint: string) => Number(checkpoint.split('\n')[1]);

export type Exports = ReturnType<typeof createExports>;
