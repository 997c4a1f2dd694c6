// The logger's thread, as bree starts it.
import { parentPort, workerData } from 'node:worker_threads';
import { runLogger } from './logger.js';

process.exit(await runLogger(parentPort!, workerData));
