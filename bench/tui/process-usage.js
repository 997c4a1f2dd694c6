// What a process takes, as Linux counts it: processor time, which says the same on a busy machine as on a quiet one,
// and memory.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processor time of all its threads so far, in milliseconds. */
export function processorMs(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const ns = tasks.map(task =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** Memory of the process, in MiB. */
export function residentMib(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/**
 * What its heap holds after all that nobody needs has been collected, in MiB; memory-probe.js runs in that process.
 * @param {string} file which the probe writes to
 */
export async function heapMib(pid, file) {
  const before = lines(file).length;
  process.kill(pid, 'SIGUSR2');
  while (lines(file).length === before) await delay(20);
  return Number(lines(file).at(-1)) / 2 ** 20;
}

function lines(file) {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}
