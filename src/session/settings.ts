import { parseDuration, type ScenarioFile } from '../../sim/index.ts';
import { SETTINGS, type SettingName } from './difference.ts';

/** The scenario with another setting; a sentence when the value is none. */
export function withSetting(scenario: ScenarioFile, setting: SettingName, text: string): ScenarioFile | string {
  const value = text.trim();
  const changed = CHANGES[setting](scenario, value);
  const { title, form } = SETTINGS[setting];
  return changed ?? `“${value}” does not do for “${title}”: write ${form}.`;
}

type Change = (scenario: ScenarioFile, value: string) => ScenarioFile | undefined;

const CHANGES: Readonly<Record<SettingName, Change>> = {
  grace: timing('nodeMonitorGracePeriod', (ms) => ms > 0),
  toleration: timing('defaultToleration', (ms) => ms % 1000 === 0),
  election: timing('etcdElectionTimeout', (ms) => ms >= 500 && ms % 100 === 0),
  members(scenario, value) {
    const members = ([1, 3, 5] as const).find((count) => String(count) === value);
    return members && { ...scenario, etcd: { ...scenario.etcd, members } };
  },
  weight(scenario, value) {
    const [, name, text] = /^([A-Z][A-Za-z]+)\s*=\s*(\d+)$/.exec(value) ?? [];
    const weight = Number(text);
    if (name === undefined || !(weight >= 1 && weight <= 100)) return undefined;
    const [first, ...others] = scenario.scheduler?.profiles ?? [{}];
    const { multiPoint } = first?.plugins ?? {};
    const enabled = [...(multiPoint?.enabled ?? []).filter((plugin) => plugin.name !== name), { name, weight }];
    const profile = { ...first, plugins: { ...first?.plugins, multiPoint: { ...multiPoint, enabled } } };
    return { ...scenario, scheduler: { ...scenario.scheduler, profiles: [profile, ...others] } };
  },
};

function timing(name: string, isFit: (ms: number) => boolean): Change {
  return (scenario, value) => {
    const ms = parseDuration(value);
    if (ms === undefined || !isFit(ms)) return undefined;
    return { ...scenario, timings: { ...scenario.timings, [name]: value } };
  };
}
