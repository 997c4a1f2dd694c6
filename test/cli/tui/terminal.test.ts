// The terminal against a busy program: what has arrived counts before what a timer says of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TtyStreams } from '#src/cli/io.js';
import { openTerminal } from '#src/cli/tui/terminal/terminal.js';

const ESC = '\u001b';

/** Two ends of a connection, whose kernel holds what was written until it is read, as that of a terminal does. */
async function connection(): Promise<{ near: Socket; far: Socket; close(): void }> {
  const directory = mkdtempSync(join(tmpdir(), 'whodid-terminal-'));
  const server = createServer();
  const arrived = new Promise<Socket>(resolve => server.once('connection', resolve));
  await new Promise<void>(resolve => server.listen(join(directory, 's'), resolve));
  const near = connect(join(directory, 's'));
  const far = await arrived;
  return {
    near,
    far,
    close() {
      near.destroy();
      far.destroy();
      server.close();
      rmSync(directory, { recursive: true });
    },
  };
}

test('the rest of a sequence that arrived while a frame was drawn makes one key of it, however long that took', async () => {
  const { near, far, close } = await connection();
  const input = Object.assign(near, { setRawMode: () => near });
  const output = Object.assign(new PassThrough().resume(), { columns: 80, rows: 24 });
  const pressed = new Promise<string>(resolve => {
    const terminal = openTerminal({ input, output } as unknown as TtyStreams, {
      onInput(one) {
        terminal.close();
        resolve(one.kind === 'key' ? one.key : one.kind);
      },
      onResize() {},
      onStop() {},
      onContinue() {},
      onInterrupt() {},
    });
  });
  near.once('data', () => {
    far.write('[A');
    // Longer than ESC alone may take.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  });
  far.write(ESC);
  const key = await pressed;
  close();
  assert.is(key, 'up');
});

test.run();
