// A logger whose clock is ahead by what the environment said when its thread was started.
import { parentPort, workerData } from 'node:worker_threads';
import { runLogger } from '#src/daemon/logger.js';
import { passBy } from '#src/daemon/steps.js';

const aheadMs = Number(process.env.WHODID_TEST_AHEAD_MS ?? 0);

process.exit(await runLogger(parentPort!, workerData, passBy, () => Date.now() + aheadMs));
