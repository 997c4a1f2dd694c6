// whodid doctor: what is wrong here, and what to do about it.
import { type Command, Option } from 'commander';
import {
  type Check,
  REPAIR_TARGETS,
  type RepairAnswer,
  type RepairTarget,
} from '../../shared/offline-process.js';
import { EXIT } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import { Exit } from '../exit.js';
import type { Io } from '../io.js';
import { examples } from '../lazy-commands.js';
import { createOffline, type Offline } from '../offline.js';
import { counted } from '../output/change-lines.js';
import { escapeText, type SafeText } from '../output/escape.js';
import { addOutputOptions, formatOf, type OutputFlags } from '../output/options.js';
import { type ShowOptions, showOne, showRows } from '../output/show.js';
import { paint } from '../output/style.js';
import { properties, type Style, type View } from '../output/view.js';

export interface DoctorOptions extends ShowOptions {
  offline: Offline;
}

const CHECK_VIEW: View<Check> = {
  fields: properties<Check>(['name', 'status', 'detail', 'advice']),
  row: ['status', 'name', 'detail', 'advice'],
};

const STYLES: Record<Check['status'], Style> = { ok: 'green', warn: 'yellow', fail: 'red' };

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Look at everything the daemon stands on and say what is wrong and what to do. Changes nothing, whether a ' +
      'daemon runs or not. Exit status 1 when something has failed. With --repair, and no daemon running, go on with ' +
      'what is there and record that in the log.',
  );
  examples(command, [
    ['Is all well?', 'whodid doctor'],
    ['For a script', 'whodid doctor --json'],
    ['Go on without what the log has lost', 'whodid doctor --repair log'],
    ['Go on with a data.db that is older than the log', 'whodid doctor --repair data'],
    ['Tell the log of records that were changed around it', 'whodid doctor --repair records'],
  ]);
  command.addOption(
    new Option('--repair <what>', 'what to go on with as it is').choices([...REPAIR_TARGETS]),
  );
  addOutputOptions(command, CHECK_VIEW).action(
    ({ repair, ...flags }: OutputFlags & { repair?: RepairTarget }) => {
      const options = { ...context, offline: createOffline(context.env), flags };
      return repair === undefined ? run(options) : runRepair({ ...options, what: repair });
    },
  );
}

const REPAIR_VIEW: View<RepairAnswer> = {
  fields: properties<RepairAnswer>(['found', 'corrected', 'putAside']),
  row: ['found', 'corrected', 'putAside'],
};

/** Repairs, and says what that came to. */
export async function runRepair({
  offline,
  what,
  ...show
}: DoctorOptions & { what: RepairTarget }): Promise<void> {
  const answer = await offline('repair', { what });
  const { io, flags } = show;
  if (formatOf(flags, io) !== 'table' || flags.fields !== undefined) {
    await showOne(answer, REPAIR_VIEW, show);
    return;
  }
  const aside = answer.putAside === undefined ? '' : ` What does not belong here is now ${answer.putAside}.`;
  const corrected = counted(answer.corrected, 'record was', 'records were');
  const said = `${answer.found} That is repaired, and recorded at the next start; ${corrected} corrected in the log.${aside}`;
  await io.write(`${escapeText(said)}\n`);
}

export async function run({ offline, ...show }: DoctorOptions): Promise<void> {
  const checks = await offline('doctor', {});
  const { io, flags } = show;
  if (formatOf(flags, io) === 'table' && flags.fields === undefined) await io.write(sentences(checks, io));
  else await showRows(inTurn(checks), CHECK_VIEW, show);
  if (checks.some(({ status }) => status === 'fail')) throw new Exit(EXIT.failed);
}

async function* inTurn<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}

/** A line each, what to do below it. Whole: advice that a table cuts off is none. */
function sentences(checks: Check[], { colour }: Pick<Io, 'colour'>): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, status, detail, advice }) => {
      const mark = paint(status.padEnd(4) as SafeText, STYLES[status], colour);
      const below = advice === undefined ? '' : `${' '.repeat(width + 8)}→ ${escapeText(advice)}\n`;
      return `${mark}  ${name.padEnd(width)}  ${escapeText(detail)}\n${below}`;
    })
    .join('');
}
