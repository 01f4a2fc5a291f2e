import type { Component } from '../../sim/kernel/component.ts';
import { address } from '../../sim/kernel/message.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import { part } from '../../sim/kernel/state.ts';
import type { TraceRecord } from '../../sim/kernel/trace.ts';
import type { Value } from '../../sim/kernel/value.ts';
import { createWorld, parseWorld, READER, type Registry, serializeWorld, type World } from '../../sim/kernel/world.ts';
import { kubectl } from '../../sim/kubectl/kubectl.ts';
import { toParsedFile } from '../../sim/kubectl/manifest.ts';
import { API_SERVER, type HttpRequest, type HttpServerProtocol, type WatchFrame } from '../../sim/protocol/http.ts';
import { KUBECTL, type TerminalRun } from '../../sim/protocol/terminal.ts';

/** What the scripted server says to `METHOD /path?query`: a status and a body, and the frames of a watch with their times. */
export interface Answer {
  readonly status: number;
  readonly body?: Value;
  readonly warning?: string;
  readonly frames?: readonly { readonly afterMs: number; readonly type: WatchFrame['type']; readonly object: object }[];
  /** No answer at all. */
  readonly isSilent?: boolean;
}

/** Answers by request; the first whose text the request begins with. Several for one request are given in turn. */
export type Script = readonly (readonly [string, Answer])[];

interface ServerState {
  script: Script;
  used: string[];
}

const server: Component<ServerState, HttpServerProtocol> = {
  name: 'server',
  init: (_self, config) => part<ServerState>({ script: config as Script, used: [] }),
  receive(state, message, io) {
    if (message.kind === ('frame' as string)) {
      const { to, ...frame } = message.body as unknown as WatchFrame & { to: string };
      io.send(address<{ event: WatchFrame }>(to), 'event', frame);
    }
    if (message.kind !== 'request') return;
    const line = textOf(message.body);
    const fitting = [...state.script.entries()].filter(([, [wanted]]) => line.startsWith(wanted));
    const fresh = fitting.find(([index]) => !state.used.includes(String(index))) ?? fitting.at(-1);
    if (fresh === undefined) throw new Error(`the script has no answer to ${line}`);
    const [index, [, answer]] = fresh;
    state.used.push(String(index));
    if (answer.isSilent) return;
    const headers = answer.warning === undefined ? {} : { warning: answer.warning };
    const { status, body, frames } = answer;
    io.reply(message, 'response', { status, body, headers, ...(frames === undefined ? {} : { streaming: true }) });
    for (const [at, { afterMs, type, object }] of (frames ?? []).entries()) {
      io.after(afterMs, 'frame', { to: message.from, watch: message.id, sequence: at + 1, type, object });
    }
  },
  inspect: () => null,
};

function textOf({ method, path, query = {} }: HttpRequest): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return `${method} ${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

/** A terminal in front of a scripted API server. */
export class Terminal {
  simulation: Simulation;
  readonly records: TraceRecord[] = [];
  #count = 0;

  constructor(script: Script) {
    this.simulation = this.#over(createWorld(1));
    const config = script as unknown as Value;
    this.simulation.spawn({ name: API_SERVER, machine: 'control-plane', component: 'server', config });
    this.simulation.spawn({ name: KUBECTL, machine: READER, component: 'kubectl', config: null });
  }

  #over(world: World): Simulation {
    const registry: Registry = { kubectl, server };
    return new Simulation(world, registry, { freeze: true, record: (record) => this.records.push(record) });
  }

  /** Goes on from the world as it is when written down and read back. */
  reload(): void {
    this.simulation = this.#over(parseWorld(serializeWorld(this.simulation.world)));
  }

  /** Types a line and lets `forMs` pass. */
  type(line: string, files: Readonly<Record<string, string>> = {}, forMs = 2000): TerminalRun {
    this.#count += 1;
    const id = `run-${this.#count}`;
    const parsed = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, toParsedFile(text, name)]));
    this.simulation.inject(KUBECTL, 'run', { id, line, files: parsed }, []);
    this.simulation.runUntil(this.simulation.world.now + forMs);
    return this.run(id);
  }

  /** A run as it now stands. */
  run(id: string): TerminalRun {
    const { runs } = this.simulation.inspect(KUBECTL) as { runs: readonly TerminalRun[] };
    const found = runs.find((run) => run.id === id);
    if (found === undefined) throw new Error(`there is a run ${id}`);
    return found;
  }

  /** The requests sent so far, as `METHOD /path?query`. */
  requests(): readonly string[] {
    return this.records.flatMap((record) => {
      if (record.type !== 'sent' || record.message.to !== API_SERVER || record.message.kind !== 'request') return [];
      return [textOf(record.message.body as HttpRequest)];
    });
  }

  /** The bodies of the requests sent so far that have one. */
  bodies(): readonly Value[] {
    return this.records.flatMap((record) => {
      if (record.type !== 'sent' || record.message.to !== API_SERVER || record.message.kind !== 'request') return [];
      const { body } = record.message.body as HttpRequest;
      return body === undefined ? [] : [body];
    });
  }
}

/** What a run printed: errors begin with `! `. */
export function printed(run: TerminalRun): string {
  return run.output.map(({ stream, text }) => (stream === 'err' ? `! ${text}` : text)).join('\n');
}
