// A problem as it comes over the wire (RFC 9457), turned back into what was thrown on the other side.
import { PROBLEMS, Problem, type ProblemBody, type ProblemCode } from './problem.js';
import { type Answer, readText } from './transport.js';

/** What the daemon said went wrong; an answer that is no problem document of ours is named by its status. */
export async function answeredProblem(answer: Answer): Promise<Problem> {
  const body = parsedProblem(await readText(answer.body));
  const retryAfter = Number(answer.headers['retry-after'] ?? Number.NaN);
  const details = Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {};
  if (body !== undefined) {
    const errors = body.errors === undefined ? {} : { errors: body.errors };
    return new Problem(body.code, body.detail, { ...details, ...errors });
  }
  const sentence = `Something that is not whodid answered with HTTP status ${answer.status}.`;
  return new Problem(codeOfStatus(answer.status), sentence, details);
}

function parsedProblem(text: string): ProblemBody | undefined {
  try {
    const body = JSON.parse(text) as Partial<ProblemBody> | null;
    const known = typeof body?.code === 'string' && Object.hasOwn(PROBLEMS, body.code);
    return known && typeof body.detail === 'string' ? (body as ProblemBody) : undefined;
  } catch {
    return undefined;
  }
}

function codeOfStatus(status: number): ProblemCode {
  const found = Object.entries(PROBLEMS).find(([, kind]) => kind.status === status);
  if (found !== undefined) return found[0] as ProblemCode;
  return status >= 500 ? 'unavailable' : 'bad_request';
}
