import type { Command } from '../command.ts';
import { metadataOf } from '../creating.ts';
import { flag, isOn, isSet } from '../flags.ts';
import { generator } from './generators.ts';

/** kubectl create quota. Follows pkg/cmd/create/create_quota.go. */
const createQuota = generator({
  name: 'create quota',
  aliases: ['create resourcequota'],
  usage: 'create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]',
  summary: 'Create a quota with the specified name',
  flags: 'hard scopes',
  object(job, name) {
    const pairs = flag(job.args, 'hard')
      .split(',')
      .filter((text) => text !== '');
    const wrong = pairs.find((pair) => !/^[^=]+=[^=]+$/.test(pair));
    if (wrong !== undefined) return `Invalid argument syntax ${wrong}, expected <resource>=<value>`;
    const scopes = flag(job.args, 'scopes')
      .split(',')
      .filter((text) => text !== '');
    const hard = Object.fromEntries(pairs.map((pair) => pair.split('=')));
    return {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: metadataOf(job, name),
      spec: { ...(pairs.length > 0 ? { hard } : {}), ...(scopes.length > 0 ? { scopes } : {}) },
      status: {},
    };
  },
  failure: 'failed to create quota',
});

/** kubectl create poddisruptionbudget. Follows pkg/cmd/create/create_pdb.go. */
const createBudget = generator({
  name: 'create poddisruptionbudget',
  aliases: ['create pdb'],
  usage: 'create poddisruptionbudget NAME --selector=SELECTOR --min-available=N',
  summary: 'Create a pod disruption budget with the specified name',
  flags: 'max-unavailable min-available selector',
  object(job, name) {
    const [most, least, selector] = ['max-unavailable', 'min-available', 'selector'].map((one) => flag(job.args, one));
    if (!selector) return 'a selector must be specified';
    if (!most && !least) return 'one of min-available or max-unavailable must be specified';
    if (most && least) return 'min-available and max-unavailable cannot be both specified';
    const amount = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
    const matchLabels = Object.fromEntries(selector.split(',').map((pair) => pair.split('=')));
    return {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: metadataOf(job, name),
      spec: {
        ...(least ? { minAvailable: amount(least) } : {}),
        selector: { matchLabels },
        ...(most ? { maxUnavailable: amount(most) } : {}),
      },
      status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
    };
  },
  failure: 'failed to create poddisruptionbudgets',
});

/** kubectl create priorityclass. Follows pkg/cmd/create/create_priorityclass.go. */
const createClass = generator({
  name: 'create priorityclass',
  aliases: ['create pc'],
  usage: 'create priorityclass NAME --value=VALUE --global-default=BOOL',
  summary: 'Create a priority class with the specified name',
  flags: 'description global-default! preemption-policy value#',
  object: (job, name) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { creationTimestamp: null, name },
    value: Number(flag(job.args, 'value') || 0),
    globalDefault: isOn(job.args, 'global-default'),
    description: flag(job.args, 'description'),
    preemptionPolicy: isSet(job.args, 'preemption-policy')
      ? flag(job.args, 'preemption-policy')
      : 'PreemptLowerPriority',
  }),
  failure: 'failed to create priorityclass',
});

/** The generators of what limits and ranks pods. */
export const policyGenerators: readonly Command[] = [createQuota, createBudget, createClass];
