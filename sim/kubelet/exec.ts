import type { IO } from '../kernel/component.ts';
import type { AnyMessage, MessageId } from '../kernel/message.ts';
import type { CriClientProtocol } from '../protocol/cri.ts';
import type { KubeletProtocol } from '../protocol/kubelet.ts';
import { ask, type CriAnswer } from './runtime.ts';
import { type KubeletState, statusOf } from './state.ts';

/** Who waits for the outcome. */
interface Waiting {
  readonly id: MessageId;
  readonly from: string;
}

/**
 * Runs a person's command in a container, through the runtime. Follows `server/server.go` getExec and `kubelet_pods.go`
 * GetExec. Leaves out: streams. The command has no input, and its output comes at its end, in one piece.
 */
export function execCommand(state: KubeletState, message: AnyMessage, io: IO): void {
  const { namespace, pod, container, command } = message.body as KubeletProtocol['exec'];
  const work = [...state.works.values()].find(({ pod: { metadata }, isGone }) => {
    return metadata.name === pod && metadata.namespace === namespace && !isGone;
  });
  const status = work && statusOf(work, container);
  const id = status?.state?.running === undefined ? '' : (status.containerID ?? '').replace(/^.*:\/\//, '');
  const waiting: Waiting = { id: message.id, from: message.from };
  if (id === '') end(waiting, { exitCode: 1, output: '', error: notFound(container) }, io);
  else ask(state, io, 'exec', { container: id, command }, 'exec', { ...waiting });
}

/** The runtime has run it, or could not. */
export function execEnded(answer: CriAnswer, io: IO): void {
  const waiting = answer.data as Waiting;
  if (answer.error !== '') {
    end(waiting, { exitCode: 1, output: '', error: `Internal error occurred: ${answer.error}` }, io);
    return;
  }
  end(waiting, { ...(answer.body as CriClientProtocol['execDone']), error: '' }, io);
}

function end({ id, from }: Waiting, body: { exitCode: number; output: string; error: string }, io: IO): void {
  io.reply({ id, from }, 'execDone', body);
}

function notFound(container: string): string {
  return `unable to upgrade connection: container not found ("${container}")`;
}
