// Types commands and shows what they answer, as a transcript. A command runs in this process through the very
// function that bin/whodid.js calls, on streams that look like a terminal: so it shows what people see there, and
// saves the start of node.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { main } from '../../dist/cli/main.js';

/** The words of a line, as a shell would split it: spaces part them, double quotes hold them together. */
function wordsOf(line) {
  return (line.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map(word => word.replaceAll('"', ''));
}

/**
 * Runs `whodid <words>`.
 * @param {string[]} words
 * @param {{ env: Record<string, string | undefined>, input?: string, terminal: boolean, columns?: number,
 *   out(text: string): void, error(text: string): void, signal: AbortSignal }} options
 * `terminal` is whether it finds one at both ends; `signal` interrupts it as Ctrl-C does.
 * @returns {Promise<number>} its exit status
 */
export function whodid(words, { env, input = '', terminal, columns = 80, out, error, signal }) {
  const stream = write =>
    new Writable({
      decodeStrings: false,
      write(text, _encoding, done) {
        write(String(text));
        done();
      },
    });
  return main(words, {
    stdin: Object.assign(Readable.from([input]), { isTTY: terminal }),
    stdout: Object.assign(stream(out), { isTTY: terminal, columns }),
    stderr: stream(error),
    // With CI it asks nothing and draws nothing that waits for a key.
    env: { ...env, CI: '1' },
    once(name, listener) {
      if (name === 'SIGINT') signal.addEventListener('abort', listener, { once: true });
    },
  });
}

/**
 * @param {{ place: ReturnType<import('./place.js').createPlace>, signal: AbortSignal }} options
 * `signal` ends the demo.
 */
export function createTerminal({ place, signal }) {
  const print = text => void process.stdout.write(text);
  const bold = text => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);

  function check(line, status, expected) {
    signal.throwIfAborted();
    if (status !== expected)
      throw new Error(`\`whodid ${line}\` ended with ${status} instead of ${expected}.`);
  }

  return {
    /** Prints a paragraph between commands. */
    say: text => print(`\n${text}\n`),

    /**
     * A person at the terminal: a function that types `whodid <line>`.
     * `password` names the person whose password is given on stdin, `token` is used as WHODID_TOKEN, `exit` is the
     * status that the command must end with (0 when left out).
     * @throws Error when it ends with another one, or the demo was interrupted
     */
    as: person =>
      async function type(line, { password, token, exit = 0 } = {}) {
        signal.throwIfAborted();
        const before = token === undefined ? '' : 'WHODID_TOKEN=$TOKEN ';
        const after = password === undefined ? '' : ` < ${basename(place.passwordFile(password))}`;
        print(`\n${bold(`${person}$ ${before}whodid ${line}${after}`)}\n`);
        const status = await whodid(wordsOf(line), {
          env: { ...place.environmentOf(person), WHODID_TOKEN: token },
          input: password === undefined ? '' : readFileSync(place.passwordFile(password), 'utf8'),
          terminal: true,
          columns: process.stdout.columns ?? 130,
          out: print,
          error: print,
          signal,
        });
        check(line, status, exit);
      },

    /** Types `TOKEN=$(whodid <line>)`: what it answers is kept and not shown. */
    async secretly(person, line) {
      signal.throwIfAborted();
      print(`\n${bold(`${person}$ TOKEN=$(whodid ${line})`)}\n`);
      let answer = '';
      const status = await whodid(wordsOf(line), {
        env: place.environmentOf(person),
        terminal: false,
        out: text => {
          answer += text;
        },
        error: print,
        signal,
      });
      check(line, status, 0);
      return answer.trim();
    },
  };
}
