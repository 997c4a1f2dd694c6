// Exports: what they can be asked for and what a manifest says of one. No dependencies, so that the client starts fast.

/** The formats of an export, with the media type of each. */
export const EXPORT_FORMATS = {
  jsonl: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  cloudevents: 'application/x-ndjson',
  ocsf: 'application/x-ndjson',
} as const;
export type ExportFormat = keyof typeof EXPORT_FORMATS;

export const isExportFormat = (text: string): text is ExportFormat => Object.hasOwn(EXPORT_FORMATS, text);

/** Which events, in the order of the log, and how. */
export interface ExportRange {
  format: ExportFormat;
  /** Events after this `seq`; 0 for all. */
  after: number;
  /** Up to this `seq`; the size of a checkpoint, for lines that are proved. */
  through: number;
  /** Each line is `{ event, saltKey, hashes }` (or `salts`, of what something was erased of): a proof against the checkpoint of `through` events. Needs `jsonl`. */
  proofs: boolean;
}

/** The response headers that say up to which `seq` an export goes, and a checkpoint that covers it (in base64). */
export const THROUGH_HEADER = 'audit-export-through';
export const CHECKPOINT_HEADER = 'audit-export-checkpoint';

/** What is kept beside the file of an export, for checking it later. */
export interface ExportManifest {
  /** The version of this form. */
  whodidExport: 1;
  /** Which log it is. */
  origin: string;
  format: ExportFormat;
  proofs: boolean;
  /** The filters as a query string; empty for everything. */
  filter: string;
  after: number;
  through: number;
  events: number;
  /** Events up to this `seq` may be missing in it: they had been removed from the log, as old as it is kept. */
  removedThrough?: number;
  /** The name of the file. */
  file: string;
  /** SHA-256 of the file as it lies there, and of what is in it, as hexadecimal digits. */
  sha256: string;
  contentSha256: string;
  contentBytes: number;
  /** RFC 3339. */
  exportedAt: string;
  /** A signed note that covers `through`; with `proofs` the one that each line is proved against. */
  checkpoint: string;
  /** The key that signs it, and how it followed those before it, if any. */
  publicKey: string;
  rotations?: string[];
}
