// whodid config: every setting, its value and where that came from.
import type { Command } from 'commander';
import { configText } from '../../shared/config-file.js';
import type { DataPaths } from '../../shared/paths.js';
import { type EffectiveSetting, environmentName, loadSettings } from '../../shared/settings.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import { findLocalDaemon } from '../local-daemon.js';
import { createOffline, type Offline } from '../offline.js';
import { escapeText } from '../output/escape.js';
import { addOutputOptions, type OutputFlags } from '../output/options.js';
import { type ShowOptions, showRows } from '../output/show.js';
import { type Field, properties, type View } from '../output/view.js';
import { settingDifferences } from '../setting-differences.js';

export interface ConfigOptions extends ShowOptions {
  data: DataPaths;
  env: Record<string, string | undefined>;
  offline: Offline;
}

const VARIABLE: Field<EffectiveSetting> = { name: 'variable', value: ({ name }) => environmentName(name) };

const SETTING_VIEW: View<EffectiveSetting> = {
  fields: [...properties<EffectiveSetting>(['name', 'value', 'origin', 'description']), VARIABLE],
  row: ['name', 'value', 'origin'],
};

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Show what the daemon goes by: flags, then the environment (WHODID_…), then config.toml in the data directory, ' +
      'then defaults. Of a daemon that runs, what it was started with.',
  );
  examples(command, [
    ['Every setting', 'whodid config'],
    ['What each is for', 'whodid config --fields name,value,description'],
    ['Its environment variable', 'whodid config --fields name,variable'],
  ]);
  addOutputOptions(command, SETTING_VIEW).action((flags: OutputFlags) =>
    run({ ...context, offline: createOffline(context.env), flags }),
  );
}

export async function run({ data, env, offline, ...show }: ConfigOptions): Promise<void> {
  const here = loadSettings({ env, tomlText: configText(data.config), tomlFile: data.config }).effective;
  const daemon = await findLocalDaemon(data, offline);
  const running = daemon.state === 'running' ? daemon.note?.settings : undefined;
  await showRows(inTurn(running ?? here), SETTING_VIEW, show);
  for (const { now, next } of settingDifferences(running ?? here, here)) {
    if (now.origin === 'flag') continue;
    const words = `${escapeText(JSON.stringify(next.value))} (${escapeText(next.origin)})`;
    show.io.writeError(`${next.name} becomes ${words} when the daemon is restarted.\n`);
  }
}

async function* inTurn<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}
