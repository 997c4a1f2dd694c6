// What a test of the terminal plays on: a daemon with a log, a person with a terminal, and the program.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import stringWidth from 'string-width';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';
import { openScreen, type ScreenOptions, type TerminalScreen } from './tmux.js';

export const PROGRAM = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));

export interface Stage {
  it: TemporaryDaemon;
  /** The administrator's token, which the program is given. */
  admin: string;
  /** The client's directory. */
  config: string;
  env(more?: Record<string, string>): Record<string, string>;
  open(options?: Partial<ScreenOptions>): Promise<TerminalScreen>;
  /** Types `whodid` with these arguments. */
  start(screen: TerminalScreen, args: string): Promise<void>;
  /** Reports events `from` on, a minute apart, each about a file of its own: `files:f0001` … */
  report(from: number, count: number, more?: object): Promise<void>;
  closeScreens(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const it = await temporaryDaemon();
  const admin = await it.login();
  const config = mkdtempSync(join(tmpdir(), 'whodid-config-'));
  const programs = join(config, 'programs');
  mkdirSync(programs);
  symlinkSync(PROGRAM, join(programs, 'whodid'));
  const screens: TerminalScreen[] = [];
  const { body } = await it.ask('POST', '/v1/tokens', {
    token: admin,
    body: {
      name: 'ci',
      role: 'reporter',
      expiresAt: Date.now() + 3_600_000,
      actorTypes: ['users'],
      targetTypes: ['files'],
    },
  });
  const reporter: string = body.token;
  const env = (more: Record<string, string> = {}) => ({
    WHODID_URL: it.url,
    WHODID_TOKEN: admin,
    XDG_CONFIG_HOME: config,
    PATH: `${programs}:${process.env.PATH}`,
    ...more,
  });

  /** Waits until the log holds what was acknowledged; each question waits for that itself, a second at most. */
  async function stored(): Promise<void> {
    const asked = () => it.ask('GET', '/v1/audit/events?limit=1&target=audit:log', { token: admin });
    while ((await asked()).body.stale);
  }

  const stage: Stage = {
    it,
    admin,
    config,
    env,
    async open(options = {}) {
      const screen = await openScreen({ ...options, env: { ...env(), ...options.env } });
      screens.push(screen);
      return screen;
    },
    start: (screen, args) => screen.type(`whodid ${args}\r`),
    async report(from, count, more = {}) {
      const lines = Array.from({ length: count }, (_, index) => ({
        id: `e-${from + index}`,
        action: 'changed',
        timestamp: Date.UTC(2026, 0, 1) + (from + index) * 60_000,
        actorType: 'users',
        actorId: 'u1',
        targetType: 'files',
        targetId: `f${String(from + index).padStart(4, '0')}`,
        changes: { blob: { prev: `b${from + index}`, next: `c${from + index}` } },
        ...more,
      }));
      const raw = lines.map(line => JSON.stringify(line)).join('\n');
      const headers = { 'content-type': 'application/x-ndjson' };
      const answer = await it.ask('POST', '/v1/audit/events', { token: reporter, raw, headers });
      assert.is(answer.body.stored, count, JSON.stringify(answer.body));
      await stored();
    },
    async closeScreens() {
      await Promise.all(screens.splice(0).map(screen => screen.close()));
    },
    async close() {
      await stage.closeScreens();
      rmSync(config, { recursive: true, force: true });
      await it.stop();
    },
  };
  return stage;
}

/** Whether the terminal is as a shell wants it: it echoes what is typed, and edits lines. */
export async function assertRestored(screen: TerminalScreen): Promise<void> {
  await screen.type(
    'stty -a > "$XDG_CONFIG_HOME/stty"; grep -wo "\\-*icanon" "$XDG_CONFIG_HOME/stty"; echo "seen $?"\r',
  );
  const text = await screen.shows(/^seen 0$/m);
  assert.match(text, /^icanon$/m);
  assertCursorShown(screen);
}

/** The last that was said of the cursor, of pastes and of the alternate screen is that they are as a shell wants them. */
function assertCursorShown(screen: TerminalScreen): void {
  const written = screen.written();
  for (const [on, off] of [
    ['\u001b[?25h', '\u001b[?25l'],
    ['\u001b[?1049l', '\u001b[?1049h'],
    ['\u001b[?1000l', '\u001b[?1000h'],
  ] as const) {
    assert.ok(written.lastIndexOf(on) >= written.lastIndexOf(off), JSON.stringify(off));
  }
}

/** Nothing wraps: every line has at most as many cells as the terminal has columns. */
export function assertWidth(text: string, columns: number): void {
  for (const line of text.split('\n')) assert.ok(stringWidth(line) <= columns, line);
}

/** Sends a signal to the program that runs in the screen's shell. */
export async function signal(screen: TerminalScreen, name: string): Promise<void> {
  await promisify(execFile)('pkill', [`-${name}`, '-P', await screen.pid()]);
}

/**
 * What the program asked the log since an event, in words; everything else that was recorded is there by name. Without
 * what is counted at the end of a minute: that can be of those who asked before.
 */
export async function queriesSince({ it }: Stage, seq: number): Promise<string[]> {
  const since = (await it.events('limit=1000&order=asc')).filter(event => event.seq > seq);
  return since
    .filter(({ context, count }) => context?.userAgent?.startsWith('whodid/') && count === undefined)
    .map(({ eventName, context }) =>
      eventName === 'audit.queried' ? (context?.query ?? '') : (eventName ?? ''),
    );
}

/** Opens the explorer and waits until it is connected; behind it stands its exit status. */
export async function exploring(
  stage: Stage,
  args = '',
  { columns = 120, lines = 30, env = {} as Record<string, string> } = {},
): Promise<TerminalScreen> {
  const screen = await stage.open({ columns, lines, env });
  await stage.start(screen, `explore ${args}; echo "status $?"`);
  await screen.shows(/● connected[\s\S]*\? keys/);
  return screen;
}
