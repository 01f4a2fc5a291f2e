import type { TraceRecord } from '../sim/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A record of the trace as one line: number, time, and who said what to whom. Routine records carry a tilde. */
export function traceLine(record: TraceRecord): string {
  const head = `${String(record.seq).padStart(6)} ${(record.at / 1000).toFixed(3).padStart(9)} s `;
  if (record.type === 'commanded') return `${head} COMMAND ${short(record.command)}`;
  if (record.type === 'noted') {
    const { what, about = '', ...details } = record.note;
    return `${head}${tilde(record.routine)}noted     ${record.by}: ${what} ${about} ${short(details)}`.trimEnd();
  }
  const { message } = record;
  const why = record.type === 'dropped' ? ` (${record.reason})` : '';
  const who = message.from === message.to ? message.to : `${message.from} -> ${message.to}`;
  return `${head}${tilde(message.routine)}${record.type.padEnd(9)} ${who}: ${say(message)} [${message.id}]${why}`;
}

function tilde(isRoutine: boolean): string {
  return isRoutine ? '~' : ' ';
}

function say({ kind, body }: { readonly kind: string; readonly body: unknown }): string {
  const fields = (typeof body === 'object' ? (body ?? {}) : {}) as Fields;
  if (kind === 'request') return `${fields['method']} ${fields['path']}${queryText(fields['query'])}`;
  if (kind === 'response') return `${fields['status'] || 'no answer'} ${nameOf(fields['body'])}`.trimEnd();
  if (kind === 'event') return `${fields['type']} ${nameOf(fields['object'])}`;
  return `${kind} ${short(fields)}`.trimEnd();
}

function queryText(query: unknown): string {
  const pairs = Object.entries((query ?? {}) as Fields).map(([name, value]) => `${name}=${value}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function nameOf(object: unknown): string {
  const {
    kind = '',
    metadata,
    message,
  } = (object ?? {}) as { kind?: string; metadata?: { name?: string }; message?: string };
  return message ?? `${kind} ${metadata?.name ?? ''}`.trim();
}

const MAX_CHARACTERS = 120;

function short(value: object): string {
  const text = JSON.stringify(value);
  if (text === '{}') return '';
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}…`;
}
