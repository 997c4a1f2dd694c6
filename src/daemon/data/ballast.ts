// A file that holds disk space back. A full disk stops what would make room, too: SQLite needs space to delete and to
// copy its write-ahead log into the file. Then the ballast goes, the log catches up in its place, and it is made anew
// when there is room.
import { randomBytes } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';

export interface Ballast {
  /** Bytes that it holds back when it is there. */
  sizeBytes: number;
  /** Whether it is there. */
  isHeld(): boolean;
  /** Gives its space to the disk. */
  free(): void;
  /** Makes it. If there is no room it is not there, and nothing of it stays. */
  hold(): Promise<void>;
}

/** It is written in pieces of this many bytes, of noise, so that no file system can make it small. */
const PIECE_BYTES = 64 * 1024;

/** @param sizeBytes 0: there is none, and none is ever made */
export function createBallast(file: string, sizeBytes: number): Ballast {
  let held = sizeBytes > 0 && statSync(file, { throwIfNoEntry: false })?.size === sizeBytes;

  async function write(): Promise<void> {
    const piece = randomBytes(PIECE_BYTES);
    const handle = await open(file, 'w', 0o600);
    try {
      for (let written = 0; written < sizeBytes; written += PIECE_BYTES) {
        await handle.write(piece, 0, Math.min(PIECE_BYTES, sizeBytes - written));
      }
      // Space that is promised to a file may be missing when its blocks are looked for.
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  if (!held) rmSync(file, { force: true });
  return {
    sizeBytes,
    isHeld: () => held,
    free() {
      held = false;
      rmSync(file, { force: true });
    },
    async hold() {
      if (held || sizeBytes === 0) return;
      try {
        await write();
        held = true;
      } catch {
        await rm(file, { force: true });
      }
    },
  };
}
