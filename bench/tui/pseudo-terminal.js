// A real pseudo-terminal with a program in it, held by script(1): keys go in, what the program draws comes out, and it
// can stall, as a terminal does behind a slow connection: nobody reads it, and its buffer is full.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';

/** What ends a frame: the end of synchronized output (mode 2026). */
const END_OF_FRAME = '\u001b[?2026l';
const PID = /pid (\d+)\r?\n/;

/**
 * @typedef {object} PseudoTerminal
 * @property {number} pid of the program
 * @property {(keys: string) => void} type
 * @property {(listener: ((frame: string) => void) | undefined) => void} onFrame called with each frame once all of it is there
 * @property {() => { frames: number, bytes: number }} drawn so far
 * @property {() => void} stall nobody reads it any more
 * @property {() => void} resume
 * @property {() => Promise<void>} ended the program has
 * @property {() => Promise<void>} kill ends it, if it has not
 */

/**
 * @param {{ command: string[], env: Record<string, string | undefined>, columns: number, lines: number }} options
 *   words of the command without spaces
 * @returns {Promise<PseudoTerminal>}
 */
export async function openPseudoTerminal({ command, env, columns, lines }) {
  const shell = `stty cols ${columns} rows ${lines}; echo pid $$; exec ${command.join(' ')}`;
  const child = spawn('script', ['-qfec', shell, '/dev/null'], {
    env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const decoder = new StringDecoder('utf8');
  let frames = 0;
  let bytes = 0;
  let text = '';
  let listener;
  const exited = once(child, 'exit');
  const pid = await new Promise((resolve, reject) => {
    exited.then(([status]) => reject(new Error(`The program ended (${status}) before it drew anything.`)));
    child.stdout.on('data', chunk => {
      bytes += chunk.length;
      text += decoder.write(chunk);
      const found = PID.exec(text);
      if (found !== null) resolve(Number(found[1]));
      for (let end = text.indexOf(END_OF_FRAME); end >= 0; end = text.indexOf(END_OF_FRAME)) {
        const frame = text.slice(0, end);
        text = text.slice(end + END_OF_FRAME.length);
        frames += 1;
        listener?.(frame);
      }
    });
  });
  return {
    pid,
    type: keys => void child.stdin.write(keys),
    onFrame(next) {
      listener = next;
    },
    drawn: () => ({ frames, bytes }),
    // Who holds the terminal stops reading it.
    stall: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    ended: async () => void (await exited),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGCONT');
      process.kill(pid, 'SIGKILL');
      await exited;
    },
  };
}
