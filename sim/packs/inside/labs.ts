import type { ProgramState } from '../../client/program.ts';
import type { Hosted } from '../../controllers/hosted.ts';
import type { LabLoopState } from '../../controllers/lab/labloop.ts';
import type { LabMemberState } from '../../etcd/lab/labmember.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import type { Value } from '../../kernel/value.ts';
import { isUp } from '../../kernel/world.ts';
import type { LabProxyState } from '../../net/kubeproxy/labproxy.ts';
import type { LabAnswer, LabReply, LabWrite, ScoreAnswer, ScoreInput } from '../../protocol/lab.ts';
import type { LabPluginState } from '../../scheduler/lab/labplugin.ts';
import { clockText } from '../../view/names.ts';
import { cachesOf } from './caches.ts';
import { itemsOf } from './controllers.ts';
import { type Cell, cell, count, type Inside, type Section, table } from './section.ts';
import { latestTalks } from './talks.ts';

/** So many calls, and so many lines of its log, are shown. */
const SHOWN = 12;

/** The reader’s controller, opened: its queue, what it was asked and what it answered, its log, and its caches. */
export function insideLabController({ world, past, simulation, now }: Timeline, part: string): Inside {
  const { lab, hosted, turn, calls, client } = world.states.get(part) as unknown as LabLoopState;
  const frame = hosted.get(part) as Hosted;
  const { memory, answers } = frame.own as unknown as Own;
  const doing = turn === null ? 'It is not in a call' : `It reconciles ${turn.key}`;
  const runs = isUp(world, part);
  return {
    part,
    title: `Inside ${part}`,
    summary: summaryOf(lab, runs, `${doing}. It has answered ${count(calls, 'call')} in this life.`),
    sections: [
      programOf(lab, runs, memory),
      ...(runs ? [queueOf(frame, now)] : []),
      turnsOf(past, part),
      ...(runs ? [toldOf(answers)] : []),
      logOf(past, part),
      ...(runs ? [cachesOf(client, simulation)] : []),
    ],
  };
}

/** What the frame keeps of a controller. */
interface Own {
  readonly memory: Value;
  readonly answers: ReadonlyMap<string, readonly LabAnswer[]>;
}

function queueOf(frame: Hosted, now: number): Section {
  const rows = itemsOf(frame, now).map(({ key, is }) => [cell(key), is]);
  const note = 'A key is in it once, however much has happened to it.';
  return table('Work queue', note, ['Key', 'Stands'], rows, 'It is empty.');
}

function toldOf(answers: Own['answers']): Section {
  const rows = [...answers].flatMap(([key, all]) =>
    all.map(({ verb, name, status, message }) => [
      cell(key),
      cell(`${verb} ${name}`),
      cell(status, status < 400 ? 'ok' : 'bad', message),
    ]),
  );
  const note = 'What became of the last writes for a key.';
  return table('Told at the next call', note, ['Key', 'Write', 'Answer'], rows, 'Nothing waits to be told.');
}

/** What the reader's member of etcd has beside what every member has: the program, its votes, and its log. */
export function votesOfLab({ world, past }: Timeline, part: string): readonly Section[] {
  const { lab, memory } = world.states.get(part) as unknown as LabMemberState;
  const rows = past.slice(-6000).flatMap((record) => {
    const kind = record.type === 'noted' && record.by === part ? VOTES[record.note.what] : undefined;
    if (record.type !== 'noted' || kind === undefined) return [];
    const { candidate, term, because } = record.note as Readonly<Record<string, Value>>;
    const said = cell(kind.grants ? 'yes' : 'no', kind.grants ? 'ok' : 'bad', String(because));
    return [[cell(clockText(record.at)), cell(String(candidate)), cell(Number(term)), cell(kind.asks), said]];
  });
  const note = 'The newest first. A pre-vote only asks whether a candidate could win.';
  const columns = ['At', 'Candidate', 'Term', 'Asks for a', 'Answered'];
  return [
    programOf(lab, isUp(world, part), memory),
    table('Its votes', note, columns, rows.reverse(), 'Nobody has asked for its vote.', SHOWN),
    logOf(past, part),
  ];
}

const VOTES: Readonly<Record<string, { readonly asks: string; readonly grants: boolean }>> = {
  'lab/grant': { asks: 'vote', grants: true },
  'lab/refuse': { asks: 'vote', grants: false },
  'lab/would-grant': { asks: 'pre-vote', grants: true },
  'lab/would-refuse': { asks: 'pre-vote', grants: false },
};

/** The reader’s score plugin, opened: what the scheduler asked, the numbers it got, and its log. */
export function insideLabPlugin({ world, past }: Timeline, part: string): Inside {
  const { lab, memory, calls } = world.states.get(part) as unknown as LabPluginState;
  const runs = isUp(world, part);
  const given = `It has given numbers for ${count(calls, 'pod')} in this life. It waits until the scheduler asks.`;
  return {
    part,
    title: `Inside ${part}`,
    summary: summaryOf(lab, runs, given),
    sections: [programOf(lab, runs, memory), scoredOf(past, part), logOf(past, part)],
  };
}

