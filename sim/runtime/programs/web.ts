import { rfc3339 } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Value } from '../../kernel/value.ts';
import { type Incoming, type Launch, logTime, type Program, type Step } from './program.ts';

interface WebState {
  readonly startedAt: Millis;
  readonly requests: number;
}

/** What a server says once, and what it answers. `seconds` is how long it has run. */
interface Site {
  readonly port: number;
  readonly ready: (launch: Launch) => readonly string[];
  readonly answer: (path: string, launch: Launch, seconds: number) => string;
  readonly access: (incoming: Incoming, status: string, launch: Launch) => string;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const STOP_MS = 40;

/** A server that answers `GET /` on one port until SIGTERM: nginx, httpd and the small servers of examples. */
export const web: Program = {
  start(launch) {
    const site = siteOf(launch);
    const state: WebState = { startedAt: launch.now, requests: 0 };
    return { state, lines: site.ready(launch), listen: [portOf(site, launch)] };
  },
  request(value, incoming, launch) {
    const state = value as WebState;
    const site = siteOf(launch);
    const [, path = '/'] = incoming.payload.split(' ');
    const answer = site.answer(path, launch, (launch.now - state.startedAt) / 1000);
    const line = site.access(incoming, answer.slice(0, 3), launch);
    const lines = line === '' ? [] : [line];
    return { state: { ...state, requests: state.requests + 1 }, lines, answer };
  },
  terminate: (state: Value): Step => ({ state, listen: [], wakeMs: STOP_MS }),
  wake: (state: Value): Step => ({ state, exitCode: 0 }),
};

/** The course's own server: its answer tells which pod gave it, so that a Service's balancing shows. */
const plain: Site = {
  port: 8080,
  ready: ({ hostname }) => [`${hostname} listens`],
  answer: (path, { hostname, env }) => {
    return path === '/healthz' ? '200 ok' : `200 ${env['MESSAGE'] ?? 'hello'} from ${hostname}\n`;
  },
  access: ({ payload, sourceIp }) => `${payload} from ${sourceIp}`,
};

const nginx: Site = {
  port: 80,
  ready: ({ now }) => [`${logTime(rfc3339(now))} [notice] 1#1: start worker processes`],
  answer(path, { files, mounts = [] }) {
    const page = files[`/usr/share/nginx/html${path.endsWith('/') ? `${path}index.html` : path}`];
    if (page !== undefined) return `200 ${page}`;
    if (mounts.some(({ containerPath }) => containerPath === '/usr/share/nginx/html')) {
      return path === '/' ? '403 403 Forbidden\n' : '404 404 Not Found\n';
    }
    return path === '/' || path === '/index.html' ? '200 Welcome to nginx!\n' : '404 404 Not Found\n';
  },
  access: ({ payload, sourceIp }, status, { now }) => {
    const bytes = status === '200' ? 615 : 153;
    return `${sourceIp} - - [${commonLogTime(now)}] "${payload} HTTP/1.1" ${status} ${bytes} "-" "-" "-"`;
  },
};

const httpd: Site = {
  port: 80,
  ready: () => ["AH00094: Command line: 'httpd -D FOREGROUND'"],
  answer: (path) => (path === '/' ? '200 It works!\n' : '404 Not Found\n'),
  access: ({ payload, sourceIp }, status, { now }) => {
    return `${sourceIp} - - [${commonLogTime(now)}] "${payload} HTTP/1.1" ${status} 45`;
  },
};

const hello: Site = {
  port: 8080,
  ready: ({ now }) => [`${logTime(rfc3339(now))} Server listening on port 8080`],
  answer: (_path, { hostname, env }) =>
    `200 Hello, world!\nVersion: ${env['VERSION'] ?? '1.0.0'}\nHostname: ${hostname}\n`,
  access: ({ payload }, _status, { now }) =>
    `${logTime(rfc3339(now))} Serving request: ${payload.split(' ')[1] ?? '/'}`,
};

/**
 * agnhost: `liveness` serves /healthz well for ten seconds, then ill; `netexec` and `serve-hostname` tell the host
 * name.
 */
const agnhost: Site = {
  port: 8080,
  ready: () => [],
  answer: (path, { argv, hostname }, seconds) => {
    if (!argv.includes('liveness')) return `200 ${hostname}`;
    if (path !== '/healthz') return '404 404 page not found\n';
    return seconds > 10 ? `500 error: ${seconds}` : '200 ok';
  },
  access: () => '',
};

const SITES = new Map<string, Site>([
  ['web', plain],
  ['nginx', nginx],
  ['httpd-foreground', httpd],
  ['hello-app', hello],
  ['agnhost', agnhost],
]);

/** The names of servers, as `argv[0]` without its directory. */
export const webNames: readonly string[] = [...SITES.keys()];

function siteOf({ argv }: Launch): Site {
  return SITES.get((argv[0] ?? '').split('/').at(-1) ?? '') ?? plain;
}

function portOf(site: Site, { env, argv }: Launch): number {
  const flag = argv.find((word) => word.startsWith('--http-port='));
  return Number(flag?.slice('--http-port='.length) ?? env['PORT']) || site.port;
}

function commonLogTime(now: Millis): string {
  const [year = '', month = '1', rest = ''] = rfc3339(now).split('-');
  return `${rest.slice(0, 2)}/${MONTHS[Number(month) - 1]}/${year}:${rest.slice(3, 11)} +0000`;
}
