// The daemon's end of making backups: one at a time, on a thread of its own, its directory cleared if it does not come
// to its end.
import { Worker } from 'node:worker_threads';
import type { BackupManifest, BackupProgress } from '../../shared/backup.js';
import type { DataPaths } from '../../shared/paths.js';
import { Problem, type ProblemCode } from '../../shared/problem.js';
import { type BackupPlace, takePlace } from './place.js';
import type { WriteBackupOptions } from './write-backup.js';

export type BackupThreadData = Pick<WriteBackupOptions, 'paths' | 'directory'>;

export type BackupThreadMessage =
  | { type: 'progress'; progress: BackupProgress }
  | { type: 'done'; manifest: BackupManifest }
  | { type: 'failed'; code: ProblemCode; message: string };

/** How far it is, and at the end what was written. */
export type BackupStep =
  | { progress: BackupProgress; manifest?: undefined }
  | { progress?: undefined; manifest: BackupManifest };

export interface Backups {
  /**
   * Takes `directory` and begins; whoever stops reading the steps before the last ends it.
   * @throws Problem as `takePlace` does, and `conflict` while another one is made
   */
  begin(directory: string): AsyncGenerator<BackupStep>;
}

export function createBackups(paths: DataPaths, program: URL): Backups {
  let isBusy = false;
  const refuseSecond = () => {
    if (isBusy) throw new Problem('conflict', 'Another backup is being made. Try again when it is done.');
  };

  async function* run(place: BackupPlace): AsyncGenerator<BackupStep> {
    refuseSecond();
    isBusy = true;
    let isDone = false;
    try {
      for await (const step of stepsOf({ paths, directory: place.directory }, program)) {
        if (step.manifest !== undefined) {
          isDone = true;
          // Whoever hears that it is done may begin the next one.
          isBusy = false;
        }
        yield step;
      }
    } finally {
      if (!isDone) {
        place.clear();
        isBusy = false;
      }
    }
  }

  return {
    begin(directory) {
      refuseSecond();
      return run(takePlace(directory, paths.dir));
    },
  };
}

async function* stepsOf(data: BackupThreadData, program: URL): AsyncGenerator<BackupStep> {
  const worker = new Worker(program, { workerData: data });
  const messages: (BackupThreadMessage | Error)[] = [];
  let wake = () => {};
  const hear = (message: BackupThreadMessage | Error) => {
    messages.push(message);
    wake();
  };
  worker.on('message', hear);
  worker.on('error', hear);
  worker.on('exit', () => hear(new Error('The thread of the backup ended before it was done.')));
  try {
    for (;;) {
      const message = messages.shift();
      if (message === undefined) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      } else if (message instanceof Error) {
        throw message;
      } else if (message.type === 'failed') {
        throw new Problem(message.code, message.message);
      } else if (message.type === 'done') {
        yield { manifest: message.manifest };
        return;
      } else {
        // Only the newest counts.
        if (messages.length === 0) yield { progress: message.progress };
      }
    }
  } finally {
    await worker.terminate();
  }
}
