import { GRPC } from '../../protocol/network.ts';
import type { Program } from './program.ts';
import { web } from './web.ts';

interface Health {
  readonly isServing: boolean;
  readonly service: string;
}

/**
 * `agnhost grpc-health-checking`: grpc.health.v1 on port 5000 (`--port`), for the service of `--service` and for none;
 * `GET /make-serving` and `/make-not-serving` on port 8080 (`--http-port`). Leaves out: its log.
 */
const grpcHealth: Program = {
  start({ argv }) {
    const state: Health = { isServing: true, service: flag(argv, 'service', '') };
    const delay = Number(flag(argv, 'delay-unhealthy-sec', '-1'));
    const ports = [Number(flag(argv, 'port', '5000')), Number(flag(argv, 'http-port', '8080'))];
    return { state: { ...state }, listen: ports, ...(delay < 0 ? {} : { wakeMs: delay * 1000 }) };
  },
  wake: (state) => ({ state: { ...(state as unknown as Health), isServing: false } }),
  request(value, { payload }) {
    const state = value as unknown as Health;
    if (payload.startsWith(GRPC)) {
      const service = payload.slice(GRPC.length);
      const status = state.isServing ? 'SERVING' : 'NOT_SERVING';
      const answer = service === '' || service === state.service ? status : 'NOT_FOUND';
      return { state: value, answer: `${GRPC}${answer}` };
    }
    const isServing =
      payload.endsWith(' /make-serving') || (state.isServing && !payload.endsWith(' /make-not-serving'));
    return { state: { ...state, isServing }, answer: '200 ' };
  },
  terminate: (state) => ({ state, listen: [], exitCode: 2 }),
};

/** agnhost by its first argument; its other servers are with the rest. */
export const agnhost: Program = {
  start: (launch) => programOf(launch.argv).start(launch),
  wake: (state, launch) => programOf(launch.argv).wake?.(state, launch) ?? { state },
  request: (state, incoming, launch) => programOf(launch.argv).request?.(state, incoming, launch) ?? { state },
  terminate: (state) => (isHealth(state) ? grpcHealth : web).terminate?.(state) ?? { state, exitCode: 0 },
};

function programOf(argv: readonly string[]): Program {
  return argv[1] === 'grpc-health-checking' ? grpcHealth : web;
}

function isHealth(state: unknown): state is Health {
  return typeof state === 'object' && state !== null && 'isServing' in state;
}

function flag(argv: readonly string[], name: string, missing: string): string {
  const at = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const word = argv[at] ?? '';
  return at < 0 ? missing : word.includes('=') ? word.slice(word.indexOf('=') + 1) : (argv[at + 1] ?? missing);
}
