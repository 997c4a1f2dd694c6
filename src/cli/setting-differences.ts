// What a daemon that is started now would do otherwise than the one that runs.
import type { EffectiveSetting } from '../shared/settings.js';
import { escapeText, type SafeText, safe } from './output/escape.js';

export interface SettingDifference {
  now: EffectiveSetting;
  next: EffectiveSetting;
}

/** The settings in `then` whose values differ from those that a daemon runs with. */
export function settingDifferences(
  running: EffectiveSetting[],
  then: EffectiveSetting[],
): SettingDifference[] {
  return then.flatMap(setting => {
    const now = running.find(({ name }) => name === setting.name);
    if (now === undefined || JSON.stringify(now.value) === JSON.stringify(setting.value)) return [];
    return [{ now, next: setting }];
  });
}

/** `listen "127.0.0.1:0" (environment)`. */
export function settingWords({ name, value, origin }: EffectiveSetting): SafeText {
  return safe`${escapeText(name)} ${escapeText(JSON.stringify(value))} (${escapeText(origin)})`;
}
