import type { Followed, Hop } from '../../../../sim/packs/follow.ts';

/** A pod as kubectl names it in the namespace that is looked at. */
export const short = (pod: string): string => pod.replace(/^default\//, '');

/** What became of the request, in a sentence. */
export function summaryOf({ way, question, patienceMs }: Followed): string {
  const { outcome, pod, tookMs } = way;
  const what = `The request from ${short(question.from)} to ${question.to}`;
  if (outcome === 'ok') return `${what} was answered by ${short(pod)} after ${tookMs} ms.`;
  if (outcome === 'unresolved') {
    const isUnanswered = way.hops.some((hop) => hop.kind === 'unanswered' && hop.isLast);
    return `${what} was never sent: ${isUnanswered ? 'no name server has answered' : 'the name has no address'}.`;
  }
  if (outcome === 'refused') return `${what} was refused${pod === '' ? ' by a rule' : ` by ${short(pod)}`}.`;
  return `${what} got no answer within ${patienceMs / 1000} s.`;
}

/** What happens at a station. */
export function sentenceOf(hop: Hop): string {
  switch (hop.kind) {
    case 'name':
      return nameSentence(hop);
    case 'lookup':
      return `${hop.isAgain ? 'Once more the' : 'The'} pod’s resolver asks ${hop.server} for ${hop.name}, by UDP to port 53.`;
    case 'unanswered':
      return `${UNANSWERED[hop.why] ?? hop.why}${hop.isLast ? ' The program is told that nobody knows, for now.' : ''}`;
    case 'rules':
      return rulesSentence(hop);
    case 'wire':
      return `Over the wire from ${hop.from} to ${hop.to}.`;
    case 'policy':
      return `A NetworkPolicy about ${hop.pod} does not allow it (${hop.side}): ${hop.node} drops it without a word.`;
    case 'pod':
      return hop.pod === '' ? `Handed over on ${hop.node}.` : `Handed to ${short(hop.pod)} on ${hop.node}.`;
    case 'lost':
      return `It dies here: ${hop.at.replace(/^network\//, '')} ${LOST[hop.why]}.`;
    case 'nobody':
      return `It dies here: no pod has the address ${hop.address.replace(/:\d+$/, '')}. Nobody is told.`;
    case 'answer':
      return answerSentence(hop);
  }
}

const LOST = {
  partition: 'cannot be reached, a cable is cut',
  loss: 'never gets it, the network lost it',
  'receiver-down': 'has no power',
  fault: 'never gets it',
} as const;

const TOOLS = { iptables: 'iptables', ipvs: 'IPVS', nftables: 'nftables' } as const;

/** By what a resolver noted of a question without an answer. */
const UNANSWERED: Readonly<Record<string, string>> = {
  timeout: 'No answer within 5 s.',
  refused: 'The question is refused.',
  SERVFAIL: 'The server says SERVFAIL: it has not heard of all Services yet.',
};

function nameSentence({ name, address, by, pod }: Extract<Hop, { kind: 'name' }>): string {
  if (by === 'rules') return `The node looks ${name} up among its own rules: ${address}.`;
  const who = `CoreDNS (${short(pod)})`;
  return /^\d/.test(address) ? `${who} says that ${name} is ${address}.` : `${who} knows no ${name} (${address}).`;
}

function rulesSentence({ node, mode, lines, end, to, pod, isMasqueraded }: Extract<Hop, { kind: 'rules' }>): string {
  const met = `The kernel of ${node} (${TOOLS[mode]}): ${lines.length} ${lines.length === 1 ? 'rule is' : 'rules are'} met.`;
  if (end === 'REJECT') return `${met} The last one refuses it.`;
  if (end === 'DROP') return `${met} The last one drops it without a word.`;
  const source = isMasqueraded ? ' Its source becomes the node’s own, so that the answer comes back this way.' : '';
  if (to === '') return `${met} It goes on as it is.${source}`;
  return `${met} Its destination becomes ${to}${pod === '' ? '' : `, ${short(pod)}`}.${source}`;
}

function answerSentence({ outcome, text, ms }: Extract<Hop, { kind: 'answer' }>): string {
  if (outcome === 'ok') return `The answer comes back after ${ms} ms, translated back on its way: ${text}`;
  if (outcome === 'refused') return `“Connection refused” comes back after ${ms} ms.`;
  if (text !== '') return `The program’s C library says: ${text}.`;
  return 'The program is told that there is no such name.';
}
