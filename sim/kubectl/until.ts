import { pathOf } from '../api/index.ts';
import type { KubeObject } from '../api/meta.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { answerOf, type Job, type Reply, type Step } from './command.ts';
import { resourceOf } from './resources.ts';

/** How long client-go waits before it lists again after a failure. */
const RETRY_MS = 800;

/** What is seen of the object: absent when it is not there (any more). */
export type Seen = { readonly object: KubeObject | undefined; readonly isDeleted: boolean };

/** What is known after a look: go on looking, or a step that ends it. */
export type Verdict = { readonly print?: Step['print'] } | { readonly step: Step };

/**
 * Waits for something about one object as `watchtools.UntilWithSync`: lists it, watches it, and begins again when the
 * watch ends. Give its two stages to the command: `listed` and `watched`.
 */
export function startUntil(job: Job): Step {
  return { request: requestFor(job, '0', '500'), then: 'listed' };
}

/** The stage `listed`. `look` is called with what the list holds. */
export function listedUntil(job: Job, reply: Reply, look: (seen: Seen) => Verdict): Step {
  if (reply.type === 'timer') return startUntil(job);
  const response = answerOf(reply);
  if (response.status !== 200) return { afterMs: RETRY_MS, then: 'listed' };
  const list = response.body as { metadata: { resourceVersion?: string }; items: readonly KubeObject[] };
  const verdict = look({ object: list.items[0], isDeleted: list.items.length === 0 });
  if ('step' in verdict) return verdict.step;
  const watch = requestFor(job, list.metadata.resourceVersion ?? '', '');
  return { ...(verdict.print === undefined ? {} : { print: verdict.print }), watch, then: 'watched' };
}

/** The stage `watched`. */
export function watchedUntil(reply: Reply, look: (seen: Seen) => Verdict): Step {
  if (reply.type !== 'frame') return { afterMs: RETRY_MS, then: 'listed' };
  const { type, object } = reply.frame;
  if (type === 'ERROR') return { afterMs: RETRY_MS, then: 'listed' };
  const verdict = look({ object: object as KubeObject, isDeleted: type === 'DELETED' });
  if ('step' in verdict) return verdict.step;
  return { ...(verdict.print === undefined ? {} : { print: verdict.print }), stay: true };
}

function requestFor(job: Job, revision: string, limit: string): HttpRequest {
  const { target, name, namespace } = job.item;
  return {
    method: 'GET',
    path: pathOf(resourceOf(target.plural), namespace),
    query: {
      fieldSelector: `metadata.name=${name}`,
      ...(limit === '' ? { allowWatchBookmarks: 'true' } : { limit }),
      resourceVersion: revision,
    },
  };
}
