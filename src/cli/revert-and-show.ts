// Undoing from the command line: what it would do is shown, then asked about, then done.
import type { Command } from 'commander';
import type { Client } from '../shared/client.js';
import { formatRef } from '../shared/object-ref.js';
import { EXIT, Problem } from '../shared/problem.js';
import type { Revert, RevertRequest } from '../shared/revert.js';
import { Exit } from './exit.js';
import { changeLines } from './output/change-lines.js';
import { escapeText } from './output/escape.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from './output/options.js';
import { type ShowOptions, showOne } from './output/show.js';
import { pickFields, properties, type View } from './output/view.js';
import { addWriteOptions, type WriteFlags, writeOptions } from './write-flags.js';

export interface RevertFlags extends OutputFlags, Pick<WriteFlags, 'comment'> {
  yes?: boolean;
  dryRun?: boolean;
}

const REVERT_VIEW: View<Revert> = {
  fields: properties<Revert>([
    'type',
    'id',
    'action',
    'changes',
    'notRestored',
    'correlationId',
    'etag',
    'preview',
    'eventIds',
  ]),
  row: ['type', 'id', 'action', 'changes', 'eventIds'],
};

/** Declares `--yes`, `--dry-run`, `--comment` and the formats. */
export function addRevertOptions(command: Command): Command {
  command.option('--yes', 'do it without asking').option('--dry-run', 'only show what would be done');
  return addOutputOptions(addWriteOptions(command, {}), REVERT_VIEW);
}

/**
 * @throws Problem `bad_request` without `--yes` where nobody can be asked; `conflict` if it was changed since; Exit
 * with 1 when the answer is no
 */
export async function revertAndShow(
  client: Client,
  request: RevertRequest,
  show: ShowOptions & { flags: RevertFlags },
): Promise<void> {
  const { io, flags } = show;
  pickFields(REVERT_VIEW, fieldNames(flags) ?? []);
  const forPeople = formatOf(flags, io) === 'table' && flags.fields === undefined;
  const { comment } = writeOptions(flags);
  const mayAsk = io.canPrompt && forPeople;
  if (!flags.yes && !flags.dryRun && !mayAsk) {
    throw new Problem(
      'bad_request',
      'This changes data: give --yes to do it, or --dry-run to see what it would do.',
    );
  }
  const preview = await client.audit.revert({ ...request, preview: true });
  if (forPeople) await io.write(planText(preview, io));
  if (flags.dryRun || preview.action === null) {
    if (!forPeople) await showOne(preview, REVERT_VIEW, show);
    return;
  }
  if (!flags.yes && !(await io.prompts.confirm('Do it?'))) throw new Exit(EXIT.failed);
  const { etag } = preview;
  const done = await client.audit.revert(request, {
    ...(comment === undefined ? {} : { comment }),
    ...(etag === undefined ? {} : { ifMatch: etag }),
  });
  if (!forPeople) return showOne(done, REVERT_VIEW, show);
  await io.write(`Done.\n${done.eventIds.map(id => `  event ${escapeText(id)}\n`).join('')}`);
}

const WHAT = {
  created: 'is created again',
  changed: 'is changed',
  deleted: 'is deleted',
  viewed: 'is looked at',
};

function planText(plan: Revert, io: ShowOptions['io']): string {
  const object = escapeText(formatRef(plan.type, plan.id));
  const kept =
    plan.notRestored.length === 0
      ? ''
      : `  The log does not hold ${escapeText(plan.notRestored.join(', '))}: not brought back.\n`;
  if (plan.action === null) return `${object} stands so already: there is nothing to do.\n${kept}`;
  return `${object} ${WHAT[plan.action]}:\n${changeLines(plan, io)}${kept}`;
}
