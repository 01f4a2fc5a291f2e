import { wholeValue } from '../api/quantity.ts';
import type { MessageId } from '../kernel/message.ts';
import { type CriClientProtocol, SYSTEM_BYTES } from '../protocol/cri.ts';
import type { KubeletClientProtocol } from '../protocol/kubelet.ts';
import { ask } from './runtime.ts';
import type { Scraping } from './scraping.ts';

interface Waiting {
  readonly id: MessageId;
  readonly from: string;
}

/** The small part of a core that kubelet, the runtime and the rest of the system use. */
const SYSTEM_CPU = 0.03;

/**
 * GET /metrics/resource on port 10250, as data: the CPU time and the memory of each running container and of the node.
 * Follows: `pkg/kubelet/metrics/collectors/resource_metrics.go`.
 * Leaves out: who asks (upstream reviews the token and asks whether it may `get nodes/metrics`), swap, and that a node
 * has no more cores than it has; the system's own use is a constant.
 */
export const resourceMetrics: Scraping = {
  message(state, { kind, id, from }, io) {
    if (kind !== 'resourceMetrics') return false;
    ask(state, io, 'listContainerStats', null, 'metrics', { id, from }, { routine: true });
    return true;
  },
  heard(state, { body, data, error }, io) {
    const { containers = [] } = error === '' ? (body as CriClientProtocol['listContainerStatsDone']) : {};
    const upMs = io.now - state.startedAt;
    const node = {
      startedAt: state.startedAt,
      cpuMs: containers.reduce((sum, { cpuMs }) => sum + cpuMs, upMs * SYSTEM_CPU),
      memoryBytes: Math.min(
        wholeValue(state.config.memory),
        containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, SYSTEM_BYTES),
      ),
    };
    const answer: KubeletClientProtocol['resourceMetricsDone'] = { at: io.now, node, containers };
    io.reply(data as unknown as Waiting, 'resourceMetricsDone', answer, { routine: true });
  },
};
