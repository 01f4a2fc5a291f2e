import { resourceOfWord } from '../../api/index.ts';
import type { JsonObject, KubeObject } from '../../api/meta.ts';
import type { PolicyRule } from '../../api/rbac/rules.ts';
import {
  answerOf,
  type Command,
  defineCommand,
  err,
  fail,
  failureOf,
  type Job,
  out,
  type Reply,
  type Step,
} from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { checkFormat, printObject } from '../output.ts';
import { goStrings, ruleRows } from '../rulerows.ts';
import { alignRows } from '../tabwriter.ts';

const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const KNOWN_VERBS =
  'get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest';
const KNOWN_URL_VERBS = 'get put post head options delete patch *';
/** Names that RBAC knows and the server does not serve. */
const NOT_SERVED = ['users', 'groups'];

/** kubectl auth can-i. Follows pkg/cmd/auth/cani.go. */
const canI = defineCommand({
  name: 'auth can-i',
  usage: 'auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  summary: 'Check whether an action is allowed',
  flags: 'all-namespaces/A! list! no-headers! quiet/q! subresource',
  start(job) {
    const { args } = job;
    const { words } = args;
    if (isOn(args, 'list')) {
      if (words.length > 0) return fail('list option must be specified with no arguments');
      return ask('SelfSubjectRulesReview', { namespace: namespaceOf(job) }, 'rules');
    }
    if (words.length !== 2) {
      const text = 'you must specify two arguments: verb resource or verb resource/resourceName.';
      return fail(`${text}\nSee 'kubectl auth can-i -h' for help and examples.`);
    }
    if (isOn(args, 'no-headers')) return fail('--no-headers cannot be set without --list specified');
    const [verb = '', what = ''] = words;
    return what.startsWith('/') ? askAboutUrl(job, verb, what) : askAboutResource(job, verb, what);
  },
  stages: { access, rules },
});

function askAboutUrl({ args }: Job, verb: string, path: string): Step {
  if (flag(args, 'subresource') !== '') return fail('--subresource can not be used with NonResourceURL');
  const step = ask('SelfSubjectAccessReview', { nonResourceAttributes: { path, verb } }, 'access');
  return KNOWN_URL_VERBS.split(' ').includes(verb)
    ? step
    : { ...step, print: warn(`verb '${verb}' is not a known verb`) };
}

function askAboutResource(job: Job, verb: string, what: string): Step {
  const [type = '', name = ''] = what.split('/');
  const found = type === '*' ? undefined : resourceOfWord(type);
  const [plain = '', ...group] = type.toLowerCase().split('.');
  const inGroup = group.length === 0 ? '' : ` in group '${group.join('.')}'`;
  const lines: string[] = [];
  if (found === undefined && type !== '*' && !NOT_SERVED.includes(type)) {
    lines.push(`the server doesn't have a resource type '${plain}'${inGroup}`);
  }
  if (found?.namespaced === false && !isOn(job.args, 'all-namespaces')) {
    const where = found.group === '' ? '' : ` in group '${found.group}'`;
    lines.push(`resource '${found.plural}' is not namespace scoped${where}`);
  }
  if (!KNOWN_VERBS.split(' ').includes(verb)) lines.push(`verb '${verb}' is not a known verb`);
  const resourceAttributes = {
    namespace: namespaceOf(job),
    verb,
    group: found?.group ?? '',
    resource: found?.plural ?? type,
    subresource: flag(job.args, 'subresource'),
    name,
  };
  return { ...ask('SelfSubjectAccessReview', { resourceAttributes }, 'access'), print: lines.flatMap(warn) };
}

function namespaceOf(job: Job): string {
  return isOn(job.args, 'all-namespaces') ? '' : job.namespace;
}

function warn(text: string) {
  return err(`Warning: ${text}`, '');
}

function ask(kind: string, spec: JsonObject, then: string): Step {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind, metadata: { creationTimestamp: null }, spec };
  return { request: { method: 'POST', path: `${AUTHORIZATION}/${kind.toLowerCase()}s`, body }, then };
}

function access(job: Job, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const {
    allowed,
    reason = '',
    evaluationError = '',
  } = (response.body as { status: Readonly<Record<string, string>> }).status;
  const exit = allowed ? 0 : 1;
  if (isOn(job.args, 'quiet')) return { exit };
  const text = allowed ? ['yes'] : ['no', reason, evaluationError].filter((part) => part !== '');
  return { print: out(...text.join(' - ').split('\n')), exit };
}

interface Rules {
  readonly resourceRules: readonly PolicyRule[];
  readonly nonResourceRules: readonly PolicyRule[];
  readonly incomplete: boolean;
  readonly evaluationError?: string;
}

const TITLES = ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs'];

function rules(job: Job, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const { status } = response.body as { readonly status: Rules };
  const rows = ruleRows([...status.resourceRules, ...status.nonResourceRules]);
  const table = out(...alignRows(isOn(job.args, 'no-headers') ? rows : [TITLES, ...rows]).lines);
  const why = status.incomplete ? err(`Warning: the list may be incomplete: ${status.evaluationError ?? ''}`) : [];
  return { print: [...why, ...table], exit: 0 };
}

/** kubectl auth whoami. Follows pkg/cmd/auth/whoami.go. */
const whoami = defineCommand({
  name: 'auth whoami',
  usage: 'auth whoami [-o yaml|json]',
  summary: 'Check self subject attributes',
  flags: 'output/o',
  others: 'allow-missing-template-keys! show-managed-fields! template',
  start(job) {
    const problem = checkFormat(job);
    if (problem !== undefined) return fail(problem);
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
      metadata: { creationTimestamp: null },
      status: { userInfo: {} },
    };
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    return { request: { method: 'POST', path, body }, then: 'reviewed' };
  },
  stages: {
    reviewed(job, reply) {
      const response = answerOf(reply);
      if (response.status === 403) return fail(NO_PERMISSION);
      const failure = failureOf(response);
      if (failure !== undefined) return { failure, exit: 1 };
      const object = response.body as KubeObject;
      if (flag(job.args, 'output') === '') return { print: out(...userLines(object)), exit: 0 };
      const printed = printObject(job, object);
      return 'print' in printed ? { print: printed.print, exit: 0 } : fail(printed.error);
    },
  },
});

const NO_PERMISSION =
  'the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it';

interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

function userLines({ status }: KubeObject): readonly string[] {
  const {
    username = '',
    uid = '',
    groups = [],
    extra = {},
  } = (status as unknown as { readonly userInfo: UserInfo }).userInfo;
  const keys = Object.keys(extra).sort();
  const rows = [
    ['ATTRIBUTE', 'VALUE'],
    ...(username === '' ? [] : [['Username', username]]),
    ...(uid === '' ? [] : [['UID', uid]]),
    ...(groups.length === 0 ? [] : [['Groups', goStrings(groups)]]),
    ...keys.map((key) => [`Extra: ${key}`, goStrings(extra[key])]),
  ];
  return alignRows(rows).lines;
}

/** The commands that ask who one is and what one may do. */
export const authCommands: readonly Command[] = [canI, whoami];
