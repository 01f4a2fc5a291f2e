import type { Millis } from '../../kernel/message.ts';
import type { Value } from '../../kernel/value.ts';

/** Small text files of a container, by absolute path. Gone with the container. */
export type Files = Readonly<Record<string, string>>;

/** What a process begins with. */
export interface Launch {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The pod's name. */
  readonly hostname: string;
  readonly namespace: string;
  /** `docker.io/library/nginx:1.27` */
  readonly image?: string;
  readonly files: Files;
  /** Directories that are there, and whether they may be written to. */
  readonly mounts?: readonly { readonly containerPath: string; readonly readonly: boolean }[];
  readonly now: Millis;
}

/** A request of a program: one short connection. Its answer comes back with the same tag. */
export interface Outgoing {
  readonly tag: string;
  /** An address, or a service as `name` or `name.namespace`. */
  readonly host: string;
  readonly port: number;
  readonly payload: string;
  readonly timeoutMs: Millis;
  /** A datagram and the one that answers it; absent for TCP. */
  readonly protocol?: 'udp';
}

/** What a program does with one thing that happened to it. What is absent stays as it is. */
export interface Step {
  readonly state: Value;
  readonly lines?: readonly string[];
  readonly files?: Files;
  /** The process ends with this code. */
  readonly exitCode?: number;
  /** Wake it after so long. An earlier wish to be woken is forgotten. */
  readonly wakeMs?: Millis;
  readonly listen?: readonly number[];
  /** The same for UDP. */
  readonly listenUdp?: readonly number[];
  readonly send?: readonly Outgoing[];
  /** Memory in use from now on. */
  readonly memoryBytes?: number;
  /** Written to the node's disk so far, beside small files. */
  readonly diskBytes?: number;
  /**
   * CPU time that this step takes, on one core. Its answers, requests and exit follow when it is done, and its next
   * wake not before; a process does one thing after the other.
   */
  readonly workMs?: Millis;
  /** Cores that are busy for as long as the process lives, beside that work. */
  readonly busyCores?: number;
  /** To a request: status and body, `200 hello`. */
  readonly answer?: string;
  /** To requests that came earlier. */
  readonly answers?: readonly { readonly to: Connection; readonly payload: string }[];
  /** A command beside the process tells it to end. */
  readonly quits?: boolean;
}

/** A request that reached a listening port. */
export interface Incoming {
  readonly port: number;
  /** Absent for TCP. */
  readonly protocol?: 'udp';
  readonly payload: string;
  readonly sourceIp: string;
  /** For an answer that comes later. */
  readonly connection: Connection;
}

/** Both ends of a connection, as the server sees them. */
export interface Connection {
  readonly flow: string;
  readonly sourceIp: string;
  readonly sourcePort: number;
  readonly destinationIp: string;
  readonly destinationPort: number;
  readonly protocol?: 'udp';
}

/**
 * What became of a program's own request. `unresolved` with a payload: no name server has answered, and that is what
 * the C library says.
 */
export interface Answered {
  readonly tag: string;
  readonly outcome: 'ok' | 'refused' | 'unresolved' | 'timeout';
  readonly payload: string;
  readonly tookMs: Millis;
}

/** The result of a command run in a container beside its process. */
export interface ExecResult {
  readonly exitCode: number;
  readonly output: string;
  readonly files?: Files;
  /** How long it took: its sleeps. */
  readonly tookMs?: Millis;
  /** It tells the container's own process to end. */
  readonly quits?: boolean;
  /** It has not ended: it waits for answers to these, and goes on from this state. */
  readonly asks?: { readonly state: Value; readonly send: readonly Outgoing[] };
}

/** A container's process as a pure state machine: everything it does is in the {@link Step} it returns. */
export interface Program {
  /**
   * The process of the node that answers for it, since it has what a program has not: a connection to the API. It is
   * told when a container begins and ends, and gets the packets for its ports.
   */
  readonly servedBy?: 'coredns';
  start(launch: Launch): Step;
  wake?(state: Value, launch: Launch): Step;
  request?(state: Value, incoming: Incoming, launch: Launch): Step;
  answered?(state: Value, answered: Answered, launch: Launch): Step;
  /** SIGTERM. Without it the signal is ignored, as Linux does for a process 1 that handles it not. */
  terminate?(state: Value): Step;
}

/** `2026-01-01T00:00:00Z` as C programs print it: `2026/01/01 00:00:00`. */
export function logTime(rfc3339: string): string {
  return rfc3339.slice(0, 19).replace('T', ' ').replaceAll('-', '/');
}
