// A step of the build: bundles the programs into dist. What a program loads is then a file or a few instead of
// hundreds, and reading files is most of what a start takes. dist-src keeps the sources as tsc compiled them, file by
// file: for tests and benches, and to find the commands for the manual page.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const DIST = join(ROOT, 'dist');
const CLIENT = join(ROOT, 'src/cli/main.ts');

/** Compiled for the machine, so they stay in node_modules. */
const NOT_BUNDLED = ['better-sqlite3', '@node-rs/argon2'];

/** What packages ask for and ours never needs, by who asks. */
const LEFT_OUT = [
  // Commander can run subcommands as programs of their own; none of ours is one, and Node's part for it is large.
  { name: 'node:child_process', by: '/node_modules/commander/' },
  // A debugger for components that Ink starts on a variable of its own.
  { name: 'react-devtools-core', by: '/node_modules/ink/' },
  // The API document as YAML; ours is JSON.
  { name: 'yaml', by: '/node_modules/@fastify/swagger/' },
];

const COMMON = {
  absWorkingDir: ROOT,
  outdir: DIST,
  outbase: 'src',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  jsx: 'automatic',
  external: NOT_BUNDLED,
  metafile: true,
  write: false,
  logLevel: 'warning',
  // CommonJS packages ask for Node's modules with `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
};

/** Each process and thread of the daemon in one file: it loads all of it anyway. */
const daemon = await build({
  ...COMMON,
  plugins: [leaveOut()],
  entryPoints: ['main', 'offline', 'logger-thread', 'query-thread', 'backup-thread', 'retention-thread'].map(
    name => `src/daemon/${name}.ts`,
  ),
});

/** The client in pieces: a command loads what it needs. */
const client = await build({
  ...COMMON,
  entryPoints: [CLIENT],
  splitting: true,
  chunkNames: 'parts/[name]-[hash]',
  define: {
    // React is quicker without its checks; the sources set the variable for when they are not bundled.
    'process.env.NODE_ENV': '"production"',
    // Ink's layout has its WebAssembly in its source, and would load all of Node's fetch to get it from there.
    fetch: 'undefined',
  },
  logOverride: { 'assign-to-define': 'silent' },
  plugins: [leaveOut(), loadAfter(CLIENT, lazySources('src/cli', 'src/shared'))],
});

const outputs = [...daemon.outputFiles, ...client.outputFiles];
for (const { path, contents } of outputs) put(path, contents);
put(join(DIST, 'THIRD-PARTY-LICENSES.txt'), licences([daemon.metafile, client.metafile]));
removeAllBut(new Set([...outputs.map(({ path }) => path), join(DIST, 'THIRD-PARTY-LICENSES.txt')]));

/**
 * Says of the sources that are imported lazily that they need `entry`, which is true: it is what loads them. Without
 * that, esbuild makes a piece of its own for each set of commands that share a file with the entry, and a start reads
 * twenty instead of two.
 */
function loadAfter(entry, lazy) {
  return {
    name: 'load-after',
    setup(build) {
      build.onLoad({ filter: /\/src\/.*\.tsx?$/ }, async ({ path }) => {
        if (!lazy.has(path)) return undefined;
        const text = await readFile(path, 'utf8');
        return {
          contents: `${text}\nimport ${JSON.stringify(entry)};\n`,
          loader: path.endsWith('x') ? 'tsx' : 'ts',
        };
      });
    },
  };
}

/** An empty module for each of `LEFT_OUT`. */
function leaveOut() {
  return {
    name: 'leave-out',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path, importer }) =>
        LEFT_OUT.some(({ name, by }) => name === path && importer.includes(by))
          ? { path, namespace: 'left-out' }
          : undefined,
      );
      build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

/** The sources below `folders` that some other loads with `import('./…')`. */
function lazySources(...folders) {
  const sources = folders.flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.tsx?$/.test(name))
      .map(name => join(ROOT, folder, name)),
  );
  const known = new Set(sources);
  const lazy = new Set();
  for (const source of sources) {
    for (const [, path] of readFileSync(source, 'utf8').matchAll(/\bimport\('(\.[^']+)\.js'\)/g)) {
      const [found] = ['.ts', '.tsx']
        .map(end => resolve(dirname(source), path + end))
        .filter(name => known.has(name));
      if (found === undefined)
        throw new Error(`${relative(ROOT, source)} imports ${path}.js, which is not there.`);
      lazy.add(found);
    }
  }
  return lazy;
}

function put(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/** What an earlier build left in dist goes only now, so that a program that runs from there meets no empty folder. */
function removeAllBut(kept) {
  for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !kept.has(path)) rmSync(path);
  }
}

/** The licences of the packages that are in the bundles, each with its text: most ask for that. */
function licences(metafiles) {
  const folders = new Set(
    metafiles
      .flatMap(({ inputs }) => Object.keys(inputs))
      .map(path => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0])
      .filter(folder => folder !== undefined),
  );
  return [...folders]
    .sort()
    .map(folder => {
      const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
      const texts = readdirSync(join(ROOT, folder))
        .filter(file => /^(licen[cs]e|notice|copying)/i.test(file))
        .map(file => readFileSync(join(ROOT, folder, file), 'utf8').trim());
      return [`${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(78)}\n\n`)
    .concat('\n');
}
