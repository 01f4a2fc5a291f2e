import { isStored } from '../api/resource.ts';
import type { IO } from '../kernel/component.ts';
import { answering } from './answering.ts';
import type { Call } from './call.ts';
import { startCollection } from './collection.ts';
import { startCreate } from './create.ts';
import { startEviction } from './evict.ts';
import { startExec } from './exec.ts';
import { startLog } from './log.ts';
import { startModify } from './modify.ts';
import { startGet, startList } from './read.ts';
import { resourceOf } from './routes.ts';
import type { ApiServerState } from './state.ts';
import { startWatch } from './watch.ts';

type Handler = (state: ApiServerState, call: Call, io: IO) => void;

/** The REST handlers: each ends with an answer or with a question to etcd and the stage that waits for it. */
export function dispatch(state: ApiServerState, call: Call, io: IO): void {
  const { verb, subresource, resource } = call.route;
  const special = subresource === '' ? undefined : SUBRESOURCES[subresource];
  const isQuestion = verb === 'create' && subresource === '' && !isStored(resourceOf({ resource }));
  const handler = special ?? (isQuestion ? answerQuestion : HANDLERS[verb]);
  handler(state, call, io);
}

const answerQuestion: Handler = (state, call, io) => answering.desk?.review(state, call, io);

const SUBRESOURCES: Readonly<Record<string, Handler>> = {
  binding: startModify,
  eviction: startEviction,
  exec: startExec,
  log: startLog,
  token: (state, call, io) => answering.desk?.token(state, call, io),
};

const HANDLERS: Readonly<Record<Call['route']['verb'], Handler>> = {
  get: startGet,
  list: startList,
  watch: startWatch,
  create: startCreate,
  update: startModify,
  patch: startModify,
  delete: startModify,
  deletecollection: startCollection,
};
