import type { Millis } from '../../kernel/message.ts';
import type { Desk } from '../engine.ts';

/** Why nothing was done: what is printed, and the exit code. */
export interface Refusal {
  readonly lines: readonly string[];
  readonly exit: number;
}

/** A silent machine: TCP tries seven times, and doubles the wait each time. */
export const CONNECT_MS: Millis = 127_000;
/** The command that a run over ssh stands for. */
export const SSH = 'ssh';

/** Why a machine takes no visitors; undefined when it does. */
export function strangeHost({ hosts, server }: Desk, host: string): Refusal | undefined {
  if (host === server.split(':')[0]) {
    const why = `${host} runs its four parts as plain processes here; only nodes take visitors.`;
    return { lines: [`${why} Try: ssh ${hosts[0] ?? 'NODE'} crictl ps`], exit: 255 };
  }
  if (hosts.includes(host)) return undefined;
  return { lines: [`ssh: Could not resolve hostname ${host}: Name or service not known`], exit: 255 };
}
