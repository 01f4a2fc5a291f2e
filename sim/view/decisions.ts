import type { Note } from '../kernel/component.ts';
import { lengthText } from './names.ts';

/** What a noted fact says, as the rest of a sentence whose subject is the actor. Numbers and names come from the note. */
export function decisionText(note: Note): string {
  const template = SENTENCES['subresource' in note ? `${note.what}/subresource` : note.what];
  if (template === undefined) return anyFact(note);
  const filled = template.replace(/\{(\w+)(?:\|(\w+))?\}/g, (_, name: string, otherwise = '') => {
    return detailText(name, note[name]) || otherwise;
  });
  return filled.replace(/ \(\)|: (?=$|;)/g, '');
}

/** Sentences by fact; `{name}` is a detail of the note, `{name|none}` one that may be empty. */
const SENTENCES: Readonly<Record<string, string>> = {
  'kubectl/printed': 'prints: {text}',
  'kubectl/editing': 'opens what it has read in an editor, and waits until the file is saved',
  'scheduler/popped': 'takes {about} from its queue',
  'scheduler/filtered': 'finds {feasible} of {of} nodes that fit ({reasons})',
  'scheduler/scored': 'scores them, and {winner} is best with {score}',
  'scheduler/assumed': 'counts {about} on {node} from now on',
  'scheduler/held': 'waits with the binding of {about} to {node} until its claims are bound',
  'scheduler/unschedulable': 'finds no node for {about}: {message}',
  'scheduler/preempts': 'makes room for {about} on {node}: {victims} must go',
  'apiserver/authenticated': 'knows who asks: {user}',
  'apiserver/unauthenticated': 'does not know who asks ({reason})',
  'apiserver/impersonated': 'carries the request of {user} out as {as}',
  'apiserver/queued': 'has no free seat at the level {level}, so the request waits behind {waiting} others',
  'apiserver/rejected': 'has no seat and no place in the line at the level {level}',
  'apiserver/authorized': 'allows it to {verb} {about}',
  'apiserver/authorized/subresource': 'allows it to {verb} {resource}/{subresource} for {about}',
  'apiserver/forbidden': 'does not allow {user} to {verb} {about}: {reason}',
  'apiserver/forbidden/subresource': 'does not allow {user} to {verb} {resource}/{subresource} for {about}: {reason}',
  'apiserver/admitted': 'puts it through admission (changed by {changedBy|none})',
  'apiserver/let-through': 'puts the {operation} through admission (changed by {changedBy|none}): {said}',
  'apiserver/refused': 'refuses it in admission, by {by}: {reason}',
  'apiserver/invalid': 'finds it invalid: {errors}',
  'apiserver/validated': 'finds it valid',
  'apiserver/named': 'looks whether the names in {about} are free',
  'apiserver/established': 'serves the kind of {about} from now on',
  'apiserver/ending': 'ends the kind of {about}',
  'apiserver/emptying': 'deletes every object of the kind of {about}',
  'apiserver/ended': 'lets {about} go',
  'etcd/campaigns': 'stands for election, and begins term {term}',
  'etcd/elected': 'has the votes of a majority, and leads in term {term}',
  'etcd/follows': 'follows {leader} in term {term}',
  'etcd/stepped-down': 'is leader no longer: {reason}',
  'client/connection-lost': 'gives up its connection to the API server: {reason}',
  'election/lost': 'could not renew its lease for 10 s, so it ends; it will be started again',
  'election/won': 'has {about} now, and begins to work',
  'balancer/down': 'finds {server} unwell three times in a row, and passes nothing more on to it',
  'balancer/up': 'finds {server} well twice in a row, and passes connections on to it again',
  'client/outcome': 'gets another outcome for its requests: {outcome}, before {before|none}',
  'dns/answered': 'answers the question for {name}: {code} ({records})',
  'dns/unanswered': 'has no answer to the question for {name} ({why})',
  'policy/dropped': 'drops a packet from {from} to {to} without a word: no policy about {about} allows it ({side})',
  'etcd/restored': 'has data on its disk again; the store is at revision {revision}',
  'kubelet/container-died': 'notices that {container} of {about} has ended with exit code {exitCode} ({reason})',
  'kubelet/probe-failed': 'finds the {probe} probe of {container} in {about} failed: {output}',
  'kubelet/startup-success': 'counts {container} of {about} as started',
  'kubelet/startup-failure': 'gives {container} of {about} up: it has not started in time',
  'kubelet/liveness-success': 'counts {container} of {about} as alive',
  'kubelet/liveness-failure': 'counts {container} of {about} as dead after so many failures',
  'kubelet/readiness-success': 'counts {container} of {about} as ready',
  'kubelet/readiness-failure': 'counts {container} of {about} as not ready',
  'kubelet/pod-gone': 'hears that {about} is no longer in the API',
  'kubelet/orphan': 'finds containers of {about}, which the API does not know, and stops them',
  'kubelet/rejected': 'will not run {about}: {message}',
  'kubelet/registered': 'has its Node object, {about}',
  'kubelet/node-ready': 'finds {about} fit to run pods',
  'kubelet/node-not-ready': 'finds {about} unfit to run pods',
  'kubelet/runtime-lost': 'has lost its runtime',
  'kubelet/sandbox-ready': 'has a sandbox for {about}, with the address {ip}',
  'kubelet/mounted': 'finds the claims of {about} bound, and has their volumes',
  'kubelet/start-failed': 'cannot start {container} of {about}: {reason}',
  'kubelet/back-off': 'waits {delayMs} before it starts {container} of {about} again',
  'kubelet/killing': 'stops {container} of {about} ({reason})',
  'kubelet/terminated': 'has stopped all containers of {about}',
  'kubelet/finalized': 'is done with {about}',
  'containerd/sigterm': 'sends SIGTERM to {container} of {about}',
  'containerd/sigkill': 'sends SIGKILL to {container} of {about}',
  'containerd/exited': 'sees {container} of {about} end with exit code {exitCode} ({reason})',
  'nodelifecycle/node-silent': 'has not heard of {about} for {silentMs}, and gives it up as NotReady',
  'nodelifecycle/taint': 'finds these taints due on {about}: {taints|none}',
  'nodelifecycle/zone': 'takes zone {zone} for {state}',
  'nodelifecycle/all-zones-down': 'has lost every node, and so evicts nothing',
  'nodelifecycle/some-zone-back': 'hears of nodes again, and starts its clocks anew',
  'tainteviction/scheduled': 'will evict {about} in {delayMs}, unless the taint goes',
  'tainteviction/evicted': 'evicts {about} from {node}',
  'deployment/new-replicaset': 'wants a new ReplicaSet for {about}: {replicaset}, revision {revision}',
  'deployment/complete': 'finds {about} complete: {replicas} available',
  'replicaset/too-few': 'finds {active} of {wanted} pods for {about}, and creates {creating}',
  'replicaset/too-many': 'finds {active} pods for {about} where {wanted} are wanted, and deletes {deleting}',
  'endpointslice/synced': 'counts {ready} of {endpoints} endpoints ready for {about}',
  'volume/found': 'finds {volume} for {about}',
  'podgc/collected': 'clears away {about}: {why}',
  'garbagecollector/collected': 'deletes {about}, whose owner {owner} is gone',
  'lab/deployed': 'starts with the program {program}',
  'lab/reconciled': 'looks at {about}, and writes: {writes|nothing}',
  'lab/scored': 'gives its numbers for {about}: {scores}',
  'lab/grant': 'gives {candidate} its vote for term {term}: {because}',
  'lab/refuse': 'gives {candidate} no vote for term {term}: {because}',
  'lab/would-grant': 'would vote for {candidate} in term {term}: {because}',
  'lab/would-refuse': 'would not vote for {candidate} in term {term}: {because}',
  'lab/chosen': 'chooses endpoints for the rules of {about}: {told}',
  'lab/logged': 'logs: {text}',
  'lab/crashed': 'crashes in line {line|unknown}: {message}; it is started again in {delayMs}',
  'controller/retry': 'tries {key} again in {delayMs}: {error}',
};

/** A fact without a sentence of its own: its words and what it carries. */
function anyFact(note: Note): string {
  const words = note.what.slice(note.what.indexOf('/') + 1).replaceAll('-', ' ');
  const details = Object.entries(note)
    .filter(([name, value]) => name !== 'what' && name !== 'about' && textOf(value) !== '')
    .map(([name, value]) => `${name} ${detailText(name, value)}`);
  const about = note.about === undefined ? '' : ` ${note.about}`;
  return `notes: ${words}${about}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function detailText(name: string, value: unknown): string {
  return name.endsWith('Ms') && typeof value === 'number' ? lengthText(value) : textOf(value);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, inner]) => `${textOf(inner)} ${name}`)
      .join(', ');
  }
  return value === undefined || value === null ? '' : String(value);
}
