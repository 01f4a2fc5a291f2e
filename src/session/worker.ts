import type { LabCall, LabReply, ParsedFile } from '../../sim/index.ts';
import { cellsOf, checkManifests, Session, serving, shapeFromScenario } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import type { TimelineFold } from '../../sim/view/timeline.ts';
import { frameOf, hashOf } from './frame.ts';
import type { Moment } from './moment.ts';
import { standing } from './packlist.ts';
import { isUnloaded, loadedPacks, loadPack, loadPacks, missedPack, Unloaded } from './packs.ts';
import type { Asked, Envelope, Frame, OpenSession, Reply, Request, Said } from './protocol.ts';
import { type Seat, twinOf } from './seat.ts';

/** Why a scenario file is not opened. */
type Refused = Required<Pick<Reply, 'refused' | 'problem'>>;

/** Whether all that every cluster has was added to it. */
let isReady = false;
const seats = new Map<string, Seat>();
/** The reader's own, while a shared moment is in its place. */
const aside = new Map<string, Seat>();
/** Requests are answered in the order in which they came, although the first may wait for a chunk to load. */
let last: Promise<void> = Promise.resolve();

/** Questions to the page that are not answered yet. */
const asked = new Map<number, (reply: LabReply) => void>();
let questions = 0;

self.onmessage = ({ data }: MessageEvent<Envelope | Said>) => {
  if ('question' in data) {
    asked.get(data.question)?.(data.reply);
    asked.delete(data.question);
    return;
  }
  const { number, session, request } = data;
  last = last.then(async () => {
    let reply: Reply;
    try {
      reply = { ...(await answerWithPacks(session, request)), number };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const stopped = `The simulator stopped: ${text}. Undo takes the last command back.`;
      reply = { number, problem: error instanceof Unloaded ? text : stopped };
    }
    self.postMessage(reply);
  });
};

/**
 * Carries a request out. Where it comes to code that is not loaded, everything is put back to where it stood, the code
 * is loaded, and the request is carried out from its beginning: the cluster is deterministic, so nobody can tell.
 */
async function answerWithPacks(id: string, request: Request): Promise<Omit<Reply, 'number'>> {
  const said: LabReply[] = [];
  if (request.ask === 'open') await loadPacks(request.packs ?? { first: standing, later: [], files: [] });
  for (;;) {
    const putBack = savePoint(id);
    let heard = 0;
    const ask = async (call: LabCall) => {
      said[heard] ??= await askPage(call);
      return said[heard++] as LabReply;
    };
    let reply: Omit<Reply, 'number'> | undefined;
    let failure: unknown;
    try {
      reply = await answer(id, request, ask);
    } catch (error) {
      failure = error;
    }
    const pack = missedPack();
    if (pack === undefined && reply !== undefined) return reply;
    if (pack === undefined && !isUnloaded(failure)) throw failure;
    putBack();
    if (pack === undefined) throw new Unloaded();
    await loadPack(pack);
  }
}

/** How a session stands, with all that a request may change. */
function savePoint(id: string): () => void {
  const [seat, other] = [seats.get(id), aside.get(id)].map((one) => one && twinOf(one));
  return () => {
    if (seat === undefined) seats.delete(id);
    else seats.set(id, seat);
    if (other === undefined) aside.delete(id);
    else aside.set(id, other);
  };
}

