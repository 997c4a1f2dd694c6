// What can stand where the cursor is: walks the words typed so far through the tree of commands, loading those that
// are named, and asks what the word being typed can be.
import type { Argument, Command, Option } from 'commander';
import { RESERVED_NAMES } from '../../shared/vocabulary.js';
import { loadCommand } from '../lazy-commands.js';
import { viewsOf } from '../output/options.js';
import type { KnownWords } from './known-words.js';
import { ARGUMENT_WORDS, OPTION_WORDS, type Words } from './word-table.js';

export interface Candidate {
  /** The whole word; one that ends with `:`, `=` or `,` goes on. */
  value: string;
  about?: string;
}

export type Completion = { candidates: Candidate[] } | { files: true };

const NOTHING: Completion = { candidates: [] };

/** What has been typed before the word in question. */
interface Place {
  command: Command;
  /** Arguments of the command so far. */
  given: string[];
  /** The option whose value comes next. */
  option?: Option;
  /** Whether `--` came: then nothing is an option any more. */
  ended: boolean;
}

/** @param words without the program itself; the last one is being typed */
export async function completions(
  program: Command,
  words: readonly string[],
  known: KnownWords,
): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const place = await placeAfter(program, words.slice(0, -1));
  if (place.option !== undefined)
    return valuesOf(OPTION_WORDS[place.option.long ?? ''], current, '', place, known);
  const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
  if (flag !== undefined && !place.ended) {
    return valuesOf(OPTION_WORDS[flag], value ?? '', `${flag}=`, place, known);
  }
  if (current.startsWith('-') && !place.ended && current !== '-') {
    return { candidates: fitting(optionsOf(place.command), current) };
  }
  if (place.command.commands.length > 0) {
    const commands = place.command.commands.map(each => ({ value: each.name(), about: each.summary() }));
    return { candidates: fitting(commands, current) };
  }
  const argument = argumentAt(place.command, place.given.length);
  if (argument === undefined) return NOTHING;
  return valuesOf(ARGUMENT_WORDS[argument.name()], current, '', place, known);
}

async function placeAfter(program: Command, words: readonly string[]): Promise<Place> {
  const place: Place = { command: program, given: [], ended: false };
  for (const word of words) {
    if (place.option !== undefined) delete place.option;
    else if (place.ended || !word.startsWith('-') || word === '-') await stepInto(place, word);
    else if (word === '--') place.ended = true;
    else {
      const option = word.includes('=') ? undefined : optionNamed(place.command, word);
      if (option?.required || option?.optional) place.option = option;
    }
  }
  return place;
}

/** A word that is no option: a command, or an argument. */
async function stepInto(place: Place, word: string): Promise<void> {
  const command = place.command.commands.find(each => each.name() === word);
  if (command === undefined) {
    place.given.push(word);
    return;
  }
  await loadCommand(command);
  place.command = command;
}

function optionNamed(command: Command, word: string): Option | undefined {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const found = at.options.find(({ long, short }) => long === word || short === word);
    if (found !== undefined) return found;
  }
  return undefined;
}

function optionsOf(command: Command): Candidate[] {
  const all: Candidate[] = [{ value: '--help', about: 'show help' }];
  for (let at: Command | null = command; at !== null; at = at.parent) {
    for (const { long, hidden, description } of at.options) {
      if (long && !hidden) all.push({ value: long, about: description });
    }
  }
  return all;
}

/** A variadic argument takes every place that is left. */
function argumentAt(command: Command, index: number): Argument | undefined {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  return registeredArguments[index] ?? (last?.variadic ? last : undefined);
}

const fitting = (all: Candidate[], current: string) => all.filter(({ value }) => value.startsWith(current));

/** @param before stands before the word, and before each candidate */
async function valuesOf(
  words: Words | undefined,
  current: string,
  before: string,
  place: Place,
  known: KnownWords,
): Promise<Completion> {
  if (words === undefined) return NOTHING;
  if ('file' in words) return { files: true };
  const values = await candidatesOf(words, current, place, known);
  const whole = fitting(values, current).map(({ value, ...more }) => ({ value: before + value, ...more }));
  return { candidates: whole };
}

async function candidatesOf(
  words: Exclude<Words, { file: true }>,
  current: string,
  place: Place,
  known: KnownWords,
): Promise<Candidate[]> {
  if ('of' in words) return plain(words.of);
  if ('some' in words) return listed(words.some, current);
  if ('pairs' in words) {
    const pair = words.pairs.find(({ word }) => current.startsWith(`${word}=`));
    if (pair === undefined) return plain(words.pairs.map(({ word }) => `${word}=`));
    return plain(pair.values.map(value => `${pair.word}=${value}`));
  }
  const [type] = place.given;
  switch (words.known) {
    case 'type':
      return plain(await known.types());
    case 'types':
      return listed(await known.types(), current);
    case 'field':
      return plain(await known.fields());
    case 'field=':
      return plain((await known.fields(typeOf(type))).map(field => `${field}=`));
    case 'shown fields':
      return listed(await shownFields(place, known), current);
    case 'user':
      return plain(await known.ids('users'));
    case 'token':
      return (await known.tokens()).map(({ id, name }) => ({ value: id, about: name }));
    case 'ref':
      return references(current, place, known);
    case 'object':
      if (place.given.length > 1) return [];
      return type === undefined ? objects(current, place, known) : plain(await known.ids(type));
  }
}

const plain = (values: readonly string[]): Candidate[] => values.map(value => ({ value }));

/** `a,b,` and one more. */
function listed(all: readonly string[], current: string): Candidate[] {
  const given = current.split(',').slice(0, -1);
  const before = given.map(word => `${word},`).join('');
  return plain(all.filter(word => !given.includes(word)).map(word => before + word));
}

/** `TYPE`, to be followed by an id, or `TYPE:ID` where a colon is typed. */
async function objects(current: string, place: Place, known: KnownWords): Promise<Candidate[]> {
  return current.includes(':') ? references(current, place, known) : plain(await typesAt(place, known));
}

async function references(current: string, place: Place, known: KnownWords): Promise<Candidate[]> {
  const type = typeOf(current);
  if (type === undefined || !current.includes(':')) {
    return plain((await typesAt(place, known)).map(name => `${name}:`));
  }
  return plain((await known.ids(type)).map(id => `${type}:${id}`));
}

/** The log also knows things that are no records. */
async function typesAt({ command }: Place, known: KnownWords): Promise<string[]> {
  const types = await known.types();
  return command.parent?.name() === 'audit' && types.length > 0 ? [...types, ...RESERVED_NAMES] : types;
}

async function shownFields({ command, given }: Place, known: KnownWords): Promise<string[]> {
  const views = viewsOf(command);
  if (views.length > 0) return [...new Set(views.flatMap(({ fields }) => fields.map(({ name }) => name)))];
  return ['id', ...(await known.fields(typeOf(given[0])))];
}

/** Of `TYPE` or `TYPE:ID`. */
function typeOf(word: string | undefined): string | undefined {
  const type = word?.split(':')[0];
  return type === '' ? undefined : type;
}
