// whodid audit: questions to the log, and reports to it.
import type { Command } from 'commander';
import type { CommandContext } from '../../context.js';
import { addCommands, type CommandGroup, examples } from '../../lazy-commands.js';

const AUDIT_COMMANDS: CommandGroup[] = [
  {
    heading: 'Ask:',
    entries: [
      { name: 'actor', summary: 'what this actor has done', load: () => import('./actor.js') },
      { name: 'target', summary: 'who has done what to this object', load: () => import('./target.js') },
      { name: 'events', summary: 'everything, by any filter', load: () => import('./events.js') },
      { name: 'show', summary: 'one event with all its facts', load: () => import('./show.js') },
      { name: 'stats', summary: 'who and what is busiest, and when', load: () => import('./stats.js') },
    ],
  },
  {
    heading: 'How did it come to this:',
    entries: [
      { name: 'history', summary: 'the life of one object', load: () => import('./history.js') },
      { name: 'blame', summary: 'who set each field of an object', load: () => import('./blame.js') },
      { name: 'at', summary: 'an object as it stood at a moment', load: () => import('./at.js') },
    ],
  },
  {
    heading: 'In scripts and CI:',
    entries: [
      { name: 'wait', summary: 'wait until an event is in the log', load: () => import('./wait.js') },
      { name: 'expect', summary: 'assert what the log holds', load: () => import('./expect.js') },
    ],
  },
  {
    heading: 'Trust:',
    entries: [
      { name: 'verify', summary: 'whether the log is what it was', load: () => import('./verify.js') },
      {
        name: 'checkpoint',
        summary: 'what the log is at the moment, signed',
        load: () => import('./checkpoint.js'),
      },
      { name: 'prove', summary: 'a proof that an event is in the log', load: () => import('./prove.js') },
      {
        name: 'verify-proof',
        summary: 'check such a proof, without a daemon',
        load: () => import('./verify-proof.js'),
      },
      {
        name: 'retention',
        summary: 'what would be removed and erased now, by age',
        load: () => import('./retention.js'),
      },
      { name: 'erase', summary: 'take values out of the log for good', load: () => import('./erase.js') },
    ],
  },
  {
    heading: 'Tell:',
    entries: [
      {
        name: 'export',
        summary: 'events in the order of the log, to a file',
        load: () => import('./export.js'),
      },
      { name: 'report', summary: 'load the events of another program', load: () => import('./report.js') },
    ],
  },
];

export function register(command: Command, context: CommandContext): void {
  command.description('Ask who did what to which object, and when.');
  examples(command, [
    ['Who has done what to an object', 'whodid audit target users 1'],
    ['What somebody has done', 'whodid audit actor users 1 --since yesterday'],
    ['Who was refused what', 'whodid audit events --outcome denied'],
    ['Who set each field of an object', 'whodid audit blame users 1'],
    ['Is the log what it was?', 'whodid audit verify'],
  ]);
  addCommands(command, AUDIT_COMMANDS, () => context);
}
