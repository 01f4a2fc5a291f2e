import type { Note } from '../../kernel/component.ts';
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
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

/** Plugins that only judge, when an object has been found valid. */
const JUDGES: readonly string[] = [
  'LimitRanger',
  'PersistentVolumeClaimResize',
  'ValidatingAdmissionPolicy',
  'ResourceQuota',
];

/** The stages of those that change something; the others go to storage at once. */
function writes(request: TracedRequest, find: Find, place: Place): readonly Verdict[] {
  const { method = 'GET' } = request.message.body as Partial<HttpRequest>;
  const last = storage(request, find, place);
  if (method === 'GET') {
    const read = never('it changes nothing');
    return [read, read, read, last];
  }
  const refused = find('refused');
  const invalid = find('invalid');
  const through = find('admitted') ?? find('let-through');
  const mutating = mutation(through);
  if (invalid !== undefined) {
    const errors = invalid['errors'] as readonly string[];
    return [mutating, stopped(`422: ${errors.join('; ')}`)];
  }
  const hasObject = method !== 'DELETE' && through?.['operation'] !== 'eviction';
  const validation = hasObject ? passed('it is valid') : never('a deletion has no object to validate');
  if (refused !== undefined) {
    const refusal = stopped(`${codeOf(request)}: ${refused['by']}: ${refused['reason']}`);
    const isLate = find('validated') !== undefined || JUDGES.includes(String(refused['by']));
    return isLate ? [mutating, validation, refusal] : [refusal];
  }
  if (through !== undefined) {
    const said = saidBy(through, true);
    return [mutating, validation, passed(said === '' ? 'nobody objects' : said), last];
  }
  const unknown = passed('nothing was noted');
  return request.answer === undefined && place?.at !== 'asks' ? [LATER] : [unknown, unknown, unknown, last];
}

function mutation(through: Note | undefined): Verdict {
  const changed = (through?.['changedBy'] ?? []) as readonly string[];
  const said = through === undefined ? '' : saidBy(through, false);
  const text = changed.length === 0 ? 'no plugin changed it' : `changed by ${changed.join(', ')}`;
  return passed(said === '' ? text : `${text}; ${said}`);
}

/** What plugins said of a change that they let through: those that judge, or the others. */
function saidBy(through: Note, isJudge: boolean): string {
  const said = (through['said'] ?? []) as readonly string[];
  return said.filter((text) => JUDGES.includes(text.slice(0, text.indexOf(':'))) === isJudge).join('; ');
}

function codeOf({ answer }: TracedRequest): number {
  return (answer?.body as Partial<HttpResponse> | undefined)?.status ?? 403;
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
