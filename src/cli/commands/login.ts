// whodid login: exchanges e-mail and password for a session, which the following commands use.
import type { Command } from 'commander';
import type { Me } from '../../shared/api.js';
import type { Client } from '../../shared/client.js';
import { type Endpoint, endpointName } from '../../shared/endpoint.js';
import { formatRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import type { Io } from '../io.js';
import { examples } from '../lazy-commands.js';
import { escapeText, type SafeText, safe } from '../output/escape.js';
import { createPins } from '../pins.js';
import { askPassword } from '../secrets.js';
import { type SeenLog, seeLog } from '../seen-log.js';
import type { SessionStore } from '../session.js';

interface LoginFlags {
  email?: string;
  passwordStdin?: boolean;
}

export interface LoginOptions extends LoginFlags {
  io: Io;
  /** Speaks as the session once it is saved. */
  client: Client;
  session: SessionStore;
  endpoint: Endpoint;
  /** Looks at the log, so that this client knows later what it was. */
  seeLog(): Promise<Pick<SeenLog, 'findings'>>;
  /** Whether `WHODID_TOKEN` is set, which goes before any session. */
  tokenSet: boolean;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Log in. The password goes to the Unix socket of the daemon here, or to the address that --url names.',
  );
  examples(command, [
    ['Log in; what is missing is asked for', 'whodid login'],
    ['In a script', 'whodid login --email ada@example.com --password-stdin < password.txt'],
    ['On another machine', 'whodid login --url https://audit.example.com'],
  ]);
  command
    .option('--email <email>', 'your e-mail address')
    .option('--password-stdin', 'read the password from stdin')
    .action((flags: LoginFlags) => {
      const client = context.sessionClient();
      return run({
        ...flags,
        io: context.io,
        client,
        seeLog: () => seeLog({ client, pins: createPins(context.config) }),
        session: context.session(),
        endpoint: context.endpoint(),
        tokenSet: Boolean(context.env.WHODID_TOKEN),
      });
    });
}

export async function run(options: LoginOptions): Promise<void> {
  const { io, client, session, endpoint, tokenSet } = options;
  // Nobody should type a password for nothing.
  if (io.canPrompt) await client.request({ method: 'GET', path: '/healthz', anonymous: true });
  if (io.canPrompt) await tellWhoIsThere(options);
  const email = options.email ?? (await askEmail(io));
  warnOfPlainText(endpoint, io);
  const password = await askPassword(io, options.passwordStdin === true);
  await session.save(await client.sessions.create({ email, password }));
  io.writeError(`Logged in as ${whoWords(await client.me())} at ${escapeText(endpointName(endpoint))}.\n`);
  await lookAtLog(options);
  if (tokenSet)
    io.writeError('WHODID_TOKEN is set and goes before this session: unset it to use the session.\n');
}

const whoWords = ({ name, actorType, id, role }: Me): SafeText =>
  safe`${escapeText(name)} (${escapeText(formatRef(actorType, id))}, ${escapeText(role)})`;

/** A session that is there already; one that has ended says nothing. */
async function tellWhoIsThere({ io, client, session, endpoint }: LoginOptions): Promise<void> {
  if (!(await session.exists())) return;
  try {
    const who = whoWords(await client.me());
    io.writeError(
      `${who} is logged in at ${escapeText(endpointName(endpoint))}; a new session takes its place.\n`,
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/** Whoever cannot be shown the log is logged in all the same. */
async function lookAtLog({ io, seeLog }: LoginOptions): Promise<void> {
  const { findings } = await seeLog().catch((error: unknown) => {
    if (error instanceof Problem) return { findings: [] };
    throw error;
  });
  if (findings.length === 0) return;
  io.writeError(
    'The audit log is not the one that this client has seen before: look with `whodid audit verify`.\n',
  );
  for (const { sentence } of findings) io.writeError(`  ${escapeText(sentence)}\n`);
}

async function askEmail(io: Io): Promise<string> {
  if (io.canPrompt) return io.prompts.input('E-mail');
  throw new Problem(
    'bad_request',
    'The e-mail address is missing: there is no terminal to ask on. Use --email.',
  );
}

/** A password over plain HTTP is fine on this machine alone. */
function warnOfPlainText(endpoint: Endpoint, io: Io): void {
  if (endpoint.kind !== 'url' || endpoint.url.protocol === 'https:') return;
  if (/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(endpoint.url.hostname)) return;
  io.writeError(
    `The password travels to ${endpointName(endpoint)} without encryption: put TLS in front of it.\n`,
  );
}
