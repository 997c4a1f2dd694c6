// Makes the ready bytes of an export, a bounded part of the log at a time, in the order of the log.

import type { ExportRange } from '../../../shared/audit-export.js';
import type { AuditFilter } from '../../../shared/audit-filter.js';
import { safeJsonLines } from '../../../shared/escape-text.js';
import { inclusionProof } from '../../../shared/log/merkle-tree.js';
import { subtreesOf } from '../../../shared/log/tiles.js';
import { eventJson } from '../event-json.js';
import type { EventRow } from '../event-rows.js';
import { scanLog } from '../log-scan.js';
import type { LogView } from '../log-view.js';
import { createSaltsReader, provedSalts } from '../stored-event.js';
import { createTileReader } from '../tile-reader.js';
import { cloudEventLine } from './cloud-event-line.js';
import { csvLine } from './csv-line.js';
import { createLineBytes } from './line-bytes.js';
import { type OcsfSource, ocsfLine } from './ocsf-line.js';

export interface ExportQuestion extends ExportRange {
  filter: AuditFilter;
  source: OcsfSource;
}

/** A part of an export. */
export interface ExportPart {
  /** Its lines. */
  data: Uint8Array;
  /** How many events they are. */
  events: number;
  /** Every event up to this `seq` was looked at: the next part begins after it. */
  scannedThrough: number;
}

/** Most lines of a part (about 10 ms), and the length after which it ends: what an export holds is bounded. */
const PART_LINES = 1_000;
const PART_LENGTH = 1024 * 1024;

/** Memory for a part when nothing is known of it, and how much more than the last one took, so that it need not grow. */
const FIRST_PART_BYTES = 64 * 1024;
const ROOM = 1.2;

export type ExportPartMaker = (question: ExportQuestion) => ExportPart;

export function createExportPartMaker(view: LogView): ExportPartMaker {
  const { db, terms } = view;
  const subtrees = subtreesOf(createTileReader(db));
  const saltsOf = createSaltsReader(db);
  /** Mostly the next part is about as long as the last one. */
  let expectedBytes = FIRST_PART_BYTES;

  function provedLine(row: EventRow, size: number): string {
    const [seq] = row;
    const hashes = inclusionProof(seq - 1, size, subtrees).map(hash => Buffer.from(hash).toString('base64'));
    const made = JSON.stringify(provedSalts(saltsOf(seq))).slice(1, -1);
    return `{"event":${eventJson(row, terms, true)},${made},"hashes":${JSON.stringify(hashes)}}`;
  }

  function lineMaker({ format, proofs, through, source }: ExportQuestion): (row: EventRow) => string {
    switch (format) {
      case 'csv':
        return row => csvLine(row, terms);
      case 'cloudevents':
        return row => `${cloudEventLine(row, terms, source.origin)}\n`;
      case 'ocsf':
        return row => `${ocsfLine(row, terms, source)}\n`;
      case 'jsonl':
        return proofs ? row => `${provedLine(row, through)}\n` : row => `${eventJson(row, terms, true)}\n`;
    }
  }

  return question => {
    const { after, through, filter, format } = question;
    const scan = scanLog(view, after, filter, PART_LINES);
    const rows = scan.rows.filter(([seq]) => seq <= through);
    const line = lineMaker(question);
    const lines = createLineBytes(expectedBytes);
    let events = 0;
    let length = 0;
    for (const row of rows) {
      if (length >= PART_LENGTH) break;
      const made = line(row);
      lines.add(format === 'csv' ? made : safeJsonLines(made));
      length += made.length;
      events += 1;
    }
    const isCut = events < rows.length;
    const data = lines.bytes();
    expectedBytes = Math.max(FIRST_PART_BYTES, Math.ceil(data.length * ROOM));
    return {
      data,
      events,
      scannedThrough: isCut ? rows[events - 1]![0] : Math.min(scan.scannedThrough, through),
    };
  };
}
