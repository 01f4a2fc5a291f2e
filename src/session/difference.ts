import type { Terminal } from '../../sim/index.ts';
import type { TableDifference } from '../../sim/view/differences.ts';
import type { Scene } from '../../sim/view/scene.ts';
import type { Step } from '../../sim/view/step.ts';

/** The one thing that the second of two futures has and the first has not. */
export type Difference =
  /** A line that is typed, or a fault, at the instant where the futures part. */
  | { readonly kind: 'line'; readonly line: string }
  /** A setting of the cluster: with it, all that was done is done again from the start. */
  | { readonly kind: 'setting'; readonly setting: SettingName; readonly value: string };

/** The settings by which two clusters may differ. */
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

/** How far two futures have run, and where they part. Times are virtual milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** When the first record differs; undefined when none does. */
  readonly apartAt: number | undefined;
  /** Instants at which a step arrives in one of them. */
  readonly marks: readonly number[];
}

/** One of two futures at an instant. */
export interface Side {
  readonly scene: Scene;
  readonly step: Step | undefined;
  /** What the line printed that is the difference. */
  readonly printed: Terminal | undefined;
}

/** The reader's cluster beside one in which the exercise is solved. */
export interface Stuck {
  readonly tables: readonly TableDifference[];
  /** The difference that says most. */
  readonly sentence: string;
}

/** Two futures at the same instant. */
export interface Futures extends Span {
  readonly at: number;
  readonly sides: readonly [Side, Side];
  readonly tables: readonly TableDifference[];
}
