// Every command, in the order of `whodid --help`. A new one is a file that exports `register`, and a line here.
import type { CommandGroup } from '../lazy-commands.js';

export const COMMANDS: CommandGroup[] = [
  {
    heading: 'Start here:',
    entries: [
      {
        name: 'init',
        summary: 'create the data directory, the keys and the first administrator',
        load: () => import('./init.js'),
      },
      {
        name: 'daemon',
        summary: 'run, start, stop and watch the daemon',
        load: () => import('./daemon/index.js'),
      },
      { name: 'login', summary: 'log in', load: () => import('./login.js') },
      { name: 'logout', summary: 'end the session', load: () => import('./logout.js') },
      { name: 'whoami', summary: 'show who is logged in', load: () => import('./whoami.js') },
      { name: 'passwd', summary: 'set a password', load: () => import('./passwd.js') },
    ],
  },
  {
    heading: 'Records:',
    entries: [
      { name: 'list', summary: 'list the records of a type', load: () => import('./list.js') },
      { name: 'get', summary: 'show one record', load: () => import('./get.js') },
      { name: 'create', summary: 'create a record', load: () => import('./create.js') },
      { name: 'update', summary: 'change fields of a record', load: () => import('./update.js') },
      { name: 'delete', summary: 'delete a record', load: () => import('./delete.js') },
      { name: 'types', summary: 'show and define types of records', load: () => import('./types/index.js') },
    ],
  },
  {
    heading: 'Who did what:',
    entries: [
      {
        name: 'audit',
        summary: 'ask the log by actor, by target or at large; report events to it',
        load: () => import('./audit/index.js'),
      },
      {
        name: 'explore',
        summary: 'look through the log on the full screen',
        load: () => import('./explore.js'),
      },
      { name: 'revert', summary: 'undo one change', load: () => import('./revert.js') },
      {
        name: 'restore-record',
        summary: 'bring a record back to how it stood',
        load: () => import('./restore-record.js'),
      },
    ],
  },
  {
    heading: 'Administration:',
    entries: [
      { name: 'tokens', summary: 'API tokens for programs', load: () => import('./tokens/index.js') },
      {
        name: 'backup',
        summary: 'write a backup while the daemon works',
        load: () => import('./backup.js'),
      },
      {
        name: 'restore',
        summary: 'put a backup in the place of what is there',
        load: () => import('./restore.js'),
      },
      {
        name: 'keys',
        summary: 'the keys that sign access tokens and checkpoints',
        load: () => import('./keys/index.js'),
      },
      {
        name: 'config',
        summary: 'show every setting and where it came from',
        load: () => import('./config.js'),
      },
      { name: 'doctor', summary: 'look for what is wrong', load: () => import('./doctor.js') },
      {
        name: 'completion',
        summary: 'make the tab key complete in bash, zsh or fish',
        load: () => import('./completion.js'),
      },
    ],
  },
];
