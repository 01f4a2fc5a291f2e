import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the JSON gateway answers: numbers of 64 bits are texts, and what is zero or empty is absent. */
export type Json = { readonly [key: string]: unknown };

/** A real etcd of one member, on free ports of the loopback interface, with a data directory of its own. */
export class RealEtcd {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #streams: IncomingMessage[] = [];

  private constructor(process: ChildProcess, folder: string, port: number) {
    this.#process = process;
    this.#folder = folder;
    this.#port = port;
  }

  /** Starts it and waits until it answers. A folder in memory makes its fsyncs cheap. */
  static async start(binary: string, flags: readonly string[] = []): Promise<RealEtcd> {
    const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'etcd-'));
    const [port, peerPort] = [await freePort(), await freePort()];
    const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
    const own = ['--data-dir', join(folder, 'data'), '--name', 'one', '--log-level', 'error', '--initial-cluster'];
    const urls = [`one=${peer}`, '--initial-advertise-peer-urls', peer, '--listen-peer-urls', peer];
    const clients = ['--listen-client-urls', client, '--advertise-client-urls', client];
    const process = spawn(binary, [...own, ...urls, ...clients, ...flags], { stdio: 'ignore' });
    const etcd = new RealEtcd(process, folder, port);
    const giveUpAt = Date.now() + 30_000;
    for (;;) {
      const answer = await etcd.ask('/v3/kv/range', { key: bytesOf('health') }).catch(() => undefined);
      if (answer !== undefined && answer['error'] === undefined) return etcd;
      if (Date.now() > giveUpAt || process.exitCode !== null) throw new Error('etcd did not begin to answer');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** One request, and its answer; one that is refused has `error`. */
  async ask(path: string, body: object): Promise<Json> {
    const response = await this.#post(path, body, this.#agent);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return JSON.parse(text) as Json;
  }

  /** Opens a watch; each message of the stream is handed over as it comes. Ready once etcd has said that it is. */
  async watch(create: object, hear: (result: Json) => void): Promise<void> {
    const response = await this.#post('/v3/watch', { create_request: create }, new Agent());
    this.#streams.push(response);
    let rest = '';
    let isReady: () => void = () => {};
    const ready = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    response.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((one) => one !== '')) {
        hear((JSON.parse(line) as { result: Json }).result);
        isReady();
      }
    });
    response.on('error', () => {});
    await ready;
  }

  /** Ends the process and removes its data. */
  async stop(): Promise<void> {
    for (const stream of this.#streams) stream.destroy();
    this.#agent.destroy();
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #post(path: string, body: object, agent: Agent): Promise<IncomingMessage> {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#port, path, method: 'POST', agent, headers };
      request(options, resolve).on('error', reject).end(text);
    });
  }
}

/** Bytes in JSON. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The text of bytes in JSON; absent bytes are none. */
export function textOf(text: unknown): string {
  return Buffer.from(String(text ?? ''), 'base64').toString();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
