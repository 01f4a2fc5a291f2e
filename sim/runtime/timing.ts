import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import type { CriProtocol } from '../protocol/cri.ts';

/**
 * Least time and most extra of each call, in milliseconds; what a small node with local disk takes. Not a
 * measurement.
 */
const TIMES: Readonly<Record<keyof CriProtocol, readonly [least: Millis, extra: Millis]>> = {
  runPodSandbox: [250, 80],
  stopPodSandbox: [20, 20],
  removePodSandbox: [10, 10],
  imageStatus: [1, 1],
  pullImage: [300, 200],
  createContainer: [20, 30],
  startContainer: [30, 70],
  stopContainer: [1, 1],
  removeContainer: [5, 5],
  listContainers: [1, 0],
  listContainerStats: [2, 2],
  execSync: [20, 20],
  exec: [20, 20],
  containerLog: [1, 1],
  writeFiles: [0, 0],
  removeImage: [20, 20],
  usage: [5, 5],
  crash: [0, 0],
};

/** How long a call takes. */
export function callTime(call: keyof CriProtocol, io: IO): Millis {
  const [least, extra] = TIMES[call];
  return extra === 0 ? least : least + io.random(call, extra + 1);
}
