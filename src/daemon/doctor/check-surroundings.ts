// Doctor's checks of what lies around the databases: Node, directory, settings, disk, keys.
import { statfsSync } from 'node:fs';
import { configText } from '../../shared/config-file.js';
import { loadSettings, type Settings } from '../../shared/settings.js';
import { homeFaults } from '../home.js';
import { checkKeys } from '../keys.js';
import type { Finding, Patient } from './doctor.js';

const MIB = 1_024 * 1_024;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) {
    return { status: 'ok', detail: `Node ${version}` };
  }
  return {
    status: 'fail',
    detail: `Node ${version} is not supported`,
    advice: 'Install Node 22.12 or later.',
  };
}

export function checkHome({ paths }: Patient): Finding {
  const [fault, ...more] = homeFaults(paths);
  if (fault === undefined) return { status: 'ok', detail: `${paths.dir} is yours alone` };
  const others = more.length === 0 ? '' : ` (and ${more.length} more like it)`;
  return { status: 'fail', detail: `${fault.what}${others}`, advice: fault.advice };
}

export function checkSettings(patient: Patient): Finding {
  settingsOf(patient);
  return { status: 'ok', detail: 'every setting can be read' };
}

export function checkDisk(patient: Patient): Finding {
  const { bavail, bsize } = statfsSync(patient.paths.dir);
  const freeBytes = bavail * bsize;
  const detail = `${Math.floor(freeBytes / MIB)} MiB free`;
  const minFreeBytes = leastFree(patient);
  const advice = `Make room: below ${Math.floor(minFreeBytes / MIB)} MiB changes are refused.`;
  if (freeBytes < minFreeBytes) return { status: 'fail', detail, advice };
  if (freeBytes < 4 * minFreeBytes) return { status: 'warn', detail, advice };
  return { status: 'ok', detail };
}

/** As it is set; by default where the settings cannot be read, which is a fault of its own. */
function leastFree({ paths, env }: Patient): number {
  try {
    return settingsOf({ paths, env }).audit.minFreeBytes;
  } catch {
    return loadSettings({ env: {}, tomlText: undefined, tomlFile: paths.config }).settings.audit.minFreeBytes;
  }
}

export async function checkKeyFiles({ paths }: Patient): Promise<Finding> {
  const count = await checkKeys(paths.keys);
  return {
    status: 'ok',
    detail: count === 1 ? 'one key for access tokens' : `${count} keys for access tokens`,
  };
}

function settingsOf({ paths, env }: Pick<Patient, 'paths' | 'env'>): Settings {
  return loadSettings({ env, tomlText: configText(paths.config), tomlFile: paths.config }).settings;
}
