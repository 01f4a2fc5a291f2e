import type { Program } from './program.ts';

const DNS = 53;
const MEMORY_BYTES = 14 * 1_048_576;
const LAMEDUCK_MS = 5000;
const COREFILE = '/etc/coredns/Corefile';

/**
 * The process of a CoreDNS container as its runtime sees it: ports, log, and its end after five seconds in which it
 * still answers (`lameduck 5s`). What it answers comes from `coredns/<node>`, which watches the API in its stead.
 * Leaves out: what the Corefile says; without that file it ends, for it would serve nothing.
 */
export const coreDns: Program = {
  servedBy: 'coredns',
  start({ files }) {
    if (files[COREFILE] === undefined) {
      return { state: null, lines: [`open ${COREFILE}: no such file or directory`], exitCode: 1 };
    }
    return {
      state: null,
      lines: GREETING,
      listen: [DNS, 8080, 8181, 9153],
      listenUdp: [DNS],
      memoryBytes: MEMORY_BYTES,
    };
  },
  terminate: (state) => ({
    state,
    lines: [
      '[INFO] SIGTERM: Shutting down servers then terminating',
      '[INFO] plugin/health: Going into lameduck mode for 5s',
    ],
    wakeMs: LAMEDUCK_MS,
  }),
  wake: (state) => ({ state, exitCode: 0 }),
};

const GREETING = ['.:53', 'CoreDNS-1.14.2', 'linux/amd64'];
