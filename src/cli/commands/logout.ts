// whodid logout: ends the session at the daemon, and forgets it here.
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import { Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import type { Io } from '../io.js';
import { examples } from '../lazy-commands.js';
import type { SessionStore } from '../session.js';

export interface LogoutOptions {
  io: Io;
  client: Client;
  session: SessionStore;
  tokenSet: boolean;
}

export function register(command: Command, context: CommandContext): void {
  command.description('End the session: its tokens stop working at once.');
  examples(command, [['Log out', 'whodid logout']]);
  command.action(() =>
    run({
      io: context.io,
      client: context.sessionClient(),
      session: context.session(),
      tokenSet: Boolean(context.env.WHODID_TOKEN),
    }),
  );
}

/** Being logged out already is as good. */
export async function run({ io, client, session, tokenSet }: LogoutOptions): Promise<void> {
  if (await session.exists()) {
    await endSession(client);
    await session.forget();
    io.writeError('Logged out.\n');
  } else {
    io.writeError('Nobody was logged in.\n');
  }
  if (tokenSet) io.writeError('WHODID_TOKEN is still set and still works.\n');
}

async function endSession(client: Client): Promise<void> {
  try {
    await client.sessions.end('current');
  } catch (error) {
    // It has ended already: expired, revoked, or the user is gone.
    if (!(error instanceof Problem) || error.code !== 'unauthenticated') throw error;
  }
}
