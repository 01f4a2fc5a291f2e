import { pathOf } from '../api/index.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { Job } from './command.ts';
import { flag } from './flags.ts';
import { resourceOf } from './resources.ts';

/** The DELETE of the item in hand. `graceSeconds`: -1 for the object's own. */
export function deleteRequest({ args, item }: Pick<Job, 'args' | 'item'>, graceSeconds: number): HttpRequest {
  const { target, name, namespace } = item;
  const cascade = { foreground: 'Foreground', orphan: 'Orphan', false: 'Orphan' }[flag(args, 'cascade')];
  const body = {
    ...(graceSeconds >= 0 ? { gracePeriodSeconds: graceSeconds } : {}),
    propagationPolicy: cascade ?? 'Background',
    ...(flag(args, 'dry-run') === 'server' ? { dryRun: ['All'] } : {}),
  };
  return { method: 'DELETE', path: pathOf(resourceOf(target.plural), namespace, name), body };
}