function scoredOf(past: readonly TraceRecord[], part: string): Section {
  const rows = latestTalks(past, part, 'score', SHOWN).map(({ question, answer }) => {
    const { pod, nodes } = question.body as ScoreInput;
    const { metadata } = pod as { readonly metadata: { readonly name: string; readonly namespace: string } };
    const names = (nodes as readonly { readonly name: string }[]).map(({ name }) => name);
    const key = `${metadata.namespace}/${metadata.name}`;
    return [
      cell(clockText(question.at)),
      { ...cell(key), pod: key },
      cell(names.join(', ')),
      scoresOf(answer?.body as ScoreAnswer | undefined, names),
    ];
  });
  const note = 'The newest first. The scheduler asks once for all nodes that passed its filters.';
  const columns = ['At', 'Pod', 'Nodes', 'Answered'];
  return table('The last calls', note, columns, rows, 'The scheduler has not asked yet.');
}

/** What a node's own page tells of the reader’s kube-proxy: its program, what it chose, and its log. */
export function labProxyOf({ world, past }: Timeline, part: string): readonly Section[] {
  const { lab, memory } = world.states.get(part) as unknown as LabProxyState;
  const rows = past.slice(-6000).flatMap((record) => {
    if (record.type !== 'noted' || record.by !== part || record.note.what !== 'lab/chosen') return [];
    return [[cell(clockText(record.at)), cell(String(record.note['told']))]];
  });
  const note = 'The newest first. Each call is about all Services, and gives back the addresses that get rules.';
  return [
    programOf(lab, isUp(world, part), memory),
    table('The last calls', note, ['At', 'Chose'], rows.reverse(), 'It has not been called yet.', SHOWN),
    logOf(past, part),
  ];
}

function summaryOf({ program }: ProgramState, runs: boolean, doing: string): string {
  if (program === '') return 'It has no program yet.';
  return runs ? doing : 'It has ended. What it had in its memory is gone; it is started again in a while.';
}

function scoresOf(answer: ScoreAnswer | undefined, names: readonly string[]): Cell {
  if (answer === undefined) return cell('nothing yet, or it crashed', 'wait');
  if ('error' in answer) return cell('an error', 'bad', answer.error);
  return cell(names.map((name, index) => `${name} ${answer.scores[index]}`).join(', '), 'ok');
}

function programOf({ program, crashes, crashedAt }: ProgramState, runs: boolean, memory: Value): Section {
  const isEmpty = !runs || memory === null || memory === undefined;
  const kept = isEmpty ? cell('nothing', 'none') : cell(JSON.stringify(memory));
  const crashed = cell(`${count(crashes, 'time')} in a row`, 'bad', `the last at ${clockText(crashedAt)}`);
  return {
    type: 'facts',
    title: 'The program',
    facts: [
      ['Fingerprint', program === '' ? cell('none', 'none') : cell(program)],
      ['Keeps in api.state', kept],
      ['Crashed', crashes === 0 ? cell('never', 'ok') : crashed],
    ],
  };
}

/** Each turn with its reply, which the history has as a command. */
function turnsOf(past: readonly TraceRecord[], part: string): Section {
  const replies = new Map<string, LabReply>();
  for (const record of past.slice(-6000)) {
    if (record.type !== 'commanded' || record.command.kind !== 'answer') continue;
    replies.set(String(record.command['message']), record.command['value'] as LabReply);
  }
  const rows = latestTalks(past, part, 'turn', SHOWN).map(({ question }) => [
    cell(clockText(question.at)),
    cell((question.body as { readonly key: string }).key),
    replyCell(replies.get(question.id)),
  ]);
  const note = 'The newest first. Each call gets a key and the two caches as they were, and gives back writes.';
  return table('The last calls', note, ['At', 'Key', 'Answered'], rows, 'It has not been called yet.');
}

function replyCell(reply: LabReply | undefined): Cell {
  if (reply === undefined) return cell('no answer is recorded', 'wait');
  if (!reply.ok)
    return cell(
      'it crashed',
      'bad',
      `${reply.failure.message}${reply.failure.line === undefined ? '' : `, in line ${reply.failure.line}`}`,
    );
  if (!('writes' in reply.output)) return cell('scores, where writes were asked for', 'bad');
  const { writes, requeueAfterMs } = reply.output;
  const again = requeueAfterMs === null ? '' : `to be called again in ${requeueAfterMs} ms`;
  return writes.length === 0
    ? cell('nothing to write', 'none', again)
    : cell(writes.map(writeText).join(', '), 'ok', again);
}

function writeText(write: LabWrite): string {
  if (write.verb === 'create') {
    const { kind = 'Pod', metadata } = write.object as {
      readonly kind?: string;
      readonly metadata: { readonly name?: string; readonly generateName?: string };
    };
    return `create ${kind} ${metadata.name ?? metadata.generateName ?? ''}`;
  }
  return `${write.verb} ${write.kind} ${write.name}${write.verb === 'patch' && write.subresource !== '' ? `/${write.subresource}` : ''}`;
}

function logOf(past: readonly TraceRecord[], part: string): Section {
  const lines = past.slice(-6000).flatMap((record) => {
    if (record.type !== 'noted' || record.by !== part || record.note.what !== 'lab/logged') return [];
    return [[cell(clockText(record.at)), cell(String(record.note['text']))]];
  });
  const note = 'What it wrote with console.log, the newest first.';
  return table('Its log', note, ['At', 'Line'], lines.reverse(), 'It has written nothing.', SHOWN);
}
