// `npm start`: whodid from an empty directory to the answers, as a transcript of a terminal. Everything is real
// (the program, a daemon, its API, files on disk) and lies in a temporary directory that is removed at the end,
// unless `npm start -- --keep` says otherwise.
import { fileURLToPath } from 'node:url';
import { createPlace } from './place.js';
import { createTerminal } from './terminal.js';

const HISTORY = 'examples/fastify-history.jsonl.gz';

const args = process.argv.slice(2);
if (args.some(arg => arg !== '--keep')) {
  process.stderr.write('Usage: npm start, or npm start -- --keep to go on with the demo daemon.\n');
  process.exit(2);
}
const keep = args.includes('--keep');

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interruption.abort());

const program = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const place = createPlace({ people: ['ada', 'grace', 'alan'], env: process.env });
const { say, as, secretly } = createTerminal({ place, signal: interruption.signal });
const [ada, grace, alan] = [as('ada'), as('grace'), as('alan')];

async function story() {
  say(`whodid: who did what to which object, and when.

This demo runs a daemon of its own in ${place.dir}; nothing of yours is touched.
What follows "ada$" is what Ada types, and below it stands what whodid answers.`);

  say('── 1. A data directory with its first administrator, and a daemon on it');
  await ada('init --name "Ada Lovelace" --email ada@example.com --password-stdin', { password: 'ada' });
  await ada('daemon start --listen 127.0.0.1:0');
  await ada('login --email ada@example.com --password-stdin', { password: 'ada' });

  say('── 2. Two more people, who log in too');
  await ada('create users --set name="Grace Hopper" --set email=grace@example.com --set role=editor');
  await ada('create users --set name="Alan Turing" --set email=alan@example.com');
  await ada('passwd 2 --password-stdin', { password: 'grace' });
  await ada('passwd 3 --password-stdin', { password: 'alan' });
  await grace('login --email grace@example.com --password-stdin', { password: 'grace' });
  await alan('login --email alan@example.com --password-stdin', { password: 'alan' });

  say(`── 3. They create, read, change and delete. Alan is a viewer: he may change his own name,
   but not his role`);
  await grace(
    'create notes --set targetType=users --set targetId=3 --set fieldName=email --set data="Bounces"',
  );
  await alan('get notes 1');
  await alan('update users 3 --set name="Alan M. Turing"');
  await alan('update users 3 --set role=admin', { exit: 5 });
  await ada('update users 3 --set email=turing@example.com --comment "Asked by phone"');
  await grace('update notes 1 --set data="Bounced; has a new address"');
  await grace('create notes --set targetType=users --set targetId=2 --set data="A mistake"');
  await grace('delete notes 2');
  await ada('list users');

  say('── 4. Another program reports what happened in it: the history of a well-known repository');
  const token = await secretly(
    'ada',
    'tokens create --name history --role reporter --expires 1d --actor-types users --target-types files --fields token',
  );
  await ada(`audit report ${HISTORY}`, { token });

  say('── 5. Who did what? What Grace has done');
  await ada('audit actor users 2');
  say('── Who has done what to the record of Alan');
  await ada('audit target users 3');
  say('── The same of what was reported: a file, and one of the people who changed files');
  await ada('audit target files fastify.js --limit 6');
  await ada('audit actor users u690f4c6c98 --action changed --limit 5');
}

const EXPLORE = `  whodid audit target users 3 --field email           # who changed this field?
  whodid audit events --since 1h --not action=viewed
  whodid audit events --outcome denied --json         # for programs; also --jsonl and --csv
  whodid audit events --follow                        # what happens from now on, until Ctrl-C
  whodid audit actor --help                           # every filter, after some examples`;

function farewell() {
  if (keep) {
    say(`── The daemon goes on. To explore as Ada, who is an administrator, paste this:

  export WHODID_HOME=${place.home} XDG_CONFIG_HOME=${place.configOf('ada')}
  alias whodid="node ${program}"

and then, for example:

${EXPLORE}

For Grace or Alan, XDG_CONFIG_HOME ends in grace or alan. To stop the daemon and remove everything:

  whodid daemon stop && rm -r ${place.dir}`);
  } else {
    say(`── That was all: the daemon is stopped, and its directory removed. To go on exploring,

  npm start -- --keep

leaves both, and says how to reach them and how to stop. Then try:

${EXPLORE}`);
  }
}

/** Says what went wrong, cleans up, and decides the exit status. */
async function fail(error) {
  const sentence = reason => (reason instanceof Error ? reason.message : String(reason));
  const interrupted = interruption.signal.aborted;
  process.stderr.write(interrupted ? '\nInterrupted.' : `\nThe demo failed: ${sentence(error)}`);
  process.exitCode = interrupted ? 130 : 1;
  try {
    await place.remove();
    process.stderr.write(' The demo daemon is stopped, and its directory removed.\n');
  } catch (problem) {
    process.stderr.write(` ${sentence(problem)}\n`);
    process.exitCode = 1;
  }
}

try {
  await story();
  if (!keep) await place.remove();
  farewell();
} catch (error) {
  await fail(error);
}
