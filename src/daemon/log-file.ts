// Where the background daemon's log goes: logs/daemon.log, rotated by size, a bounded number of files.
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const MIB = 1_024 * 1_024;

/** How large one file gets, and how many there are. */
export const LOG_FILES = { maxBytes: 5 * MIB, maxFiles: 5 };

export interface LogFileOptions {
  /** The newest file; older ones have `.1`, `.2` … behind the name, the oldest falls off. */
  file: string;
  /** A file that would grow past this is put aside. */
  maxBytes?: number;
  /** How many files there are at most, the newest included. */
  maxFiles?: number;
}

export interface LogFile {
  /** Appends a line that ends in a newline. Never throws: a log that cannot be written must not stop the daemon. */
  write(line: string): void;
  close(): void;
}

/**
 * Opens (or continues) a log file, mode 0600. Written synchronously: the line before a crash is the one that
 * matters, and the daemon logs little.
 * @throws Error when the file cannot be opened at all.
 */
export function openLogFile({
  file,
  maxBytes = LOG_FILES.maxBytes,
  maxFiles = LOG_FILES.maxFiles,
}: LogFileOptions): LogFile {
  let descriptor = open(file);
  let sizeBytes = fstatSync(descriptor).size;
  let lost = 0;

  function rotate(): void {
    closeSync(descriptor);
    for (let n = maxFiles - 1; n >= 1; n--) {
      const source = n === 1 ? file : `${file}.${n - 1}`;
      renameIfThere(source, `${file}.${n}`);
    }
    descriptor = open(file);
    sizeBytes = fstatSync(descriptor).size;
  }

  function append(line: string): void {
    const bytes = Buffer.from(line);
    if (sizeBytes > 0 && sizeBytes + bytes.length > maxBytes) rotate();
    writeSync(descriptor, bytes);
    sizeBytes += bytes.length;
  }

  return {
    write(line) {
      try {
        if (lost > 0) append(`${JSON.stringify({ level: 'warn', msg: 'Log lines were lost.', lost })}\n`);
        lost = 0;
        append(line);
      } catch {
        lost += 1;
      }
    },
    close: () => closeSync(descriptor),
  };
}

function open(file: string): number {
  return openSync(file, 'a', 0o600);
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
