import { pathOf } from '../api/index.ts';
import type { JsonObject } from '../api/meta.ts';
import { qualified } from '../api/status.ts';
import { call } from '../client/calls.ts';
import { addInformer } from '../client/client.ts';
import { DISCOVERY, kindsIn } from '../client/discovery.ts';
import { startInformer } from '../client/informer.ts';
import type { Millis } from '../kernel/message.ts';
import { API_SERVER } from '../protocol/http.ts';
import type { Discovering } from './discovering.ts';
import type { ManagerState } from './hosted.ts';

/** Upstream garbagecollector.go `Sync`: every 30 s. */
const PERIOD_MS: Millis = 30_000;
const DISCOVERED = 'discovered';
const ROUTINE = { routine: true };

/**
 * Every 30 seconds the process asks which kinds there are; it watches what is new, so that the garbage collector sees
 * owners and dependents of those kinds, and the namespace controller empties them too. Follows
 * pkg/controller/garbagecollector/garbagecollector.go `Sync`; leaves out objects whose owners were of a kind that was
 * not known yet when they came.
 */
export const discovery: Discovering = {
  kinds: ({ found }) => watchable(found),
  ask(state, io) {
    call(state.client, io, DISCOVERY, DISCOVERED, null, ROUTINE);
    io.after(PERIOD_MS, 'discovery/ask', null, ROUTINE);
  },
  answered(state, { then, response }, io) {
    if (then !== DISCOVERED) return false;
    if (response.status !== 200) return true;
    const before = new Set(watchable(state.found).map(qualified));
    state.found = response.body as JsonObject;
    const now = watchable(state.found);
    for (const kind of now) {
      const name = qualified(kind);
      if (before.delete(name)) continue;
      addInformer(state.client, { name, path: pathOf(kind, '') });
      startInformer(state.client, name, io);
    }
    for (const name of before) {
      const watch = state.client.informers.get(name)?.watch ?? '';
      if (watch !== '') io.send(API_SERVER, 'cancel', { watch }, ROUTINE);
      state.client.informers.delete(name);
      state.client.caches.delete(name);
    }
    return true;
  },
};

function watchable(found: ManagerState['found']) {
  return kindsIn(found).filter(({ verbs }) => verbs.includes('watch'));
}
