import type { Container } from '../api/kinds/pod.ts';
import type { IO } from '../kernel/component.ts';
import type { Packet } from '../protocol/network.ts';
import { ask, type CriAnswer } from './runtime.ts';
import { type KubeletState, type PodWork, specNamed } from './state.ts';

/** Every container gets at least so long to end. */
const MIN_GRACE_SECONDS = 2;

/** Lifecycle hooks: a pack's part of kubelet. */
export interface HookRunner {
  /** Runs a hook of a container; true when it has begun, and its end will be told. */
  begin(state: KubeletState, work: PodWork, container: Container, id: string, hook: Hook, io: IO): boolean;
  /** A command has ended. */
  heard(state: KubeletState, answer: CriAnswer, io: IO): void;
  /** Its time is over, or it has slept enough. */
  due(state: KubeletState, id: string, since: number, io: IO): void;
  packet(state: KubeletState, packet: Packet, io: IO): void;
}

/** Which hook, and what comes after it. */
export type Hook =
  | { readonly kind: 'PostStart' }
  | { readonly kind: 'PreStop'; readonly graceSeconds: number; readonly then: string };

/** In use: without a pack there are no hooks. */
export const hooking: { runner: HookRunner | undefined } = { runner: undefined };

/** Ends a container: its preStop hook first, then SIGTERM, and SIGKILL when the grace period is over. */
export function endContainer(
  state: KubeletState,
  work: PodWork,
  { name, id }: { readonly name: string; readonly id: string },
  graceSeconds: number,
  then: string,
  io: IO,
): void {
  const container = specNamed(work.pod, name);
  const hook: Hook = { kind: 'PreStop', graceSeconds, then };
  const hasHook = container?.lifecycle?.preStop !== undefined && graceSeconds > 0;
  if (hasHook && hooking.runner?.begin(state, work, container, id, hook, io)) return;
  stopContainer(state, work.uid, id, graceSeconds, then, io);
}

/** SIGTERM now; the answer comes with `then` when the process has ended. */
export function stopContainer(
  state: KubeletState,
  uid: string,
  container: string,
  graceSeconds: number,
  then: string,
  io: IO,
): void {
  const timeoutMs = Math.max(graceSeconds, MIN_GRACE_SECONDS) * 1000;
  ask(state, io, 'stopContainer', { container, timeoutMs }, then, { uid });
}
