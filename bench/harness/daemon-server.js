// The daemon under load, composed as main.ts does it; with `silent` over a data layer that records nothing, with
// `relaxed` over one that answers reads before their views are committed.
import { startDaemon } from '#src/daemon/daemon.js';
import { keepNewFilesPrivate } from '#src/daemon/home.js';
import { dataPaths } from '#src/shared/paths.js';
import { loadSettings } from '#src/shared/settings.js';
import { silentScopes } from '../baselines/silent-scopes.js';
import { serve } from './server.js';

const [home, recording] = process.argv.slice(2);
const write = (message, fields) => console.error(message, fields);
keepNewFilesPrivate();
const paths = dataPaths({ WHODID_HOME: home });
const { settings, effective } = loadSettings({
  env: {
    WHODID_LISTEN: '127.0.0.1:0',
    ...(recording === 'relaxed' ? { WHODID_AUDIT_VIEWS: 'relaxed' } : {}),
  },
  tomlText: undefined,
  tomlFile: paths.config,
});
const began = performance.now();
const daemon = await startDaemon({
  paths,
  settings,
  effective,
  log: { debug() {}, info() {}, warn: write, error: write },
  now: Date.now,
  monotonic: () => performance.now(),
  ...(recording === 'silent' ? { scopes: silentScopes } : {}),
});
serve({ url: daemon.url, startedInMs: performance.now() - began }, () => daemon.stop());
