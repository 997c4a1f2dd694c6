// config.toml: what it may say is the table of settings; everything else in it is an error, since a misspelt key
// that is passed over would be a setting that silently does not hold.
import { readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { Problem } from './problem.js';
import { readValue, type SettingKind, type SettingValue } from './setting-kind.js';

/** The text of config.toml; `undefined` when there is none. */
export function configText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The values in `text` by dotted name: `views` of the table `[audit]` is `audit.views`.
 * @throws Problem `bad_request` that names `file`, the key and what is wrong.
 */
export function readConfig(
  text: string,
  file: string,
  settings: readonly { name: string; kind: SettingKind }[],
): Map<string, SettingValue> {
  const kinds = new Map(settings.map(({ name, kind }) => [name, kind]));
  const tables = new Set(
    [...kinds.keys()].filter(name => name.includes('.')).map(name => name.split('.')[0]),
  );
  const values = new Map<string, SettingValue>();
  const add = (name: string, value: unknown) => {
    const kind = kinds.get(name);
    if (kind === undefined) {
      const known = [...kinds.keys()].join(', ');
      throw new Problem('bad_request', `${file}: ${name} is not a setting. Known are ${known}.`);
    }
    values.set(name, readValue(kind, value, `${file}: ${name}`));
  };
  for (const [key, value] of Object.entries(parseToml(text, file))) {
    if (tables.has(key) && isTable(value)) {
      for (const [inner, innerValue] of Object.entries(value)) add(`${key}.${inner}`, innerValue);
    } else {
      add(key, value);
    }
  }
  return values;
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '');
    throw new Problem(
      'bad_request',
      `${file} is not TOML: line ${error.line}, column ${error.column}: ${reason}.`,
    );
  }
}
