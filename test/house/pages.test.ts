// What the pages name is there: files, functions, and the pages that they link to.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT, packageFile, sourcesBelow } from './package-files.js';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(PACKAGE_ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => join('docs', name)),
];

const isThere = (path: string) => existsSync(join(PACKAGE_ROOT, path));

for (const page of PAGES) {
  test(`${page} names files and folders that are there`, () => {
    const named = packageFile(page).matchAll(
      /`((?:src|test|bin|docs|drizzle|examples|bench|\.ci)\/[\w./-]+)`/g,
    );
    assert.equal(
      [...new Set([...named].map(([, path = '']) => path))].filter(path => !isThere(path)),
      [],
    );
  });

  test(`${page} links to pages that are there`, () => {
    const links = packageFile(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g);
    const broken = [...links]
      .map(([, path = '']) => path)
      .filter(path => !isThere(join(dirname(page), path)));
    assert.equal(broken, []);
  });
}

test('the walk names functions that are there', () => {
  const sources = sourcesBelow('src')
    .map(({ text }) => text)
    .join('\n');
  const named = [...packageFile('docs/walk.md').matchAll(/`(\w+)\(\)`/g)].map(([, name = '']) => name);
  assert.ok(named.length > 5);
  const missing = named.filter(
    name => !new RegExp(`(?:function |const |^\\s+)\\*?${name}\\b`, 'm').test(sources),
  );
  assert.equal(missing, []);
});

test.run();
