import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EPOCH_MS } from '../../cli/cluster/gateway.ts';
import { OpenApi } from '../../cli/cluster/openapi.ts';
import type { Timeline } from '../../sim/index.ts';
import { READER } from '../../sim/kernel/world.ts';
import {
  API_SERVER,
  certificateOf,
  type HttpRequest,
  type HttpResponse,
  type WatchFrame,
} from '../../sim/protocol/http.ts';

/** Whose certificate a real kubectl shows here: HTTP has none. */
const ADMIN = certificateOf('kubernetes-admin', 'kubeadm:cluster-admins');

/** Where servers listen one after another: kubectl remembers for each host and port what the server offers. */
export interface Berth {
  /** 0 until the first server has found a free one. */
  port: number;
}

/** What a real kubectl printed. */
export interface RealRun {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
}

/**
 * A simulated API server on a real port: each HTTP request becomes a message, and the simulation runs until its answer
 * is there. Times in bodies are moved so that virtual now is now: real clients compute ages from their own clock.
 */
export class Bridge {
  readonly requests: string[] = [];
  readonly #timeline: Timeline;
  readonly #berth: Berth;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #openApi = new OpenApi();
  readonly #waiting = new Map<string, (response: HttpResponse) => void>();
  readonly #watches = new Map<string, (frame: WatchFrame | undefined) => void>();
  #seen: number;
  #timer: NodeJS.Timeout | undefined;
  #shiftMs = 0;

  constructor(timeline: Timeline, berth: Berth = { port: 0 }) {
    this.#timeline = timeline;
    this.#berth = berth;
    this.#seen = timeline.trace.length;
  }

  /** Runs a real kubectl against the simulation. `cache` is a folder for its discovery cache. */
  async run(binary: string, words: readonly string[], cache: string): Promise<RealRun> {
    await new Promise<void>((resolve) => this.#server.listen(this.#berth.port, '127.0.0.1', resolve));
    if (['describe', 'events'].includes(words[0] ?? '')) await this.#align();
    else this.#shift();
    const { port } = this.#server.address() as AddressInfo;
    this.#berth.port = port;
    const flags = [`--server=http://127.0.0.1:${port}`, `--cache-dir=${cache}`];
    const at = words.indexOf('--');
    const line = at < 0 ? [...words, ...flags] : [...words.slice(0, at), ...flags, ...words.slice(at)];
    const run = await spawned(binary, line);
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    this.#server.close();
    const named = (text: string) => text.replaceAll(`127.0.0.1:${port}`, 'SERVER');
    return { ...run, out: named(run.out), err: named(run.err) };
  }

  /** Waits until the real clock stands at the same fraction of a second as the virtual one. */
  async #align(): Promise<void> {
    const behind = (1000 + ((this.#timeline.now - Date.now()) % 1000)) % 1000;
    await new Promise((resolve) => setTimeout(resolve, behind));
    this.#shift();
  }

  #shift(): void {
    this.#shiftMs = Math.round((Date.now() - EPOCH_MS - this.#timeline.now) / 1000) * 1000;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    const isIndex = request.path === '/openapi/v3';
    const document = isIndex ? this.#openApi.index({}) : this.#openApi.answer(request.path)?.text;
    this.requests.push(`${request.method} ${request.path}`);
    if (document !== undefined) {
      send(response, 200, {}, JSON.parse(document));
      return;
    }
    const isWatch = request.query?.watch === 'true';
    const identified = { certificate: ADMIN, ...this.#moved(request, -1) };
    const id = this.#timeline.simulation.send(READER, API_SERVER, 'request', identified, 0, '', {
      stream: isWatch,
    });
    const answer = await this.#answer(id);
    const body = this.#moved(answer.body, 1);
    if (!answer.streaming) {
      send(response, answer.status, answer.headers ?? {}, body);
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.flushHeaders();
    this.#watches.set(id, (frame) => {
      if (frame === undefined) response.end();
      else response.write(`${JSON.stringify({ type: frame.type, object: this.#moved(frame.object, 1) })}\n`);
    });
    this.#timer ??= setInterval(() => this.#play(this.#timeline.now + 100), 4);
  }

  #answer(id: string): Promise<HttpResponse> {
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      for (let left = 20_000; this.#waiting.has(id) && left > 0; left -= 1) {
        this.#timeline.step();
        this.#look();
      }
    });
  }

  #play(until: number): void {
    this.#timeline.advance(until);
    this.#look();
  }

  /** Hands answers and frames that have reached the reader to those who wait for them. */
  #look(): void {
    const { trace } = this.#timeline;
    for (; this.#seen < trace.length; this.#seen += 1) {
      const record = trace[this.#seen];
      if (record?.type !== 'delivered' || record.message.to !== READER) continue;
      const { kind, body, replyTo } = record.message;
      if (kind === 'response') {
        this.#waiting.get(replyTo)?.(body as HttpResponse);
        this.#waiting.delete(replyTo);
      } else if (kind === 'event') this.#watches.get((body as WatchFrame).watch)?.(body as WatchFrame);
      else if (kind === 'closed') this.#watches.get((body as { watch: string }).watch)?.(undefined);
    }
  }

  #moved<T>(value: T, direction: 1 | -1): T {
    if (value === undefined) return value;
    const text = JSON.stringify(value).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=[.Z])/g, (time) => {
      const moved = Date.parse(`${time}Z`) + direction * this.#shiftMs;
      return new Date(moved).toISOString().slice(0, 19);
    });
    return JSON.parse(text) as T;
  }
}

async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return {
    method: incoming.method as HttpRequest['method'],
    path: decodeURIComponent(url.pathname),
    query: Object.fromEntries(url.searchParams),
    headers,
    ...(text === '' ? {} : { body: JSON.parse(text) }),
  };
}

/** Clients tell an aggregated discovery document by its content type. */
const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): void {
  const { warning, ...others } = headers;
  for (const [name, value] of Object.entries(others)) response.setHeader(name, value);
  if (warning !== undefined) response.setHeader('warning', warning.split('\n'));
  const isText = typeof body === 'string';
  const isDiscovery = (body as { kind?: string } | undefined)?.kind === 'APIGroupDiscoveryList';
  response.setHeader('content-type', isText ? 'text/plain' : isDiscovery ? DISCOVERY : 'application/json');
  response.statusCode = status;
  response.end(isText ? body : JSON.stringify(body));
}

function spawned(binary: string, words: readonly string[]): Promise<RealRun> {
  return new Promise((resolve) => {
    const child = spawn(binary, words, { env: { ...process.env, KUBECONFIG: '/dev/null', TZ: 'UTC' } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    const timer = setTimeout(() => child.kill('SIGINT'), 15_000);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ out, err, exitCode: code ?? -1 });
    });
  });
}
