import type { Container } from '../api/kinds/pod.ts';
import type { Answer } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { Mount } from '../protocol/cri.ts';
import type { KubeletState, PodWork } from './state.ts';

/** Variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** Makes volumes and variables ready before a pod's containers are made: a pack's part of kubelet. */
export interface Mounter {
  /** True when all that the containers need is at hand; else it has begun to get it and syncs the pod again. */
  isReady(state: KubeletState, work: PodWork, io: IO): boolean;
  /** The answer to a request that it sent. */
  heard(state: KubeletState, answer: Answer, io: IO): void;
  /** A list or a change of a watched object may have come, or been waited for long enough. */
  listed(state: KubeletState, io: IO): void;
  /** Brings mounted files up to date. */
  refresh(state: KubeletState, uid: string, io: IO): void;
  /** The variables of a container, or why it cannot have them. `ip` is the sandbox's. */
  environment(state: KubeletState, work: PodWork, container: Container, ip: string): Variables | string;
  /** Where the files of a container's mounts are on the node's disk. */
  mounts(state: KubeletState, work: PodWork, container: Container, io: IO): readonly Mount[];
  /** The pod is gone: so are its files. */
  removed(state: KubeletState, work: PodWork, io: IO): void;
}

/** In use: without a pack every volume is ready and empty, and variables are plain values. */
export const mounting: { mounter: Mounter } = {
  mounter: {
    isReady: () => true,
    heard: () => undefined,
    listed: () => undefined,
    refresh: () => undefined,
    environment: (_state, _work, { env = [] }) => plainVariables(env, {}),
    mounts: () => [],
    removed: () => undefined,
  },
};

/** Variables in their order, each with the values of those before it filled in. */
export function plainVariables(env: NonNullable<Container['env']>, before: Variables): Variables {
  const all: Record<string, string> = { ...before };
  for (const { name, value = '' } of env) all[name] = filledIn(value, all);
  return all;
}

/** `$(NAME)` by its value; `$$(NAME)` stays as `$(NAME)`, and so does a name that is not known. */
export function filledIn(text: string, variables: Variables): string {
  return text.replace(/\$(\$|\(([^()]*)\))/g, (all, rest: string, name: string) => {
    return rest === '$' ? '$' : (variables[name] ?? all);
  });
}
