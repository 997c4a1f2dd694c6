// The body of a record from the command line: `--set name=Ada`, `--set total:=12.5`, `--file f.json`, `-`.
// It is handed on as JSON text: a number that a double cannot hold must reach the daemon, which refuses it,
// and not be rounded on the way.
import type { Command } from 'commander';
import { Problem } from '../shared/problem.js';
import type { Io } from './io.js';
import { namedText } from './named-file.js';
import { collect } from './repeatable.js';

export interface BodyFlags {
  /** `field=text` or `field:=json`. */
  set?: string[];
  /** The name of a JSON file; `-` is stdin. */
  file?: string;
}

/** Declares `--set` and `--file`. */
export function addBodyOptions(command: Command): Command {
  return command
    .option(
      '--set <field=text>',
      'set a field to a text; --set field:=json to any JSON value; repeat for more',
      collect,
    )
    .option('--file <file>', 'take the fields from a JSON object in a file (- is stdin); --set wins');
}

/**
 * The body as JSON text.
 * @throws Problem `bad_request` when nothing was given, or what was given is not a JSON object
 */
export async function recordBody({ set = [], file }: BodyFlags, io: Pick<Io, 'stdin'>): Promise<string> {
  if (file === undefined && set.length === 0) {
    throw new Problem(
      'bad_request',
      'Which fields? Give them with --set field=text, --set field:=json or --file.',
    );
  }
  const text = file === undefined ? '{}' : await namedText(file, io);
  const { parse, stringify } = await import('lossless-json');
  const from = file === undefined ? '--set' : file === '-' ? 'stdin' : file;
  const body = jsonObject(parse, text, from);
  if (set.length === 0) return text;
  const fields = new Map<string, unknown>(Object.entries(body));
  for (const assignment of set) {
    const [field, value] = assigned(assignment, parse);
    fields.set(field, value);
  }
  const members = [...fields].map(([field, value]) => `${JSON.stringify(field)}:${stringify(value)}`);
  return `{${members.join(',')}}`;
}

type Parse = (text: string) => unknown;

function jsonObject(parse: Parse, text: string, from: string): object {
  const value = parsedJson(parse, text, from);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Problem('bad_request', `${from} holds JSON, but not an object like {"name": "Ada"}.`);
}

function parsedJson(parse: Parse, text: string, from: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem('bad_request', `${from} is not JSON: ${reason}.`);
  }
}

/** `field:=json` or `field=text`, whichever sign comes first. */
function assigned(assignment: string, parse: Parse): [field: string, value: unknown] {
  const [, field, sign, text = ''] = /^([^=]+?)(:?=)(.*)$/s.exec(assignment) ?? [];
  if (field === undefined) {
    throw new Problem('bad_request', `--set takes field=text or field:=json, not "${assignment}".`);
  }
  return [field, sign === '=' ? text : parsedJson(parse, text, `--set ${field}:=…`)];
}
