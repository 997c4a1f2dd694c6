// Backups, for administrators: made while everything goes on, and recorded when they are there.
import type { BackupAnswer, BackupManifest, BackupProgress } from '../../shared/backup.js';
import type { DataLayer } from '../data/data-layer.js';
import { actorOf, type Caller } from './caller.js';
import { authorize } from './policy.js';

/** Writes a backup, step by step: how far it is, and at the end what was written. */
export type MakeBackup = (
  directory: string,
) => AsyncGenerator<
  { progress: BackupProgress; manifest?: undefined } | { progress?: undefined; manifest: BackupManifest }
>;

/** What is said while a backup is made; `backup` is the last. */
export type BackupLine = { progress: BackupProgress } | { backup: BackupAnswer };

/** How often is said how far it is, in milliseconds. */
const SAY_EVERY_MS = 100;

export function createBackupOperations({ data, make }: { data: DataLayer; make: MakeBackup }) {
  return {
    /**
     * Begins to write a backup into `directory`, on the daemon's machine.
     * @throws Problem `forbidden`, `conflict` if it cannot go there, `unavailable` if it could not be recorded
     */
    begin(caller: Caller, directory: string): AsyncGenerator<BackupLine> {
      authorize(caller, 'administer');
      const scope = data.as(actorOf(caller));
      scope.requireRoom();
      return lines(make(directory));

      async function* lines(steps: ReturnType<MakeBackup>): AsyncGenerator<BackupLine> {
        let saidAt = Number.NEGATIVE_INFINITY;
        for await (const { progress, manifest } of steps) {
          if (manifest !== undefined) {
            await scope.happened(happeningOf(manifest, directory));
            yield { backup: answerOf(manifest, directory, scope.eventIds) };
            continue;
          }
          const now = performance.now();
          if (now - saidAt < SAY_EVERY_MS) continue;
          saidAt = now;
          yield { progress };
        }
      }
    },
  };
}

const happeningOf = ({ id, events }: BackupManifest, directory: string) =>
  ({
    action: 'created',
    target: { type: 'audit', id: 'log' },
    eventName: 'backup.created',
    changes: {
      backup: { prev: null, next: id },
      directory: { prev: null, next: directory },
      events: { prev: null, next: events },
    },
  }) as const;

const answerOf = (
  { id, createdAt, events, pending, files }: BackupManifest,
  directory: string,
  eventIds: string[],
): BackupAnswer => ({
  id,
  directory,
  createdAt,
  events,
  pending,
  bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  eventIds,
});

export type BackupOperations = ReturnType<typeof createBackupOperations>;
