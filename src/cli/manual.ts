// The manual page whodid(1), made from the commands themselves: what `--help` says cannot differ from it.
// Written in the man macros (groff_man(7)); `write-manual.ts` puts it into the package.
import type { Command } from 'commander';
import { EXIT } from '../shared/problem.js';
import { environmentName, SETTINGS } from '../shared/settings.js';
import { fullName } from './command-name.js';
import { examplesOf, loadCommand } from './lazy-commands.js';

/**
 * The page for a program whose commands are not loaded yet.
 * @param date of this text, as ISO 8601 has it, which man(7) and mdoc(7) both take
 */
export async function manualPage(program: Command, version: string, date: string): Promise<string> {
  const commands = await leaves(program);
  return [
    `.TH WHODID 1 "${date}" "whodid ${text(version)}" "User Commands"`,
    // Names are to be copied: no hyphens are put into them, and no spaces between words.
    '.nh',
    '.ad l',
    '.SH NAME',
    'whodid \\- who did what to which object, and when',
    '.SH SYNOPSIS',
    ...[
      '\\fBwhodid\\fR [\\fIoptions\\fR] \\fIcommand\\fR [\\fIargument\\fR ...]',
      '.br',
      '\\fBwhodid\\fR \\fIcommand\\fR \\fB\\-\\-help\\fR',
    ],
    '.SH DESCRIPTION',
    ...DESCRIPTION.flatMap((paragraph, index) => [...(index === 0 ? [] : ['.PP']), text(paragraph)]),
    '.SH OPTIONS',
    'These go with every command.',
    ...optionLines(program),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH "EXIT STATUS"',
    ...Object.entries(STATUSES).flatMap(([status, meaning]) => ['.TP', `\\fB${status}\\fR`, text(meaning)]),
    '.SH ENVIRONMENT',
    ...Object.entries(VARIABLES).flatMap(([name, meaning]) => [
      '.TP',
      `\\fB${text(name)}\\fR`,
      text(meaning),
    ]),
    '.PP',
    'Each setting of the daemon has a variable of its own:',
    ...SETTINGS.flatMap(({ name, description }) => [
      '.TP',
      `\\fB${text(environmentName(name))}\\fR`,
      text(description),
    ]),
    '.SH FILES',
    ...Object.entries(FILES).flatMap(([name, meaning]) => ['.TP', `\\fI${text(name)}\\fR`, text(meaning)]),
    '',
  ].join('\n');
}

const DESCRIPTION = [
  'whodid keeps an audit log for any application’s data. A local daemon serves users, notes and types of records of your own, and records who viewed, created, changed and deleted what; other programs report their events to it. This program drives it all, and asks the log by actor and by target.',
  'Objects are written TYPE ID or TYPE:ID. On a terminal answers are tables and sentences; in a pipe they are tab-separated rows without a header, and with --json, --jsonl or --csv what those say, with the fields that --fields picks.',
];

const STATUSES: Record<number, string> = {
  [EXIT.done]: 'Done.',
  [EXIT.failed]: 'Failed; an expectation that is not met.',
  [EXIT.usage]: 'Usage: an option or an argument does not fit.',
  [EXIT.notFound]: 'Not found.',
  [EXIT.notLoggedIn]: 'Not logged in, or the token was refused.',
  [EXIT.forbidden]: 'Forbidden.',
  [EXIT.conflict]: 'Conflict, or invalid data.',
  [EXIT.verificationFailed]: 'Verification failed.',
  [EXIT.unavailable]: 'No daemon answers, or it refuses work at the moment.',
  [EXIT.interrupted]: 'Interrupted by Ctrl-C.',
};

const VARIABLES: Record<string, string> = {
  WHODID_HOME: 'The data directory.',
  WHODID_URL: 'Where the daemon is, instead of its Unix socket in the data directory.',
  WHODID_TOKEN: 'An API token to speak with, instead of the session of whodid login.',
  WHODID_INTERACTIVE: 'With the value never nothing interactive is drawn.',
  'WHODID_PAGER, PAGER':
    'Shows what does not fit on the screen; less -FRX without. An empty value shows everything at once.',
  'NO_COLOR, CI': 'Set to anything: no colours; nothing interactive and no questions.',
};

const FILES: Record<string, string> = {
  '$WHODID_HOME, else $XDG_DATA_HOME/whodid, else ~/.local/share/whodid':
    'The data directory: databases, keys, logs, config.toml.',
  '$XDG_CONFIG_HOME/whodid, else ~/.config/whodid': 'Sessions and preferences of this program.',
};

/** Every command that does something, in the order of `--help`. */
async function leaves(command: Command): Promise<Command[]> {
  const all: Command[] = [];
  for (const each of command.commands) {
    await loadCommand(each);
    all.push(...(each.commands.length === 0 ? [each] : await leaves(each)));
  }
  return all;
}

function commandLines(command: Command): string[] {
  return [
    `.SS "${text(fullName(command))} ${text(argumentWords(command))}"`,
    text(command.description()),
    ...optionLines(command),
    ...examplesOf(command).flatMap(([meaning, example]) => [
      '.PP',
      `${text(meaning)}:`,
      '.RS 4',
      '.nf',
      text(example),
      '.fi',
      '.RE',
    ]),
  ];
}

function argumentWords({ registeredArguments }: Command): string {
  return registeredArguments
    .map(argument => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    })
    .join(' ');
}

function optionLines({ options }: Command): string[] {
  return options
    .filter(({ hidden }) => !hidden)
    .flatMap(({ flags, description }) => ['.TP', `\\fB${text(flags)}\\fR`, text(description)]);
}

/** Text as roff takes it: no line may begin with a control character, and hyphens are to be copied as they are. */
function text(words: string): string {
  const safe = words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll('’', '\\(cq')
    .replaceAll('…', '...')
    .replaceAll('→', '\\(->');
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}
