// A step of the build: writes the manual page that the commands make into dist/whodid.1, where package.json has it.
import { readFileSync, writeFileSync } from 'node:fs';
import { commandTree } from './command-tree.js';
import { manualPage } from './manual.js';

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const { version } = JSON.parse(manifest) as { version: string };
// A build that is to be the same again says when it was (https://reproducible-builds.org/specs/source-date-epoch/).
const { SOURCE_DATE_EPOCH: seconds } = process.env;
const built = seconds === undefined ? new Date() : new Date(Number(seconds) * 1000);
writeFileSync(
  new URL('../../dist/whodid.1', import.meta.url),
  await manualPage(commandTree(version), version, built.toISOString().slice(0, 10)),
);
