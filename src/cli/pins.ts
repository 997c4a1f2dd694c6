// What this client has seen of logs: for each instance the key that signs its checkpoints, and the last checkpoint
// that is known to continue those before. In the client's directory, where whoever rewrites a log does not reach.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../shared/atomic-file.js';
import type { Pin } from '../shared/offline-process.js';
import type { ClientPaths } from '../shared/paths.js';
import { Problem } from '../shared/problem.js';
import { makeClientDir } from './session-file.js';

export interface Pins {
  /** The file of an instance. */
  fileOf(instance: string): string;
  /** @throws Problem `conflict` for a damaged one: it is never taken for an absent one */
  get(instance: string): Promise<Pin | undefined>;
  /** All of them, by instance. */
  all(): Promise<Record<string, Pin>>;
  set(instance: string, pin: Pin): Promise<void>;
}

const SUFFIX = '.json';

export function createPins(paths: ClientPaths): Pins {
  const fileOf = (instance: string) => join(paths.pins, `${encodeURIComponent(instance)}${SUFFIX}`);

  async function get(instance: string): Promise<Pin | undefined> {
    const file = fileOf(instance);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const pin = parsed(text);
    if (pin === undefined) {
      throw new Problem(
        'conflict',
        `${file} is damaged: it holds what this client has seen of a log. Delete it to begin anew with the log as it is.`,
      );
    }
    return pin;
  }

  return {
    fileOf,
    get,
    async all() {
      const names = await readdir(paths.pins).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const pins: Record<string, Pin> = Object.create(null);
      for (const name of names.filter(name => name.endsWith(SUFFIX))) {
        const instance = decodeURIComponent(name.slice(0, -SUFFIX.length));
        pins[instance] = (await get(instance))!;
      }
      return pins;
    },
    async set(instance, pin) {
      await makeClientDir(paths);
      await mkdir(paths.pins, { recursive: true, mode: 0o700 });
      await writeFileAtomically(fileOf(instance), `${JSON.stringify(pin, null, 2)}\n`);
    },
  };
}

function parsed(text: string): Pin | undefined {
  try {
    const pin = JSON.parse(text) as Partial<Pin> | null;
    const { publicKey, checkpoint, verified, interrupted } = pin ?? {};
    if (typeof publicKey !== 'string' || typeof checkpoint !== 'string') return undefined;
    const isResumable = typeof interrupted?.id === 'string' && Number.isSafeInteger(interrupted.since);
    return {
      publicKey,
      checkpoint,
      ...(typeof verified === 'string' ? { verified } : {}),
      ...(isResumable ? { interrupted } : {}),
    };
  } catch {
    return undefined;
  }
}
