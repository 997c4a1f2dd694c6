// Has the daemon recompute its log (GET /v1/audit/verification): lines of JSON that say how far it is, the last one
// what was found.
import type { VerifyLogOptions } from './client-api.js';
import type { Exchanger } from './exchange.js';
import { Problem } from './problem.js';
import type { Answer } from './transport.js';
import type { LogVerdict, VerifyProgress } from './verification.js';

type Line = { progress: VerifyProgress; verdict?: undefined } | { progress?: undefined; verdict: LogVerdict };

/** @throws Problem `unavailable` when the answer breaks off before the verdict */
export async function verifyLog(
  exchanger: Exchanger,
  { since, onProgress, signal }: VerifyLogOptions = {},
): Promise<LogVerdict> {
  const answer = await exchanger.send({
    method: 'GET',
    path: '/v1/audit/verification',
    headers: { accept: 'application/x-ndjson' },
    ...(since === undefined ? {} : { query: new URLSearchParams({ since: `${since.size}:${since.root}` }) }),
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const { progress, verdict } of linesOf(answer)) {
    if (verdict !== undefined) return verdict;
    onProgress?.(progress);
  }
  throw new Problem('unavailable', 'The daemon broke off before the log was verified. Begin again.', {
    reason: 'interrupted',
  });
}

async function* linesOf({ body }: Answer): AsyncGenerator<Line> {
  body.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield JSON.parse(line) as Line;
    }
  } catch (error) {
    // A body that breaks off is told by the lack of a verdict.
    if (error instanceof SyntaxError) throw error;
  }
}
