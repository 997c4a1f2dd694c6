// Other keys for actions, from keys.toml of the client's directory:
//
//   [explorer]
//   copy = ["y", "ctrl+y"]
//   leave = "Q"
//
//   [table]
//   follow = "ctrl+f"
//
// A key that then means two things in one place is an error at the start, not a surprise later.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import type { ClientPaths } from '../../../shared/paths.js';
import { Problem } from '../../../shared/problem.js';
import type { Action } from './action.js';

const FILE = 'keys.toml';

/** What a section of keys.toml says; nothing when there is no such file. @throws Problem `bad_request` */
export async function readBindings({ dir }: Pick<ClientPaths, 'dir'>, section: string): Promise<unknown> {
  const file = join(dir, FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return parse(text)[section];
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new Problem('bad_request', `${file} is not TOML: ${reason}`);
  }
}

/**
 * The actions with the keys that `bindings` gives some of them.
 * @throws Problem `bad_request` for an action that there is none of, and for a key with two meanings in one place
 */
export function bound<State, Place extends string>(
  actions: readonly Action<State, Place>[],
  bindings: unknown,
): readonly Action<State, Place>[] {
  if (bindings === undefined) return actions;
  if (typeof bindings !== 'object' || bindings === null)
    throw refused('a section holds actions and their keys.');
  const wanted = new Map(Object.entries(bindings).map(([id, keys]) => [id, keysOf(id, keys)]));
  const rebound = actions.map(action => {
    const keys = wanted.get(action.id);
    wanted.delete(action.id);
    return keys === undefined ? action : { ...action, keys };
  });
  for (const id of wanted.keys()) throw refused(`there is no action "${id}"; ? and the manual list them.`);
  assertUnambiguous(rebound);
  return rebound;
}

function keysOf(id: string, keys: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(keys) ? keys : [keys];
  const isKey = (key: unknown): key is string => typeof key === 'string' && /^\S+$/.test(key);
  if (list.length === 0 || !list.every(isKey)) throw refused(`${id} takes keys, as in ["y", "ctrl+y"].`);
  return list;
}

function assertUnambiguous<State, Place extends string>(actions: readonly Action<State, Place>[]): void {
  const taken = new Map<string, string>();
  for (const { id, keys, places } of actions) {
    for (const place of places) {
      for (const key of keys) {
        const other = taken.get(`${place} ${key}`);
        if (other !== undefined && other !== id)
          throw refused(`${key} is both ${other} and ${id} (in ${place}).`);
        taken.set(`${place} ${key}`, id);
      }
    }
  }
}

const refused = (what: string) => new Problem('bad_request', `${FILE}: ${what}`);
