// The whole client in the process of a test: its arguments, its environment, what it wrote and how it ended.
import { PassThrough, Writable } from 'node:stream';
import { main } from '#src/cli/main.js';

export interface Ran {
  /** The exit status. */
  exit: number;
  out: string;
  err: string;
}

/** Runs `whodid` with these arguments and nothing but this environment, in pipes. */
export async function runMain(
  args: string[],
  env: Record<string, string>,
  input: string | Buffer = '',
): Promise<Ran> {
  const stdin = new PassThrough();
  stdin.end(input);
  const [stdout, stderr] = [collector(), collector()];
  const exit = await main(args, { stdin, stdout, stderr, env, once: () => undefined });
  return { exit, out: stdout.text(), err: stderr.text() };
}

function collector(): Writable & { text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString() });
}
