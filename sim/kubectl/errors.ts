import type { Status } from '../api/status.ts';
import type { Printed } from '../protocol/terminal.ts';
import { err, type Failure } from './command.ts';
import { quoted } from './json.ts';

/** What kubectl prints for the errors of a run, on standard error. Follows kubectl/pkg/cmd/util/helpers.go `checkErr`. */
export function renderFailures(failures: readonly Failure[], server: string): readonly Printed[] {
  const [first] = failures;
  if (first === undefined) return [];
  if (failures.length > 1) return err(...lines(distinct(failures.map((failure) => message(failure, server)))));
  if (first.type === 'status' && first.status.reason === 'Invalid') return err(...lines([invalid(first.status)]));
  const text = message(first, server);
  const isPlain = first.type === 'text' && !text.startsWith('error: ');
  return err(...lines([isPlain ? `error: ${text}` : text]));
}

/** The same failure with the file it came from in front of it: `error when creating "pod.yaml": …`. */
export function inFile(failure: Failure, verb: string, source: string | undefined): Failure {
  if (source === undefined) return failure;
  const prefix = `error when ${verb} ${quoted(source)}: `;
  if (failure.type === 'text') return { type: 'text', text: prefix + failure.text };
  if (failure.type === 'network') return failure;
  return { type: 'status', status: { ...failure.status, message: prefix + (failure.status.message ?? '') } };
}

/** One failure in one line, without the `error: ` of a lone one. */
export function message(failure: Failure, server: string): string {
  if (failure.type === 'text') return failure.text;
  if (failure.type === 'network') return unreachable(failure.reason, server);
  const { reason = '', message: text = '' } = failure.status;
  if (reason === 'Unauthorized') return `error: You must be logged in to the server (${text})`;
  return reason === '' ? `Error from server: ${text}` : `Error from server (${reason}): ${text}`;
}

function unreachable(reason: string, server: string): string {
  if (reason.includes('connection refused')) {
    return `The connection to the server ${server} was refused - did you specify the right host or port?`;
  }
  // The sockets of a killed process are closed in order, so the client reads an end of file.
  if (reason.includes('reset by peer')) return 'Unable to connect to the server: EOF';
  if (reason.includes('deadline exceeded')) {
    return `Unable to connect to the server: dial tcp ${server}: i/o timeout`;
  }
  return `Unable to connect to the server: ${reason}`;
}

/** 422: the causes one by one. */
function invalid(status: Status): string {
  const { details } = status;
  if (details === undefined) return `The request is invalid: ${status.message ?? ''}`;
  const what = `The ${details.kind ?? ''} ${quoted(details.name ?? '')} is invalid`;
  const causes = distinct((details.causes ?? []).map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`));
  if (causes.length === 0) return what;
  if (causes.length === 1) return `${what}: ${causes[0]}`;
  return [`${what}: `, ...causes.map((cause) => `* ${cause}`)].join('\n');
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function lines(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.replace(/\n$/, '').split('\n'));
}
