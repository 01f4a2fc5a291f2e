import type { Pod } from '../api/kinds/pod.ts';
import type { JsonObject } from '../api/meta.ts';
import type { Plugin } from './plugin.ts';
import { plugins } from './plugins/index.ts';

/** Upstream's KubeSchedulerConfiguration, as far as it means something here. */
export interface SchedulerConfiguration {
  /** Of all nodes, in percent; 0 or absent for the adaptive share. */
  readonly percentageOfNodesToScore?: number;
  /** Default: one, for `default-scheduler`. */
  readonly profiles?: readonly SchedulerProfile[];
}

/** How pods with that schedulerName are scheduled. */
export interface SchedulerProfile {
  readonly schedulerName?: string;
  readonly percentageOfNodesToScore?: number;
  readonly plugins?: { readonly multiPoint?: PluginSet; readonly score?: PluginSet };
  readonly pluginConfig?: readonly { readonly name: string; readonly args: JsonObject }[];
}

/** Plugins that are taken away (`*` for all), and plugins that are added or get another weight. */
export interface PluginSet {
  readonly enabled?: readonly { readonly name: string; readonly weight?: number }[];
  readonly disabled?: readonly { readonly name: string }[];
}

/** A profile ready for use. Upstream: `pkg/scheduler/profile`. */
export interface Framework {
  readonly plugins: readonly Plugin[];
  readonly percentage: number;
}

const DEFAULT_NAME = 'default-scheduler';
/** The default profile. */
export const byDefault: Framework = { plugins, percentage: 0 };
const configured = new WeakMap<SchedulerConfiguration, ReadonlyMap<string, Framework>>();

/** The profile that a pod asks for; undefined when it is another scheduler's business. */
export function frameworkFor({ spec }: Pod, configuration: SchedulerConfiguration | null): Framework | undefined {
  const { schedulerName = DEFAULT_NAME } = spec;
  if (configuration === null) return schedulerName === DEFAULT_NAME ? byDefault : undefined;
  let profiles = configured.get(configuration);
  if (profiles === undefined) {
    profiles = new Map(
      (configuration.profiles ?? [{}]).map((profile) => [
        profile.schedulerName ?? DEFAULT_NAME,
        frameworkOf(profile, configuration.percentageOfNodesToScore ?? 0),
      ]),
    );
    configured.set(configuration, profiles);
  }
  return profiles.get(schedulerName);
}

function frameworkOf(profile: SchedulerProfile, percentage: number): Framework {
  const { multiPoint, score } = profile.plugins ?? {};
  const list = plugins.flatMap((plugin): readonly Plugin[] => {
    const { name } = plugin;
    if (isOff(multiPoint, name)) return [];
    const args = profile.pluginConfig?.find((one) => one.name === name)?.args;
    const fitted = args === undefined ? plugin : (plugin.configure?.(args) ?? plugin);
    const weight = weightIn(score, name) ?? weightIn(multiPoint, name) ?? plugin.weight;
    if (!isOff(score, name)) return [{ ...fitted, weight }];
    const { score: _score, preScore: _preScore, normalize: _normalize, ...rest } = fitted;
    return [rest];
  });
  return { plugins: list, percentage: profile.percentageOfNodesToScore ?? percentage };
}

/** Upstream's way to give a plugin another weight is to disable and to enable it again. */
function isOff({ enabled = [], disabled = [] }: PluginSet = {}, plugin: string): boolean {
  return disabled.some(({ name }) => name === plugin || name === '*') && !enabled.some(({ name }) => name === plugin);
}

function weightIn({ enabled = [] }: PluginSet = {}, plugin: string): number | undefined {
  return enabled.find(({ name }) => name === plugin)?.weight || undefined;
}
