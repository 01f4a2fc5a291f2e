import type { Launch, Program, Step } from './program.ts';

const DAEMONS = new Map<string, { readonly port: number; readonly line: string; readonly needs?: string }>([
  ['redis-server', { port: 6379, line: '1:M * Ready to accept connections tcp' }],
  ['mysqld', { port: 3306, line: 'mysqld: ready for connections.', needs: 'MYSQL_ROOT_PASSWORD' }],
  ['fluentd', { port: 24224, line: 'fluentd worker is now running' }],
]);

/** A server that speaks no HTTP: it opens its port, takes connections and ends well on SIGTERM. */
export const daemon: Program = {
  start(launch) {
    const { port, line, needs } = daemonOf(launch);
    if (needs !== undefined && !launch.env[needs]) {
      const reason = `Database is uninitialized and password option is not specified: set ${needs}`;
      return { state: null, lines: [`[ERROR] [Entrypoint]: ${reason}`], exitCode: 1 };
    }
    return { state: null, lines: [line], listen: [port] };
  },
  request: (state): Step => ({ state, answer: '000 -ERR unknown command' }),
  terminate: (state): Step => ({ state, listen: [], wakeMs: 100 }),
  wake: (state): Step => ({ state, exitCode: 0 }),
};

/** The names of such servers, as `argv[0]`. */
export const daemonNames: readonly string[] = [...DAEMONS.keys()];

function daemonOf({ argv }: Launch) {
  return DAEMONS.get((argv[0] ?? '').split('/').at(-1) ?? '') ?? { port: 1, line: '' };
}
