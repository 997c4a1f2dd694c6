// Every setting of the daemon in one table, and how its value is found: flag, then environment, then
// config.toml, then default. The daemon obeys them; `whodid config` and docs/configuration.md show them.
import { readConfig } from './config-file.js';
import { formatAddress, isLoopback, type ListenAddress, parseAddress } from './listen-address.js';
import { Problem } from './problem.js';
import { daysOf, type RetentionRule } from './retention-rule.js';
import { fromText, readValue, type SettingKind, type SettingValue } from './setting-kind.js';

interface Setting {
  /** Its key in config.toml, dotted: `audit.views` is `views` in the table `[audit]`. */
  name: string;
  kind: SettingKind;
  default: SettingValue;
  /** The flags of `whodid daemon run|start` that set it. */
  flag?: string;
  description: string;
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const VIEW_DURABILITIES = ['durable', 'relaxed'] as const;
export type ViewDurability = (typeof VIEW_DURABILITIES)[number];

const DAY_SECONDS = 86_400;
const KIB = 1_024;
const MIB = KIB * KIB;

export const SETTINGS = [
  {
    name: 'listen',
    kind: { is: 'address' },
    default: '127.0.0.1:4180',
    flag: '--listen, --no-tcp',
    description: 'Address and port of the TCP listener; port 0 takes a free one, false is the socket alone.',
  },
  {
    name: 'allowRemote',
    kind: { is: 'boolean' },
    default: false,
    flag: '--allow-remote',
    description: 'Whether `listen` may be an address that other machines reach.',
  },
  {
    name: 'allowedHosts',
    kind: { is: 'names' },
    default: [],
    description: 'Further names under which clients may address the TCP listener, as behind a proxy.',
  },
  {
    name: 'log.level',
    kind: { is: 'choice', choices: LOG_LEVELS },
    default: 'info',
    description: "The least important lines that the daemon's own log keeps.",
  },
  {
    name: 'audit.views',
    kind: { is: 'choice', choices: VIEW_DURABILITIES },
    default: 'durable',
    description:
      '`relaxed` lets a read answer before its `viewed` is committed: a crash can lose that event.',
  },
  {
    name: 'audit.backlogLimit',
    kind: { is: 'integer', min: 1, max: 1_000_000_000 },
    default: 1_000_000,
    description: 'Events committed and not yet in the log, from which on changes are refused (503).',
  },
  {
    name: 'audit.minFreeBytes',
    kind: { is: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER },
    default: 64 * MIB,
    description: 'Free disk space below which changes are refused (503).',
  },
  {
    name: 'audit.ballastBytes',
    kind: { is: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER },
    default: 16 * MIB,
    description:
      'Size of a file that is removed when the disk is full, so that the log can catch up; 0 for none.',
  },
  {
    name: 'audit.retention',
    // Events of the log itself are kept for a year, and the beginning of the log goes as a whole.
    kind: { is: 'days', min: 366 },
    default: '',
    description:
      'How long events are kept, as `400d`, in whole months by the time at which they were stored; empty for ever.',
  },
  {
    name: 'audit.retentionRules',
    kind: { is: 'rules' },
    default: [],
    description: 'What is erased of older events of a type or an action, which themselves stay.',
  },
  {
    name: 'audit.checkpointFile',
    kind: { is: 'path' },
    default: '',
    description:
      'A file that checkpoints of the log are appended to, best on another machine; empty for none.',
  },
  {
    name: 'audit.checkpointUrl',
    kind: { is: 'url' },
    default: '',
    description: 'A witness that checkpoints of the log are posted to; empty for none.',
  },
  {
    name: 'audit.checkpointSeconds',
    kind: { is: 'integer', min: 1, max: DAY_SECONDS },
    default: 60,
    description: 'How often a new checkpoint goes to that file and that witness.',
  },
  {
    name: 'sessions.accessTtlSeconds',
    kind: { is: 'integer', min: 1, max: 600 },
    default: 600,
    description: 'How long an access token is good.',
  },
  {
    name: 'sessions.refreshIdleSeconds',
    kind: { is: 'integer', min: 60, max: 400 * DAY_SECONDS },
    default: 30 * DAY_SECONDS,
    description: 'How long a session that nobody uses can still be renewed.',
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof SETTINGS)[number]['name'];

/** What the daemon goes by. */
export interface Settings {
  /** The TCP listener; `null` without. */
  listen: ListenAddress | null;
  allowRemote: boolean;
  allowedHosts: string[];
  log: { level: LogLevel };
  audit: {
    views: ViewDurability;
    backlogLimit: number;
    minFreeBytes: number;
    ballastBytes: number;
    /** Days; `null` for ever. */
    retentionDays: number | null;
    retentionRules: RetentionRule[];
    checkpointFile: string;
    checkpointUrl: string;
    checkpointSeconds: number;
  };
  sessions: { accessTtlSeconds: number; refreshIdleSeconds: number };
}

/** One setting's value and where it came from. */
export interface EffectiveSetting {
  name: SettingName;
  /** `false` for a listener that is switched off. */
  value: SettingValue;
  /** `flag`, the environment variable, the file, or `default`. */
  origin: string;
  description: string;
}

export interface LoadedSettings {
  settings: Settings;
  effective: EffectiveSetting[];
  /** Sentences for the log: what is allowed and still deserves a second look. */
  warnings: string[];
}

export interface SettingSources {
  /** Values that were given on the command line. */
  flags?: Partial<Record<SettingName, SettingValue>>;
  env: Record<string, string | undefined>;
  /** The content of config.toml; `undefined` when there is none. */
  tomlText: string | undefined;
  /** How config.toml is called in errors and origins. */
  tomlFile: string;
}

/** The environment variable of a setting: `audit.minFreeBytes` is `WHODID_AUDIT_MIN_FREE_BYTES`. */
export function environmentName(name: string): string {
  return `WHODID_${name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;
}

/**
 * The effective settings.
 * @throws Problem `bad_request` that names the file, variable or flag, the key and what is wrong with it.
 */
export function loadSettings(sources: SettingSources): LoadedSettings {
  const { tomlFile, tomlText } = sources;
  const fromFile = tomlText === undefined ? new Map() : readConfig(tomlText, tomlFile, SETTINGS);
  const effective = SETTINGS.map((setting): EffectiveSetting => {
    const { name, description } = setting;
    const found = findValue(setting, sources, fromFile);
    return { name, description, ...found };
  });
  const settings = assemble(effective);
  return { settings, effective, warnings: checkReach(settings) };
}

function findValue(
  { name, kind, default: preset }: (typeof SETTINGS)[number],
  { flags = {}, env, tomlFile }: SettingSources,
  fromFile: ReadonlyMap<string, SettingValue>,
): { value: SettingValue; origin: string } {
  const flag = flags[name];
  if (flag !== undefined) return { value: readValue(kind, flag, `--${name}`), origin: 'flag' };
  const variable = environmentName(name);
  const text = env[variable];
  if (text !== undefined && text !== '') {
    return { value: readValue(kind, fromText(kind, text), variable), origin: variable };
  }
  const written = fromFile.get(name);
  return written === undefined
    ? { value: preset as SettingValue, origin: 'default' }
    : { value: written, origin: tomlFile };
}

function assemble(effective: EffectiveSetting[]): Settings {
  const values = new Map(effective.map(({ name, value }) => [name, value]));
  const get = <T extends SettingValue>(name: SettingName) => values.get(name) as T;
  const listen = get<string | false>('listen');
  return {
    listen: listen === false ? null : parseAddress(listen),
    allowRemote: get('allowRemote'),
    allowedHosts: get('allowedHosts'),
    log: { level: get('log.level') },
    audit: {
      views: get('audit.views'),
      backlogLimit: get('audit.backlogLimit'),
      minFreeBytes: get('audit.minFreeBytes'),
      ballastBytes: get('audit.ballastBytes'),
      retentionDays: daysOf(get('audit.retention')) ?? null,
      retentionRules: get('audit.retentionRules'),
      checkpointFile: get('audit.checkpointFile'),
      checkpointUrl: get('audit.checkpointUrl'),
      checkpointSeconds: get('audit.checkpointSeconds'),
    },
    sessions: {
      accessTtlSeconds: get('sessions.accessTtlSeconds'),
      refreshIdleSeconds: get('sessions.refreshIdleSeconds'),
    },
  };
}

/** Other machines reach the daemon only when somebody said so. */
function checkReach({ listen, allowRemote }: Settings): string[] {
  if (listen === null || isLoopback(listen.host)) return [];
  const address = formatAddress(listen);
  if (!allowRemote) {
    throw new Problem(
      'bad_request',
      `${address} can be reached from other machines. Add --allow-remote if that is meant, or listen on 127.0.0.1.`,
    );
  }
  return [
    `Listening on ${address} without encryption: passwords and tokens cross the network as they are. ` +
      'Put a proxy that speaks TLS in front.',
  ];
}