/** Carries a request out; one that stands at a question is given again when the page has answered. */
async function answer(
  id: string,
  request: Request,
  askPage: (call: LabCall) => Promise<LabReply>,
): Promise<Omit<Reply, 'number'>> {
  if (!isReady) addKinds();
  isReady = true;
  if (ACTING.includes(request.ask)) await loadKubectl();
  const text = JSON.stringify(request);
  if (/\betcd(ctl|utl)\b/.test(text)) await (await typing()).loadEtcdctl();
  if (/\bk(ubectl)? [^"]*\b(diff|edit|replace|set)\b/.test(text)) await (await typing()).loadEditing();
  if (text.includes('apiServers')) await loadReplicas();
  if (request.ask === 'open') return showOf(await open(request.open));
  if (request.ask === 'packs') return { packs: loadedPacks() };
  if (request.ask === 'check') return { result: await (await import('../lab/trial.ts')).runTest(request, askPage) };
  const seat = seats.get(id);
  if (seat === undefined) return { problem: `There is no session ${id}.` };
  for (;;) {
    seat.session.answers.begin();
    const reply = await carryOut(id, seat, request);
    const { waiting } = seat.session.answers;
    if (waiting === undefined) return reply;
    seat.session.answers.give(await askPage(waiting.asks as LabCall));
  }
}

/** What the reader's program says: the sandbox is the page's. */
function askPage(call: LabCall): Promise<LabReply> {
  const question = ++questions;
  self.postMessage({ question, call } satisfies Asked);
  return new Promise((resolve) => asked.set(question, resolve));
}

async function carryOut(id: string, seat: Seat, request: Request): Promise<Omit<Reply, 'number'>> {
  const { session, files } = seat;
  if (!STANDING.includes(request.ask)) {
    if (ACTING.includes(request.ask)) seat.before = cellsOf(session.peek());
    // Whatever moves the clock takes the timeline's window with it.
    seat.focus = { ...seat.focus, around: undefined };
  }
  const told = await tell(id, seat, request);
  if (told !== undefined) return told;
  switch (request.ask) {
    case 'type':
      return { run: session.type(request.line, files), frame: frame(seat) };
    case 'interrupt':
      session.interrupt(request.run);
      break;
    case 'saved':
      session.save(request.run, await parsed(request.text));
      break;
    case 'do': {
      const problem = session.do(request.command, files);
      return problem === undefined ? { frame: frame(seat) } : { problem, frame: frame(seat) };
    }
    case 'play':
      if (session.nextDo === undefined) session.play();
      else session.do(session.nextDo, files);
      break;
    case 'move': {
      const move = session.move();
      return { move, frame: frame(seat) };
    }
    case 'step': {
      const told = request.by && (await import('../../sim/packs/inside.ts')).toNextMessage(session);
      if (told !== undefined) return { told, frame: frame(seat) };
      const move = session.step();
      return { move, frame: frame(seat) };
    }
    case 'seek':
      if (request.seq === undefined) session.seek(request.to);
      else session.seekRecord(request.seq, request.to);
      return { frame: frame(seat, request.seq) };
    case 'undo':
      session.undo();
      break;
    case 'restore':
      session.restore();
      break;
    case 'reset':
      seat.session = new Session(seat.open.spec);
      break;
    case 'foresee': {
      const foreseen = session.foresee(request.beat, request.patterns, files, request.after);
      return foreseen === undefined ? { problem: 'That moment does not come from here.' } : { foreseen };
    }
    case 'edit':
      return { problems: await edit(seat, request.file, request.text) };
    case 'discard':
      delete files[request.file];
      break;
    case 'show':
      seat.views = [request.view, request.beside];
      seat.focus = request.focus;
      if (seat.views.includes('timeline')) seat.timeline ??= await createTimeline();
      return { frame: frame(seat) };
    case 'visit':
      return await visit(id, seat, request.moment);
    case 'leave':
      return { frame: frame(leave(id, seat, request.keep)) };
  }
  return { frame: frame(seat) };
}

/** A file that was saved in the editor of a run. */
async function parsed(text: string): Promise<ParsedFile> {
  const { toParsedFile } = await import('../../sim/packs/yaml.ts');
  return toParsedFile(text, 'edited-file');
}

/** The Timeline view folds history in its own way. */
async function createTimeline(): Promise<TimelineFold> {
  const { TimelineFold } = await import('../../sim/packs/timeline.ts');
  return new TimelineFold();
}

/** Answers what only asks; undefined for a request that does something. */
async function tell(id: string, seat: Seat, request: Request): Promise<Omit<Reply, 'number'> | undefined> {
  const { session } = seat;
  switch (request.ask) {
    case 'save':
      return { saved: save(seat) };
    case 'moment': {
      const { momentOf } = await import('./visit.ts');
      return { moment: momentOf(id, session, seat.open) };
    }
    case 'explain': {
      const { explain } = await import('../../sim/packs/explain.ts');
      return { explanation: explain(session.timeline, shapeFromScenario(seat.open.spec.scenario), request.question) };
    }
    case 'ends':
      return { ends: (await import('../../sim/packs/follow.ts')).endsNow(session.timeline) };
    case 'follow': {
      const { follow } = await import('../../sim/packs/follow.ts');
      const followed = follow(session.timeline, request.question);
      return typeof followed === 'string' ? { problem: followed } : { followed };
    }
    case 'inside': {
      const { lookInside } = await import('../../sim/packs/inside.ts');
      const found = lookInside(session.timeline, request.part);
      return typeof found === 'string' ? { problem: found } : { inside: found };
    }
    case 'futures':
    case 'compare':
      return (await import('./futures.ts')).compare(seat, request);
    case 'changes':
      await (await typing()).loadEditing();
      return { changes: (await import('./changes.ts')).changesOf(session, request.file, seat.files) };
    case 'stuck':
      return { stuck: (await import('./stuck.ts')).stuckOf(session, request.steps, request.files) };
    case 'why': {
      const { askWhy } = await import('../../sim/packs/why.ts');
      return { answer: askWhy(session, request.question) };
    }
    case 'records':
      return { records: (await import('./records.ts'))[request.isStory ? 'storyOf' : 'recordsOf'](session) };
    case 'hash':
      return { hash: hashOf(session) };
  }
  return undefined;
}

/** Requests that may run kubectl, which is a chunk of its own. */
const ACTING: readonly Request['ask'][] = [
  'type',
  'saved',
  'do',
  'play',
  'foresee',
  'visit',
  'futures',
  'stuck',
  'changes',
];
/** Requests after which the clock stands where it stood. */
const STANDING: readonly Request['ask'][] = [
  'show',
  'save',
  'edit',
  'discard',
  'hash',
  'foresee',
  'moment',
  'explain',
  'inside',
  'why',
  'futures',
  'compare',
  'ends',
  'follow',
  'records',
  'stuck',
  'changes',
];

async function loadKubectl(): Promise<void> {
  (await typing()).startTyping();
}

function typing() {
  return import('./typing.ts');
}

/** Several API servers behind one address: few scenarios have them. */
async function loadReplicas(): Promise<void> {
  const { addReplicas } = await import('../../sim/packs/replicas.ts');
  addReplicas();
}

/** The language of goals with `cel`: few lessons have one. */
async function loadCel(): Promise<void> {
  const { addCel } = await import('../../sim/packs/cel.ts');
  addCel();
}

/** Kinds and admission policies of one's own: few clusters have them. */
async function loadExtensions() {
  const { addExtensions, kindsNow } = await import('../../sim/packs/extensions.ts');
  addExtensions();
  return kindsNow;
}

function isExtended({ spec }: OpenSession): boolean {
  return spec.scenario.addons?.includes('extensions') ?? false;
}

/** The processes that run the reader's programs. */
async function loadLab(): Promise<void> {
  const { addLab } = await import('../../sim/packs/lab.ts');
  addLab();
}

async function open(asked: OpenSession): Promise<Seat | Refused> {
  const known = seats.get(asked.id);
  if (known !== undefined && asked.isAnew !== true) return known;
  const opened = await ownOf(asked);
  if ('refused' in opened) return opened;
  if (opened.spec.goals.some(({ cel }) => cel !== undefined)) await loadCel();
  if (isExtended(opened)) await loadExtensions();
  if (opened.spec.scenario.done !== undefined) await loadKubectl();
  if (opened.spec.scenario.lab !== undefined) await loadLab();
  const session = new Session(opened.spec);
  const before = cellsOf(session.peek());
  const seat: Seat = { open: opened, session, files: {}, views: [], before, focus: {} };
  for (const [name, text] of Object.entries({ ...opened.files, ...opened.saved?.files })) await edit(seat, name, text);
  if (opened.saved !== undefined) {
    await loadKubectl();
    seat.session.replay(JSON.parse(opened.saved.commands), opened.saved.now);
  }
  seats.set(opened.id, seat);
  return seat;
}

/** With the reader's own scenario file in the place of the author's, where there is one. Its reader is a chunk. */
async function ownOf(opened: OpenSession): Promise<OpenSession | Refused> {
  if (opened.saved?.scenario === undefined) return opened;
  await loadKubectl();
  const { openOwn } = await import('./ownscenario.ts');
  return openOwn(opened);
}

async function visit(id: string, seat: Seat, moment: Moment): Promise<Omit<Reply, 'number'>> {
  const { sessionAt } = await import('./visit.ts');
  const { toParsedFile } = await import('../../sim/packs/yaml.ts');
  const { scenario } = moment;
  const saved = { scenario, files: {}, commands: '', now: 0 };
  const open = scenario === undefined ? seat.open : await ownOf({ ...seat.open, saved });
  if ('refused' in open) return open;
  if (isExtended(open)) await loadExtensions();
  const { session, files, isSame } = sessionAt(open, moment, toParsedFile);
  const before = cellsOf(session.peek());
  const guest: Seat = { open, session, files: { ...files }, views: [], before, focus: {} };
  aside.set(id, aside.get(id) ?? seat);
  seats.set(id, guest);
  return { isSame, frame: frame(guest) };
}

function leave(id: string, seat: Seat, keep: boolean): Seat {
  const next = keep ? seat : (aside.get(id) ?? seat);
  seats.set(id, next);
  aside.delete(id);
  return next;
}

/** Reads a manifest as the reader types it. The parser is a chunk of its own, loaded with the first file. */
async function edit(seat: Seat, name: string, text: string) {
  const { parseManifests, toParsedFile } = await import('../../sim/packs/yaml.ts');
  seat.files[name] = toParsedFile(text, name);
  const kinds = isExtended(seat.open) ? (await loadExtensions())(seat.session.timeline) : [];
  return serving(kinds, () => checkManifests(parseManifests(text, name)));
}

function save(seat: Seat) {
  const files = Object.fromEntries(Object.entries(seat.files).map(([name, file]) => [name, file.text]));
  const { session, open } = seat;
  return { files, commands: JSON.stringify(session.commands), now: session.now, scenario: open.saved?.scenario };
}

function showOf(seat: Seat | Refused): Omit<Reply, 'number'> {
  return 'refused' in seat ? seat : { frame: frame(seat) };
}

function frame(seat: Seat, seq?: number): Frame {
  const { open, session, views, focus, before, timeline } = seat;
  const frame = frameOf(open.id, session, views, focus, before, seq);
  if (!views.includes('timeline') || timeline === undefined) return frame;
  const { actors, nodes, replicas } = frame.scene;
  const alone = actors.filter(({ id }) => !replicas.some(({ of }) => of === id));
  const lanes = [...alone, ...replicas, ...nodes.map(({ kubelet }) => kubelet)].map(({ id }) => id);
  return { ...frame, timeline: timeline.view(session.timeline.trace, session.now, lanes, focus) };
}
