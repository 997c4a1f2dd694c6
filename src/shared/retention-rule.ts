// Rules by which contents of older events are erased where they stand, as config.toml has them.
import { ERASURE_POINTER, erasurePaths } from './erasure-path.js';
import { CONTEXT_MEMBERS } from './log/leaf-parts.js';
import { TYPE_NAME } from './object-ref.js';
import { Problem } from './problem.js';
import { ACTIONS, type Action } from './vocabulary.js';

/** What goes of which events, how long after they were stored. */
export interface RetentionRule {
  /** A number of days, as `90d`. */
  after: string;
  /** Of events about objects of these types; of every type when left out. */
  types?: string[];
  /** Of these actions; of all when left out. Either these or `types` are given. */
  actions?: Action[];
  /** What goes, in the words of `whodid audit erase --field`; everything that can when left out. */
  fields?: string[];
}

/** Most rules, and most items of a list in one. */
const MAX_RULES = 50;
const MAX_ITEMS = 100;

const LISTS = { types: isType, actions: isAction, fields: isField } as const;
const KEYS = ['after', ...Object.keys(LISTS)];

/** Why a value is no word of the list; `null` for one that is. */
function isType(word: string): string | null {
  return TYPE_NAME.test(word) ? null : 'is not the name of a type';
}

function isAction(word: string): string | null {
  return ACTIONS.some(action => action === word) ? null : `is none of ${ACTIONS.join(', ')}`;
}

function isField(word: string): string | null {
  const paths = word === '' ? undefined : erasurePaths(word);
  return paths?.every(path => new RegExp(ERASURE_POINTER).test(path))
    ? null
    : `is nothing that can be erased: a field, actorName, targetName, names, changes, context, metadata, metadata.KEY, or context. and one of ${CONTEXT_MEMBERS.join(', ')}`;
}

/** Whole days of `90d`; `undefined` for what is no number of days. */
export function daysOf(value: unknown): number | undefined {
  const [, digits] = /^([1-9]\d{0,5})d$/.exec(String(value)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The rules, when they are some.
 * @param where how the place is called that they came from, in the error
 * @throws Problem `bad_request` that names the rule, the key and what is wrong
 */
export function readRetentionRules(value: unknown, where: string): RetentionRule[] {
  if (!Array.isArray(value))
    throw new Problem(
      'bad_request',
      `${where} must be a list of rules, as [[audit.retentionRules]] in config.toml begins one, and is ${JSON.stringify(value)}.`,
    );
  if (value.length > MAX_RULES)
    throw new Problem('bad_request', `${where} has ${value.length} rules. There can be ${MAX_RULES}.`);
  return value.map((rule, index) => readRule(rule, `${where}, rule ${index + 1}`));
}

function readRule(value: unknown, where: string): RetentionRule {
  const bad = (sentence: string) => new Problem('bad_request', `${where}: ${sentence}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(`it must have the keys ${KEYS.join(', ')}, and is ${JSON.stringify(value)}.`);
  const rule = value as Record<string, unknown>;
  const strange = Object.keys(rule).find(key => !KEYS.includes(key));
  if (strange !== undefined) throw bad(`${strange} is not a key of a rule. Known are ${KEYS.join(', ')}.`);
  if (daysOf(rule.after) === undefined)
    throw bad(`after must be a number of days, as "90d", and is ${JSON.stringify(rule.after)}.`);
  for (const [key, faultOf] of Object.entries(LISTS)) {
    const list = rule[key];
    if (list === undefined) continue;
    if (!Array.isArray(list) || list.length === 0 || list.length > MAX_ITEMS)
      throw bad(`${key} must be a list of 1 to ${MAX_ITEMS} words, and is ${JSON.stringify(list)}.`);
    for (const word of list) {
      const fault = typeof word === 'string' ? faultOf(word) : 'is no word';
      if (fault !== null) throw bad(`${JSON.stringify(word)} in ${key} ${fault}.`);
    }
  }
  if (rule.types === undefined && rule.actions === undefined)
    throw bad('types or actions must say of which events it is.');
  return Object.fromEntries(
    KEYS.flatMap(key => (rule[key] === undefined ? [] : [[key, rule[key]]])),
  ) as unknown as RetentionRule;
}

/** The JSON pointers of what goes; `undefined` for everything that can. */
export function rulePaths({ fields }: RetentionRule): string[] | undefined {
  return fields?.flatMap(word => erasurePaths(word) ?? []);
}
