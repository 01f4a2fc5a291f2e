import type { IO } from '../kernel/component.ts';
import type { Value } from '../kernel/value.ts';
import type { CriClientProtocol, RuntimeContainer } from '../protocol/cri.ts';
import { ask } from './runtime.ts';
import { EMPTY_VIEW, type KubeletState, type PodView } from './state.ts';

/**
 * The pod lifecycle event generator. Upstream relists the runtime every second for ever. Here the same ticks exist,
 * one a second from the start of the process, but one is only used when there is something to find: after kubelet
 * changed something itself, or after the runtime's hint that a process has ended. What kubelet notices, and when, is
 * the same; sixty lists of an idle node a minute are not sent. Upstream: `pleg/generic.go`.
 */
export function armRelist(state: KubeletState, io: IO): void {
  if (state.isRelistDue) return;
  state.isRelistDue = true;
  const period = state.config.relistPeriodMs;
  const since = (io.now - state.startedAt) % period;
  io.after(period - since, 'pleg/relist', null, { routine: true });
}

/** Asks for everything the runtime has. */
export function relist(state: KubeletState, io: IO): void {
  state.isRelistDue = false;
  ask(state, io, 'listContainers', null, 'relisted', null, { routine: true });
}

/** Everything the runtime has, by pod uid, newest first. */
export function viewsOf(body: Value): ReadonlyMap<string, PodView> {
  const { containers, sandboxes } = body as CriClientProtocol['listContainersDone'];
  const views = new Map<string, { sandboxes: PodView['sandboxes'][number][]; containers: RuntimeContainer[] }>();
  const viewFor = (uid: string) => {
    const view = views.get(uid) ?? { sandboxes: [], containers: [] };
    views.set(uid, view);
    return view;
  };
  for (const sandbox of sandboxes) viewFor(sandbox.podUid).sandboxes.unshift(sandbox);
  for (const container of containers) viewFor(container.podUid).containers.unshift(container);
  return views;
}

/** What the runtime has of one pod. */
export function viewOf(body: Value, uid: string): PodView {
  return viewsOf(body).get(uid) ?? EMPTY_VIEW;
}

/** Whether two views differ in what PLEG reports: which sandboxes and containers there are, and in which state. */
export function isSameView(left: PodView, right: PodView): boolean {
  return (
    left.sandboxes.length === right.sandboxes.length &&
    left.containers.length === right.containers.length &&
    left.sandboxes.every(
      ({ id, state }, index) => right.sandboxes[index]?.id === id && right.sandboxes[index]?.state === state,
    ) &&
    left.containers.every(
      ({ id, state }, index) => right.containers[index]?.id === id && right.containers[index]?.state === state,
    )
  );
}
