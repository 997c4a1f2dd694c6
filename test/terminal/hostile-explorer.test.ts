// Every view, form, menu and line of the explorer while its data hold what a terminal obeys: in the names, fields,
// values and reasons of a record, in what was typed and kept, and in what the daemon says.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { formatFilterLine } from '#src/cli/filter-line.js';
import { event } from '../cli/events.js';
import { type FakeDaemon, fakeDaemon, problemReply } from '../cli/fake-daemon.js';
import { STATUS } from '../cli/tui/explorer/an-explorer.js';
import { assertHarmless, END_SEEN, HEADER_SEEN, HOSTILE, type Planted, plant, SEEN } from './hostile.js';
import { exploring, openStage, type Stage } from './stage.js';
import type { TerminalScreen } from './tmux.js';

const SIZE = { columns: 200, lines: 50 };
/** The keys of the events, not of a line that is typed below them. */
const EVENTS = /━ Events ━[\s\S]*\n[^\n]* a actor [^\n]*q leave$/;
const KEPT = formatFilterLine({ include: { target: [`files:${HOSTILE}`] }, exclude: {} });

let stage: Stage;
let planted: Planted;
const fakes: FakeDaemon[] = [];

test.before(async () => {
  stage = await openStage();
  planted = await plant(stage);
});
test.after.each(() => stage.closeScreens());
test.after(async () => {
  await Promise.all(fakes.map(fake => fake.close()));
  await stage?.close();
});

const seen = (before: string, text = SEEN) => new RegExp(`${before}[\\s\\S]*${text}`);
const pasted = `\u001b[200~${HOSTILE}\u001b[201~`;

/** What is typed one after the other, and what each shows; a step without text presses a key of tmux. */
type Steps = readonly (readonly [typed: string | { press: string }, shows: RegExp])[];
const ESCAPE = [{ press: 'Escape' }, EVENTS] as const;

