// The logger's thread of the troubled daemon.
import { parentPort, workerData } from 'node:worker_threads';
import { runLogger } from '#src/daemon/logger.js';
import { TROUBLE_VARIABLE, troubleFrom } from './trouble.js';

process.exit(await runLogger(parentPort!, workerData, troubleFrom(process.env[TROUBLE_VARIABLE]!)));
