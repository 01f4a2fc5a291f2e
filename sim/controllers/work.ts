import type { KubeObject } from '../api/meta.ts';
import { type Answer, call } from '../client/calls.ts';
import type { EventText } from '../client/recorder.ts';
import { recordEvent } from '../client/recorder.ts';
import { backOffKey, finishKey, forgetKey, takeKey, type WorkItem } from '../client/workqueue.ts';
import type { IO } from '../kernel/component.ts';
import type { MessageId } from '../kernel/message.ts';
import type { HttpResponse } from '../protocol/http.ts';
import { Workbench } from './context.ts';
import type { Batch, Controller, Failure, Outcome, Write } from './controller.ts';
import type { Frame, Hosted, Job } from './hosted.ts';

const FRESH = { outstanding: 0, failure: undefined, isClosing: false };

/** Hands out keys of one controller until its workers are busy or its queue is empty. */
export function workOff(state: Frame, controller: Controller, io: IO): void {
  const hosted = hostedOf(state, controller);
  while (hosted.queue.processing.size < controller.workers) {
    const item = takeKey(hosted.queue);
    if (item === undefined) return;
    hosted.last = item.key;
    const context = new Workbench(state, controller.name, io, item.causes);
    carryOut(state, controller, item, controller.reconcile(item.key, context), io);
  }
}

/** Begins the writes that a sync of a key came to. */
export function carryOut(state: Frame, controller: Controller, item: WorkItem, outcome: Outcome, io: IO): void {
  const { writes = [], closing, requeueAfterMs } = outcome;
  const job = { causes: item.causes, batches: writes, closing, requeueAfterMs, ...FRESH };
  goOn(state, controller, item.key, job, io);
}

/** Takes the answer to one write of a sync. */
export function receiveAnswer(state: Frame, controller: Controller, answer: Answer, io: IO): void {
  const { key, write } = answer.data as { key: string; write: Write };
  const hosted = hostedOf(state, controller);
  const job = hosted.jobs.get(key);
  if (job === undefined) return;
  const { status } = answer.response;
  const isDone = status >= 200 && status <= 299;
  const isGood = isDone || (write.ignore?.includes(status) ?? false) || isNamespaceEnding(answer.response);
  controller.answered?.(key, write, answer.response, isGood, contextOf(state, controller, io, answer.cause));
  if (isDone) {
    const name = (answer.response.body as KubeObject | undefined)?.metadata?.name ?? '';
    for (const text of write.success ?? []) say(state, hosted, io, write, text, name, answer.cause);
  } else if (!isGood && write.failure !== undefined && !write.silent?.includes(status)) {
    say(state, hosted, io, write, write.failure, errorOf(answer.response), answer.cause);
  }
  const failure = job.failure ?? (isGood ? undefined : failureOf(write, answer.response, job));
  goOn(state, controller, key, { ...job, failure, outstanding: job.outstanding - 1 }, io);
}

/** Waits for answers, or sends the next batch, or the closing write, or ends the sync. */
function goOn(state: Frame, controller: Controller, key: string, job: Job, io: IO): void {
  const hosted = hostedOf(state, controller);
  if (job.outstanding > 0) {
    hosted.jobs.set(key, job);
    return;
  }
  const [batch, ...rest] = job.batches;
  if (batch !== undefined && job.failure === undefined) {
    send(state, controller, key, { ...job, batches: rest }, batch, io);
    return;
  }
  let { closing } = job;
  if (job.failure !== undefined && !job.isClosing) {
    const context = new Workbench(state, controller.name, io, job.causes);
    closing = controller.failed?.(key, job.failure, context) ?? closing;
  }
  if (closing === undefined || job.isClosing) end(state, controller, key, job, io);
  else send(state, controller, key, { ...job, isClosing: true }, [closing], io);
}

function send(state: Frame, controller: Controller, key: string, job: Job, batch: Batch, io: IO): void {
  const hosted = hostedOf(state, controller);
  hosted.jobs.set(key, { ...job, outstanding: batch.length });
  const agent = `${state.client.userAgent}/${controller.name}`;
  for (const write of batch) {
    const { authorization } = hosted.recorder;
    const headers: Record<string, string> = { 'user-agent': agent, ...write.request.headers };
    if (authorization !== '') headers['authorization'] = authorization;
    const data = { controller: controller.name, key, write };
    call(state.client, io, { ...write.request, headers }, 'write', data, { causes: job.causes });
  }
  if (batch.length === 0) goOn(state, controller, key, job, io);
}

function end(state: Frame, controller: Controller, key: string, job: Job, io: IO): void {
  const hosted = hostedOf(state, controller);
  hosted.jobs.delete(key);
  finishKey(hosted.queue, key);
  const context = new Workbench(state, controller.name, io, job.causes);
  if (job.failure !== undefined) {
    const delay = backOffKey(hosted.queue, key, controller.backOffMs);
    context.note({
      what: 'controller/retry',
      controller: controller.name,
      key,
      delayMs: delay,
      error: job.failure.message,
    });
    context.addAfter(key, delay);
    return;
  }
  // Half of a round is no success yet: what fails in the other half backs off as one round does upstream.
  if (job.requeueAfterMs !== 0) forgetKey(hosted.queue, key);
  if (job.requeueAfterMs !== undefined) context.addAfter(key, job.requeueAfterMs);
}

function say(
  state: Frame,
  hosted: Hosted,
  io: IO,
  write: Write,
  text: EventText,
  detail: string,
  cause: MessageId,
): void {
  if (write.about === undefined) return;
  const message = text.message.replace('%s', () => detail);
  recordEvent(hosted.recorder, state.client, io, write.about, { ...text, message }, [cause]);
}

/** In a namespace that is being deleted every creation fails; controllers let it be. */
function isNamespaceEnding({ status, body }: HttpResponse): boolean {
  if (status !== 403) return false;
  const { details } = (body ?? {}) as { details?: { causes?: readonly { reason?: string }[] } };
  return details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false;
}

function failureOf(write: Write, response: HttpResponse, job: Job): Failure {
  const skipped = job.batches.reduce((sum, unsent) => sum + unsent.length, 0);
  return { status: response.status, message: errorOf(response), tag: write.tag, skipped };
}

/** The text of Go's error: the Status message, or why no answer came. */
function errorOf({ status, body }: HttpResponse): string {
  return (body as { message?: string } | undefined)?.message ?? `status ${status}`;
}

function contextOf(state: Frame, controller: Controller, io: IO, cause: MessageId): Workbench {
  return new Workbench(state, controller.name, io, [cause]);
}

function hostedOf(state: Frame, controller: Controller): Hosted {
  return state.hosted.get(controller.name) as Hosted;
}