/** The views of the record, each from the list of its events and back to it. */
const VIEWS: readonly (readonly [what: string, steps: Steps])[] = [
  ['the list, the detail, the record, who and where', [['v', seen('Events ━')]]],
  ['the whole detail', [[{ press: 'Enter' }, seen('━ Event \\d+')], ESCAPE]],
  [
    'who set each field',
    [
      ['b', seen('━ Who set things:')],
      ['b', EVENTS],
    ],
  ],
  [
    'its history, with reasons',
    [['H', seen('The life of things:', HEADER_SEEN)], ['j', seen('The life of')], ESCAPE],
  ],
  [
    'through time, and back to how it stood',
    [
      ['s', seen('through time: change')],
      [{ press: 'Home' }, seen('change 1 of 3[\\s\\S]*What is different now')],
      ['u', seen('Bring it back to event')],
      [{ press: 'Escape' }, /change 1 of 3/],
      [{ press: 'Escape' }, EVENTS],
    ],
  ],
  [
    'counts, by each column',
    [
      ['S', /Counts by \[actor\]/],
      [{ press: 'Right' }, /Counts by actor \[target\]/],
      [{ press: 'Right' }, /\[action\]/],
      [{ press: 'Right' }, /\[outcome\]/],
      [{ press: 'Right' }, seen('\\[field\\]')],
      ESCAPE,
    ],
  ],
  ['bars over time', [['i', /When, by/], ESCAPE]],
  [
    'undoing, with a reason',
    [
      ['u', seen('Undo it\\?')],
      [{ press: 'Tab' }, /^Why/m],
      [pasted, seen('Why ', END_SEEN)],
      [{ press: 'Enter' }, seen('Because: ', 'owned')],
      [{ press: 'Escape' }, EVENTS],
    ],
  ],
  [
    'the form, what it would save, and why that is refused',
    [
      ['e', seen('━ things:\\d+ ')],
      [`${pasted.repeat(3)}\u0013`, seen('Save things:\\d+ like this\\?')],
      [{ press: 'Enter' }, /title.*(longer|more than|at most|characters)/],
      [{ press: 'Escape' }, EVENTS],
    ],
  ],
  ['a new record', [['c', /of which type/], [{ press: 'Enter' }, seen('━ new things')], ESCAPE]],
  [
    'deleting',
    [
      ['X', /^To delete things:/m],
      [pasted, seen('type its id: ', END_SEEN)],
      [{ press: 'Enter' }, /not its id/],
      ESCAPE,
    ],
  ],
  [
    'copying, shown because the terminal does not say that it takes it',
    [['y', /the event as JSON/], [{ press: 'Enter' }, seen('The event as JSON')], ESCAPE],
  ],
  ['the record as it is', [['L', seen('things:\\d+ as it is now')], ESCAPE]],
  [
    'marks',
    [
      [' ', /● 1 marked/],
      [{ press: 'Escape' }, /^(?![\s\S]*● 1 marked)/],
    ],
  ],
  ['the palette', [[':', /^:/m], [pasted, /Nothing is called that/], ESCAPE]],
  [
    'searching',
    [['/', /^search:/m], [pasted, seen('search: ', END_SEEN)], [{ press: 'Enter' }, /No loaded row/], ESCAPE],
  ],
  [
    'exporting to such a name',
    [
      ['x', /^write to:/m],
      [`\u0015/no/${pasted}`, seen('write to: ', END_SEEN)],
      [{ press: 'Enter' }, /That cannot be written/],
      ESCAPE,
    ],
  ],
  [
    'views that are kept',
    [
      ['m', seen('Keep this view')],
      [{ press: 'Escape' }, EVENTS],
    ],
  ],
  [
    'the filter of before',
    [
      ['f', /^filter:/m],
      [{ press: 'Up' }, seen('filter: ', END_SEEN)],
      [{ press: 'Escape' }, EVENTS],
    ],
  ],
  [
    'a filter that is wrong',
    [['f', /^filter:/m], [pasted, seen('filter: ', END_SEEN)], [{ press: 'Enter' }, /is no filter/], ESCAPE],
  ],
  [
    'a view that was kept',
    [
      ['1', /› target:"files:e\\u0001x[\s\S]*1\/3/],
      ['s', seen('change \\d of 3')],
      [{ press: 'Escape' }, EVENTS],
    ],
  ],
];

async function walk(screen: TerminalScreen, steps: Steps): Promise<void> {
  for (const [typed, shows] of steps) {
    if (typeof typed === 'string') await screen.type(typed);
    else await screen.press(typed.press);
    await screen.shows(shows);
  }
}

test('in every view of a record', async () => {
  mkdirSync(join(stage.config, 'whodid'), { recursive: true });
  const explorer = { saved: { 1: KEPT }, history: [KEPT] };
  writeFileSync(join(stage.config, 'whodid', 'preferences.json'), JSON.stringify({ explorer }));
  const screen = await exploring(stage, `things:${planted.thing}`, {
    ...SIZE,
    env: { WHODID_TOKEN: planted.token },
  });
  await screen.shows(/▌.*changed/);
  for (const [what, steps] of VIEWS) {
    const from = screen.written().length;
    await walk(screen, steps).catch((error: Error) => {
      throw new Error(`${what}: ${error.message}`);
    });
    assertHarmless(screen, from);
  }
  await screen.type('q');
  await screen.shows(/status 0/);
  assertHarmless(screen, 0);
});

test('in what the daemon says: a refusal, in place of the events and as a notice', async () => {
  const me = { actorType: 'users', id: HOSTILE, name: HOSTILE, role: 'admin' };
  const fake = await fakeDaemon(({ path, query }) => {
    if (path === '/v1/status') return { body: STATUS };
    if (path === '/v1/me') return { body: me };
    if (path === '/v1/audit/events' && query.get('actor') === null)
      return { body: { data: [event()], next: null, prev: null } };
    return problemReply(403, 'forbidden', HOSTILE);
  });
  fakes.push(fake);
  const screen = await stage.open({ ...SIZE, env: { WHODID_URL: fake.url } });
  await stage.start(screen, 'explore; echo "status $?"');
  await screen.shows(seen('▌.*notes:17[\\s\\S]*'));
  await screen.type('u');
  await screen.shows(new RegExp(`^${SEEN}`, 'm'));
  await screen.type('a');
  await screen.shows(seen('› users:1\n[\\s\\S]*', `${SEEN}[\\s\\S]*Backspace`));
  await screen.type('q');
  await screen.shows(/status 0/);
  assertHarmless(screen, 0);
});

test.run();
