// Files of the package, found from the compiled test and not from the working directory.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The text of a file, by its path in the package. */
export function packageFile(path: string): string {
  return readFileSync(join(PACKAGE_ROOT, path), 'utf8');
}

/** The TypeScript sources below a folder of the package: path and text. */
export function sourcesBelow(folder: string): { path: string; text: string }[] {
  return readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.tsx?$/.test(name))
    .map(name => join(folder, name))
    .map(path => ({ path, text: packageFile(path) }));
}

/** The cells of every row of the Markdown tables in `text` whose first cell is code, without the backquotes there. */
export function codeRows(text: string): string[][] {
  return text
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line => {
      const [first = '', ...others] = line
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim());
      return [first.replaceAll('`', ''), ...others];
    });
}
