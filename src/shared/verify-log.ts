// Has the daemon recompute its log (GET /v1/audit/verification): lines of JSON that say how far it is, the last one
// what was found.
import { answerLines } from './answer-lines.js';
import type { VerifyLogOptions } from './client-api.js';
import type { Exchanger } from './exchange.js';
import { Problem } from './problem.js';
import type { LogVerdict, VerifyProgress } from './verification.js';

interface Line {
  verification?: string;
  progress?: VerifyProgress;
  verdict?: LogVerdict;
}

/** @throws Problem `unavailable` when the answer breaks off before the verdict */
export async function verifyLog(
  exchanger: Exchanger,
  { since, resume, onBegun, onProgress, signal }: VerifyLogOptions = {},
): Promise<LogVerdict> {
  const query = new URLSearchParams({
    ...(since === undefined ? {} : { since: `${since.size}:${since.root}` }),
    ...(resume === undefined ? {} : { resume }),
  });
  const answer = await exchanger.send({
    method: 'GET',
    path: '/v1/audit/verification',
    headers: { accept: 'application/x-ndjson' },
    query,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const { verification, progress, verdict } of answerLines<Line>(answer)) {
    if (verdict !== undefined) return verdict;
    if (verification !== undefined) onBegun?.(verification);
    if (progress !== undefined) onProgress?.(progress);
  }
  throw new Problem('unavailable', 'The daemon broke off before the log was verified. Begin again.', {
    reason: 'interrupted',
  });
}
