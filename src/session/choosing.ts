import { putAside } from './playground.ts';
import type { SavedSession, ScenarioProblem } from './protocol.ts';
import type { Store } from './store.ts';
import { leave, present } from './visiting.ts';

/**
 * Puts another cluster on the stage of the playground, and the present one aside. When its scenario file is refused,
 * nothing has changed, and everything that is wrong with it comes back.
 */
export async function takeCluster(store: Store, cluster: SavedSession): Promise<readonly ScenarioProblem[]> {
  const { id } = store.page.stage;
  const page = store.page.sessions[id];
  if (page === undefined) return [];
  if (store.visit.value !== undefined) await leave(store, false);
  store.pause();
  const open = { id, spec: page.spec, files: {}, saved: cluster, isAnew: true };
  const { frame, refused, problem } = await store.ask(id, { ask: 'open', open });
  if (frame === undefined) {
    store.problem.value = '';
    return refused ?? [{ line: 1, title: 'The cluster does not start', reason: problem ?? '', fix: 'Choose another.' }];
  }
  putAside(store);
  await present(store, frame, store.view.value, undefined);
  store.cuts.value++;
  await store.save(id);
  return [];
}
