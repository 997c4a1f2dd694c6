// What a test of the terminal plays on: a daemon with a log, a person with a terminal, and the program.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
    ...more,
  });

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
    start: (screen, args) => screen.type(`${process.execPath} ${PROGRAM} ${args}\r`),
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
      assert.is(answer.body.stored, count);
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

/** Whether the terminal is as a shell wants it. */
export async function assertRestored(screen: TerminalScreen): Promise<void> {
  await screen.type(
    "stty -a | tr ';' '\\n' | grep -o -- '[-]*icanon.*echo ' | head -c 40; echo restored-$?\r",
  );
  await screen.shows(/\nrestored-0/);
  const text = (await screen.screen()).join('\n');
  assert.match(text, /^icanon|[^-]icanon/m);
}
