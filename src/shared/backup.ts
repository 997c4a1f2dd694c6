// A backup as it lies in its directory: both databases of one moment, keys and settings, and a manifest that names
// them. Written by the daemon (`whodid backup`), read by the offline program (`whodid restore`).

/** The file that is written last: a directory without it is no complete backup. */
export const MANIFEST_FILE = 'manifest.json';

/** What the manifest calls its own form. */
export const BACKUP_FORMAT = 'whodid-backup/1';

/** A file of a backup. */
export interface BackedUpFile {
  /** Relative to the directory, with slashes. */
  path: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
}

export interface BackupManifest {
  format: typeof BACKUP_FORMAT;
  /** A UUID v7. */
  id: string;
  /** The version of whodid that wrote it. */
  version: string;
  /** Whose data it is. */
  instance: string;
  /** The moment that it is of, in milliseconds since the Unix epoch. */
  createdAt: number;
  /** Events in its log. */
  events: number;
  /** Events that were committed and not yet in the log: they are in its outbox, and get there when it is restored. */
  pending: number;
  /** The newest checkpoint of its log, a signed note; `null` before the first. */
  checkpoint: string | null;
  files: BackedUpFile[];
}

/** How far a backup is. */
export interface BackupProgress {
  /** Pages of the databases that are copied, and how many there are. */
  done: number;
  total: number;
}

/** What `whodid backup` answers. */
export interface BackupAnswer extends Pick<BackupManifest, 'id' | 'createdAt' | 'events' | 'pending'> {
  /** On the daemon's machine. */
  directory: string;
  bytes: number;
  eventIds: string[];
}

/** What `whodid restore` answers. */
export interface RestoreAnswer extends Pick<BackupManifest, 'id' | 'createdAt' | 'events' | 'pending'> {
  /** The data directory. */
  dir: string;
  instance: string;
  /** Events that the log of the data directory had before; absent if there was none, or it could not be read. */
  eventsBefore?: number;
  /** Where the files are that were there before; absent if there were none. */
  putAside?: string;
  /** API tokens that were revoked since the backup was made, as far as the files that were there told. */
  revokedTokens: number;
  /** Whether what was there told which record ids were given since; else ids go on behind a wide gap. */
  idsKnown: boolean;
  /** Events that this client has seen of the log; absent unless they are more than the backup has. */
  seen?: number;
}
