// Imported into the program before it starts: at SIGUSR2 it collects garbage and notes what the heap then holds.
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  appendFileSync(process.env.WHODID_BENCH_HEAP, `${process.memoryUsage().heapUsed}\n`);
});
