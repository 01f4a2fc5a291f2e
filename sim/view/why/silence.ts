import type { Address, Millis } from '../../kernel/message.ts';
import { READER } from '../../kernel/world.ts';
import { clockText, lengthText } from '../names.ts';
import type { Step } from '../step.ts';
import type { Causes, Told } from './chain.ts';
import type { Dropped, Revision } from './history.ts';

/**
 * Something that did not come is no message and can have no cause in the trace. What can be told of a node's silence:
 * its last sign of life, what was lost on the way, and what a person had done to it. Undefined for other decisions.
 */
export function silenceOf(
  causes: Causes,
  decision: Step,
): { readonly links: readonly Told[]; readonly end: string } | undefined {
  if (decision.verb !== 'nodelifecycle/node-silent') return undefined;
  const node = decision.object.slice('node/'.length);
  const last = lastRenewal(causes, node, decision);
  const lost = firstLost(causes, node, last?.at ?? Number.NEGATIVE_INFINITY, decision.at);
  const fault = faultBehind(causes, node, decision);
  const silence = silenceLink(node, decision, last);
  const links = [silence, lost && lostLink(lost), fault].filter((link): link is Told => link !== undefined);
  return { links, end: fault === undefined ? UNKNOWN : '' };
}

const UNKNOWN = 'What silenced it is not in this history: it was done before the clock began, or by nobody.';

function lastRenewal({ history }: Causes, node: string, { at }: Step): Revision | undefined {
  return history.revisions.get(`/registry/leases/kube-node-lease/${node}`)?.findLast((one) => one.at <= at);
}

/** It holds at the moment of the decision: that is when it is shown. */
function silenceLink(node: string, { at, seq }: Step, last: Revision | undefined): Told {
  const since =
    last === undefined
      ? 'since the cluster’s clock began'
      : `since revision ${last.revision} at ${clockText(last.at)}, ${lengthText(at - last.at)} before`;
  const text = `lease/${node} has not been renewed ${since}.`;
  const [by, object] = [`kubelet/${node}`, `lease/${node}`];
  return { kind: 'silence', at, seq, by, verb: 'renew', object, sentence: [{ text }] };
}

/** The first message of the node's kubelet that was lost since. */
function firstLost({ history }: Causes, node: string, from: Millis, to: Millis): Dropped | undefined {
  return history.dropped.find(({ message, at }) => message.from === `kubelet/${node}` && at > from && at <= to);
}

function lostLink({ at, seq, message, reason }: Dropped): Told {
  const why = reason === 'partition' ? 'the network between them is cut' : 'it was lost on the way';
  const text = `From ${clockText(at)} on, what its kubelet sends does not arrive: ${why}.`;
  return { kind: 'silence', at, seq, by: message.from, verb: 'lost', object: '', sentence: [{ text }] };
}

/** What a person did to the node, or to what its renewals pass through, and had not mended when it was given up. */
function faultBehind({ steps }: Causes, node: string, decision: Step): Told | undefined {
  const targets: readonly Address[] = [
    `node/${node}`,
    `kubelet/${node}`,
    'kube-apiserver',
    'load-balancer',
    'etcd',
    'node/control-plane',
  ];
  let open: Step | undefined;
  for (const step of steps) {
    if (step.at > decision.at) break;
    if (step.kind !== 'fault') continue;
    const [verb = ''] = step.verb.split(' ');
    if (['kill', 'cut', 'stop'].includes(verb) && targets.includes(step.object)) open ??= step;
    else if (verb === 'repair' || (['start', 'heal'].includes(verb) && step.object === open?.object)) open = undefined;
  }
  if (open === undefined) return undefined;
  const { at, seq, verb, object, sentence } = open;
  return { kind: 'fault', at, seq, by: READER, verb, object, sentence };
}
