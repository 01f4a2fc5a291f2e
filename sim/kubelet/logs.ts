import type { ContainerStatus } from '../api/kinds/pod.ts';
import { microTime } from '../api/meta.ts';
import { allContainers } from '../api/podspec/initcontainers.ts';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage, MessageId } from '../kernel/message.ts';
import type { CriClientProtocol } from '../protocol/cri.ts';
import type { KubeletProtocol } from '../protocol/kubelet.ts';
import { ask, type CriAnswer } from './runtime.ts';
import { type KubeletState, statusOf } from './state.ts';

type Wanted = KubeletProtocol['containerLog'];

interface Waiting {
  readonly id: MessageId;
  readonly from: string;
  readonly tailLines: number | undefined;
  readonly timestamps: boolean;
}

/**
 * Answers for a container's log: the one call that goes from the API server to a node. Upstream: `server/server.go`
 * getContainerLogs, `kubelet_pods.go` validateContainerLogStatus. Leaves out: following, sinceTime, byte limits.
 */
export function containerLog(state: KubeletState, message: AnyMessage, io: IO): void {
  const { namespace, pod, container, previous = false, tailLines, timestamps = false } = message.body as Wanted;
  const reply = (status: number, text: string) => io.reply(message, 'containerLogDone', { status, text });
  const work = [...state.works.values()].find(({ pod: { metadata }, isGone }) => {
    return metadata.name === pod && metadata.namespace === namespace && !isGone;
  });
  if (work === undefined) {
    reply(404, `pod "${pod}" does not exist\n`);
    return;
  }
  if (!allContainers(work.pod.spec).some(({ name }) => name === container)) {
    reply(404, `container "${container}" not found in pod "${pod}"\n`);
    return;
  }
  const found = logSource(pod, container, statusOf(work, container), previous);
  const [, id] = /^[a-z-]+:\/\/([0-9a-f]+)$/.exec(found) ?? [];
  if (id !== undefined) {
    const data: Waiting = { id: message.id, from: message.from, tailLines, timestamps };
    ask(state, io, 'containerLog', { container: id }, 'log', data);
  } else reply(400, found);
}

/** The runtime has given the lines. */
export function logRead(answer: CriAnswer, io: IO): void {
  const { id, from, tailLines, timestamps } = answer.data as Waiting;
  if (answer.error !== '') {
    io.reply({ id, from }, 'containerLogDone', { status: 500, text: answer.error });
    return;
  }
  const { lines } = answer.body as CriClientProtocol['containerLogDone'];
  const wanted = tailLines === undefined ? lines : lines.slice(Math.max(0, lines.length - tailLines));
  const text = wanted.map((line) => `${timestamps ? `${microTime(line.at)} ` : ''}${line.text}\n`).join('');
  io.reply({ id, from }, 'containerLogDone', { status: 200, text });
}

/** The id of the container whose log is meant, or upstream's reason why there is none. */
function logSource(pod: string, name: string, status: ContainerStatus | undefined, previous: boolean): string {
  const subject = `container "${name}" in pod "${pod}"`;
  if (status === undefined) return `${subject} is not available`;
  const { state = {}, lastState = {}, containerID = '' } = status;
  const before = lastState.terminated?.containerID ?? '';
  if (previous) return before === '' ? `previous terminated ${subject} not found` : before;
  if (state.running !== undefined) return containerID;
  if (state.terminated !== undefined) return state.terminated.containerID || before || `${subject} is terminated`;
  if (lastState.terminated !== undefined) return before === '' ? `${subject} is terminated` : before;
  const reason = state.waiting?.reason ?? '';
  if (reason === 'ErrImagePull') return `${subject} is waiting to start: image can't be pulled`;
  if (reason === 'ImagePullBackOff') return `${subject} is waiting to start: trying and failing to pull image`;
  return `${subject} is waiting to start: ${reason}`;
}
