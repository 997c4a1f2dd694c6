// How bree is told of a thread: by its module alone, with nothing looked for in folders and nothing printed.
import { fileURLToPath } from 'node:url';

/** Options of a bree whose jobs are all given to it. */
export const BY_HAND = { root: false, doRootCheck: false, logger: false } as const;

/** The job `name` that runs the module `entry` on a thread, with `workerData`. */
export function threadOf(name: string, entry: URL, workerData: Record<string, unknown>) {
  // Without `eval: false` bree runs a path with brackets or a dollar sign in it as source code.
  return { name, path: fileURLToPath(entry), worker: { eval: false, workerData } };
}
