// What `whodid` alone says: what is here, and enough to make the next step. Asks nothing that would be recorded.
import type { Health } from '../shared/daemon-process.js';
import { endpointName } from '../shared/endpoint.js';
import { formatRef } from '../shared/object-ref.js';
import { Problem } from '../shared/problem.js';
import type { CommandContext } from './context.js';
import { dataState } from './data-state.js';
import { escapeText } from './output/escape.js';

/** The short overview, with the state of the daemon. */
export async function overview(context: CommandContext): Promise<string> {
  const facts = [['data', dataWords(context)], ...(await daemonWords(context))];
  const lines = facts.map(([label = '', words]) => `  ${label.padEnd(8)}  ${words}\n`).join('');
  return `whodid ${context.version}: who did what to which object, and when.\n\n${lines}\n${COMMANDS}`;
}

function dataWords({ data }: CommandContext): string {
  const place = escapeText(data.dir);
  switch (dataState(data)) {
    case 'there':
      return place;
    case 'absent':
      return `${place}: not there yet. Create it with: whodid init`;
    case 'not yours':
      return `${place}: another user's`;
  }
}

async function daemonWords(context: CommandContext): Promise<string[][]> {
  const at = escapeText(endpointName(context.endpoint()));
  try {
    const health = await context
      .client()
      .request<Health>({ method: 'GET', path: '/healthz', anonymous: true });
    const version = health.version === context.version ? '' : `, version ${escapeText(health.version)}`;
    return [
      ['daemon', `running (pid ${health.pid}${version}) at ${at}`],
      ['you', await whoWords(context)],
    ];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const next = dataState(context.data) === 'there' ? '. Start it with: whodid daemon start' : '';
    return [['daemon', `none answers at ${at}${next}`]];
  }
}

async function whoWords(context: CommandContext): Promise<string> {
  const token = Boolean(context.env.WHODID_TOKEN);
  if (!token && !(await context.session().exists())) return 'not logged in. Log in with: whodid login';
  try {
    const { name, actorType, id, role } = await context.client().me();
    return `${escapeText(name)} (${escapeText(formatRef(actorType, id))}, ${escapeText(role)})`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return escapeText(error.message);
  }
}

const COMMANDS = `Records
  whodid list users                list | get | create | update | delete
  whodid types list                which types there are; define your own

Who did what
  whodid audit target users 1      who has done what to this object
  whodid audit actor users 1       what this actor has done
  whodid audit events --since 2h   everything, by any filter; --follow
  whodid audit report FILE         load the events of another program
  whodid explore                   look around on the full screen

whodid --help lists every command, whodid <command> --help shows examples.
`;
