// The benches run too seldom to notice what is renamed in the sources: what they import from there is there.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT, packageFile } from './package-files.js';

const files = readdirSync(join(PACKAGE_ROOT, 'bench'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.js'))
  .map(name => join('bench', name));

test('what the benches import from the sources is there', async () => {
  let found = 0;
  const missing: string[] = [];
  for (const file of files) {
    for (const [, names = '', module = ''] of packageFile(file).matchAll(
      /(?:import|const) \{([^}]*)\} (?:= await import\(|from )'(#src\/[^']+)'/g,
    )) {
      const exported = (await import(module)) as Record<string, unknown>;
      for (const name of names.split(',').map(one => one.trim().split(' as ')[0]!)) {
        if (name === '') continue;
        found += 1;
        if (!(name in exported)) missing.push(`${file}: ${name} of ${module}`);
      }
    }
  }
  assert.equal(missing, []);
  assert.ok(found > 10, String(found));
});

test.run();
