// docs/configuration.md and the table of settings say the same.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { SettingKind } from '#src/shared/setting-kind.js';
import { environmentName, SETTINGS } from '#src/shared/settings.js';
import { packageFile } from './package-files.js';

function valuesOf(kind: SettingKind): string {
  switch (kind.is) {
    case 'address':
      return '`HOST:PORT`, or `false`';
    case 'boolean':
      return '`true`, `false`';
    case 'choice':
      return kind.choices.map(choice => `\`${choice}\``).join(', ');
    case 'days':
      return `days from ${kind.min} on, as \`${kind.min}d\``;
    case 'integer':
      return `${kind.min} to ${kind.max}`;
    case 'names':
      return 'a list of host names';
    case 'rules':
      return '[rules](#retention)';
    case 'path':
      return 'an absolute path';
    case 'url':
      return 'an address of http or https';
  }
}

/** A setting as a row of the page's table. */
function rowOf(setting: (typeof SETTINGS)[number]): string {
  const flag = 'flag' in setting ? setting.flag.replace(/[^, ]+/g, '`$&`') : '';
  const preset = `\`${JSON.stringify(setting.default).replaceAll('"', '')}\``;
  const cells = [
    `\`${setting.name}\``,
    `\`${environmentName(setting.name)}\``,
    flag,
    valuesOf(setting.kind),
    preset,
    setting.description,
  ];
  return `| ${cells.join(' | ')} |`;
}

test('the page has a row for each setting, in the order of the table, and no other', () => {
  const page = packageFile('docs/configuration.md');
  const rows = page.split('\n').filter(line => /^\| `[a-zA-Z.]+` \| `WHODID_/.test(line));
  assert.equal(rows, SETTINGS.map(rowOf));
});

test.run();
