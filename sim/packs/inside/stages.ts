import type { Note } from '../../kernel/component.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { decisionText } from '../../view/decisions.ts';
import type { TracedRequest } from './requests.ts';
import type { Stage } from './section.ts';

/** Where a request is that has no answer yet: among those that wait for a seat, or with a question to etcd or a kubelet. */
export type Place = { readonly at: 'line' | 'held' } | { readonly at: 'asks'; readonly text: string } | undefined;

/** The stages of the handler chain, in upstream's order. */
const NAMES = [
  'authentication',
  'audit',
  'impersonation',
  'priority and fairness',
  'authorization',
  'mutating admission',
  'validation',
  'validating admission',
  'storage',
] as const;

type Verdict = Omit<Stage, 'name'>;

const LATER: Verdict = { state: 'later', text: 'not there yet' };
const NEVER: Verdict = { state: 'never', text: 'it did not come so far' };

/** What each stage did with a request. What it wrote down is told; where it has nothing to say, that it let it pass. */
export function stagesOf(request: TracedRequest, place: Place): readonly Stage[] {
  const find = (what: string) => request.notes.find((note) => note.what === `apiserver/${what}`);
  const verdicts = [...guards(request, find, place), ...writes(request, find, place)];
  let rest: Verdict | undefined;
  return NAMES.map((name, index) => {
    const verdict = rest ?? verdicts[index] ?? LATER;
    if (verdict.state === 'stopped') rest = NEVER;
    else if (verdict.state === 'here' || verdict.state === 'later') rest = LATER;
    return { name, ...verdict };
  });
}

type Find = (what: string) => Note | undefined;

function guards({ message, answer }: TracedRequest, find: Find, place: Place): readonly Verdict[] {
  const known = find('authenticated');
  const unknown = find('unauthenticated');
  if (place?.at === 'held') return [{ state: 'here', text: 'waits until the watch caches are filled' }];
  if (unknown !== undefined) return [stopped(`401: it ${decisionText(unknown)}`)];
  if (known === undefined)
    return [answer === undefined ? LATER : stopped('answered at the door, as health checks are')];
  const as = find('impersonated');
  const judged = find('authorized') ?? find('forbidden');
  const asks = (message.body as Partial<HttpRequest>).headers?.['impersonate-user'];
  const isRefused = asks !== undefined && as === undefined;
  return [
    passed(
      known['how'] === 'anonymous' ? `${known['user']}: it shows nothing` : `${known['user']}, by ${known['how']}`,
    ),
    passed('who asks for what is written down before anything else'),
    isRefused
      ? stopped(`403: it may not be ${asks}`)
      : as
        ? passed(`as ${as['as']}`)
        : never('it names nobody else to be carried out as'),
    fairness(find, place),
    judged === undefined ? LATER : authorization(judged),
  ];
}

function fairness(find: Find, place: Place): Verdict {
  const rejected = find('rejected');
  const queued = find('queued');
  const judged = find('authorized') ?? find('forbidden');
  if (rejected !== undefined) return stopped(`429: it ${decisionText(rejected)}`);
  const waited = queued === undefined ? 'a seat was free' : `waited behind ${queued['waiting']} others`;
  if (judged !== undefined) return passed(`level ${judged['level']}: ${waited}`);
  if (place?.at === 'line') return { state: 'here', text: `waits for a seat at the level ${queued?.['level']}` };
  return queued === undefined ? LATER : stopped('429: it waited too long for a seat');
}

function authorization(note: Note): Verdict {
  const reason = String(note['reason'] ?? '');
  if (note.what === 'apiserver/authorized') return passed(reason === '' ? 'allowed' : `allowed: ${reason}`);
  return stopped(`403: it ${decisionText(note)}`);
}

/** The stages of those that change something; the others go to storage at once. */
function writes(request: TracedRequest, find: Find, place: Place): readonly Verdict[] {
  const { method = 'GET' } = request.message.body as Partial<HttpRequest>;
  if (method === 'GET') {
    const read = never('it changes nothing');
    return [read, read, read, storage(request, find, place)];
  }
  const refused = find('refused');
  const by = refused === undefined ? '' : `${refused['by']}: ${refused['reason']}`;
  const invalid = find('invalid');
  const isValid = find('validated') !== undefined;
  const isThrough = find('stored') !== undefined || place?.at === 'asks';
  const changed = (find('admitted')?.['changedBy'] ?? []) as readonly string[];
  const mutating = changed.length === 0 ? 'no plugin changed it' : `changed by ${changed.join(', ')}`;
  const isEarly = refused !== undefined && !isValid && invalid === undefined;
  const last = storage(request, find, place);
  if (isEarly) return [stopped(`403: ${by}`)];
  if (invalid !== undefined) {
    const errors = invalid['errors'] as readonly string[];
    return [passed(mutating), stopped(`422: ${errors.join('; ')}`)];
  }
  if (refused !== undefined) return [passed(mutating), passed('it is valid'), stopped(`403: ${by}`)];
  if (isThrough) return [passed(mutating), passed('it is valid'), passed('nobody objects'), last];
  const unknown = { state: 'passed', text: 'nothing was noted' } as const;
  return request.answer === undefined ? [LATER] : [unknown, unknown, unknown, last];
}

function storage({ asked, answer }: TracedRequest, find: Find, place: Place): Verdict {
  if (place?.at === 'asks') return { state: 'here', text: place.text };
  const stored = find('stored');
  if (stored !== undefined) return done(`written, revision ${stored['revision']}`);
  if (asked.some((kind) => kind === 'range')) return done('read from etcd');
  if (asked.length > 0) return done('etcd was asked, and nothing was written');
  return answer === undefined ? LATER : never('etcd was not asked: the watch cache knew');
}

function passed(text: string): Verdict {
  return { state: 'passed', text };
}

function done(text: string): Verdict {
  return { state: 'done', text };
}

function stopped(text: string): Verdict {
  return { state: 'stopped', text };
}

function never(text: string): Verdict {
  return { state: 'never', text };
}
