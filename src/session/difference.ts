import type { ScenarioFile } from '../../sim/index.ts';
import { parseDuration } from '../../sim/scenario/duration.ts';

/** The one thing that the second of two futures has and the first has not. */
export type Difference =
  /** A line that is typed, or a fault, at the instant where the futures part. */
  | { readonly kind: 'line'; readonly line: string }
  /** A setting of the cluster: with it, all that was done is done again from the start. */
  | { readonly kind: 'setting'; readonly setting: SettingName; readonly value: string };

export type SettingName = 'grace' | 'toleration' | 'election' | 'members' | 'weight';

/** A setting as the form offers it. */
export interface Setting {
  readonly title: string;
  /** What to write, and what stands there by default. */
  readonly form: string;
  readonly usual: string;
}

/** The settings that two futures may differ in. */
export const SETTINGS: Readonly<Record<SettingName, Setting>> = {
  grace: { title: 'Grace period of nodes', form: 'a duration such as 20s', usual: '50s' },
  toleration: { title: 'Toleration of pods', form: 'whole seconds such as 30s', usual: '300s' },
  election: { title: 'Election timeout of etcd', form: 'a duration of 500ms or more, such as 3s', usual: '1s' },
  members: { title: 'Members of etcd', form: '1, 3 or 5', usual: '3' },
  weight: {
    title: 'Weight of a score plugin',
    form: 'the plugin and 1 to 100, such as ImageLocality=10',
    usual: 'PodTopologySpread=2',
  },
};

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
