// How a daemon shows that it is there: the line for whoever started it, and daemon.json for everybody else.
import { closeSync, rmSync, writeFileSync } from 'node:fs';
import { writeFileAtomically } from '../shared/atomic-file.js';
import {
  type DaemonNote,
  daemonNoteFile,
  READY_FD_VARIABLE,
  type ReadyMessage,
  readDaemonNote,
} from '../shared/daemon-process.js';

/** Tells the starting program, if it listens, what became of the start. Call once. */
export function announce(message: ReadyMessage, env: Record<string, string | undefined>): void {
  const descriptor = Number(env[READY_FD_VARIABLE]);
  if (!Number.isInteger(descriptor) || descriptor < 3) return;
  try {
    writeFileSync(descriptor, `${JSON.stringify(message)}\n`);
    closeSync(descriptor);
  } catch (error) {
    // Whoever started us may have been interrupted meanwhile: that is no reason to stop.
    if (!['EPIPE', 'EBADF'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Leaves the note. Write it right after the lock is held, and again when the addresses are known. */
export async function writeDaemonNote(dir: string, note: DaemonNote): Promise<void> {
  await writeFileAtomically(daemonNoteFile(dir), `${JSON.stringify(note, null, 2)}\n`);
}

/**
 * Takes the note away, if it is this process's, before the lock is released. Only after everything is stored: a
 * note without a daemon says that the last one did not end as it should.
 */
export function removeDaemonNote(dir: string, pid = process.pid): void {
  if (readDaemonNote(dir)?.pid === pid) rmSync(daemonNoteFile(dir), { force: true });
}
