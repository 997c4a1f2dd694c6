// whodid daemon: the daemon of this machine's data directory.
import type { Command } from 'commander';
import type { CommandContext } from '../../context.js';
import { addCommands, type CommandGroup, examples } from '../../lazy-commands.js';

const DAEMON_COMMANDS: CommandGroup[] = [
  {
    heading: 'Commands:',
    entries: [
      { name: 'start', summary: 'start it in the background', load: () => import('./start.js') },
      { name: 'stop', summary: 'stop it, when everything is in the log', load: () => import('./stop.js') },
      { name: 'restart', summary: 'stop it and start it again', load: () => import('./restart.js') },
      { name: 'status', summary: 'show whether and how it runs', load: () => import('./status.js') },
      { name: 'logs', summary: 'show what it has logged', load: () => import('./logs.js') },
      { name: 'run', summary: 'run it in the foreground', load: () => import('./run.js') },
    ],
  },
];

export function register(command: Command, context: CommandContext): void {
  command.description(
    'The daemon of the data directory ($WHODID_HOME, else $XDG_DATA_HOME/whodid). One daemon for one directory.',
  );
  examples(command, [
    ['Start it in the background', 'whodid daemon start'],
    ['Is it running, and where?', 'whodid daemon status'],
    ['What it has to say', 'whodid daemon logs --follow'],
  ]);
  addCommands(command, DAEMON_COMMANDS, () => context);
}
