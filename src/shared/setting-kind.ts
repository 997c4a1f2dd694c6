// What a setting's value may be, and the sentence for one that is not.
import { isAbsolute } from 'node:path';
import { parseAddress } from './listen-address.js';
import { Problem } from './problem.js';
import { daysOf, type RetentionRule, readRetentionRules } from './retention-rule.js';

/** A value as it stands in config.toml. */
export type SettingValue = string | number | boolean | string[] | RetentionRule[];

/** How a value is read and what is allowed; a bad one is refused by its rule. */
export type SettingKind =
  | { is: 'address' }
  | { is: 'boolean' }
  | { is: 'choice'; choices: readonly string[] }
  | { is: 'integer'; min: number; max: number }
  | { is: 'names' }
  /** An absolute path, or empty. */
  | { is: 'path' }
  /** A number of days, as `400d`, or empty. */
  | { is: 'days'; min: number }
  /** A list of rules: an array of tables in config.toml, JSON in the environment. */
  | { is: 'rules' }
  /** Of http or https, or empty. */
  | { is: 'url' };

/** What the words of an environment variable stand for; anything unreadable is left for `readValue` to refuse. */
export function fromText(kind: SettingKind, text: string): unknown {
  switch (kind.is) {
    case 'integer':
      return /^\d+$/.test(text) ? Number(text) : text;
    case 'names':
      return text.split(',').map(name => name.trim());
    case 'boolean':
    case 'address':
      if (['true', '1', 'yes'].includes(text)) return true;
      if (['false', '0', 'no'].includes(text)) return false;
      return text;
    case 'rules':
      return jsonOf(text);
    case 'choice':
    case 'days':
    case 'path':
    case 'url':
      return text;
  }
}

/**
 * The value, when it is one.
 * @param where how the place is called that it came from, in the error
 * @throws Problem `bad_request`
 */
export function readValue(kind: SettingKind, value: unknown, where: string): SettingValue {
  if (kind.is === 'rules') return readRetentionRules(value, where);
  const fault = faultOf(kind, value);
  if (fault !== null) {
    throw new Problem('bad_request', `${where} must be ${fault}, and is ${JSON.stringify(value)}.`);
  }
  return value as SettingValue;
}

/** What the value should have been, or `null` when it is good. */
function faultOf(kind: Exclude<SettingKind, { is: 'rules' }>, value: unknown): string | null {
  switch (kind.is) {
    case 'address':
      if (value === false || (typeof value === 'string' && parseAddress(value) !== null)) return null;
      return 'HOST:PORT with an IP address or localhost (such as 127.0.0.1:4180), or false';
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'choice':
      return typeof value === 'string' && kind.choices.includes(value) ? null : wordsOf(kind.choices);
    case 'integer':
      if (Number.isInteger(value) && Number(value) >= kind.min && Number(value) <= kind.max) return null;
      return `a whole number from ${kind.min} to ${kind.max}`;
    case 'names':
      if (Array.isArray(value) && value.every(isHostName)) return null;
      return 'a list of host names without ports';
    case 'days':
      if (value === '' || (daysOf(value) ?? 0) >= kind.min) return null;
      return `a number of days from ${kind.min} on, as "${kind.min}d", or empty`;
    case 'path':
      return value === '' || (typeof value === 'string' && isAbsolute(value))
        ? null
        : 'an absolute path, or empty';
    case 'url':
      return value === '' || isWebAddress(value)
        ? null
        : 'an address of http or https without a password, or empty';
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `a, b or c`. */
function wordsOf(choices: readonly string[]): string {
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}

function isHostName(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value);
}

function isWebAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
