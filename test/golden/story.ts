import {
  act,
  type ClusterShape,
  createCluster,
  defaultShape,
  matches,
  type ParsedFile,
  parseDuration,
  parsePattern,
  runToExit,
  type Timeline,
} from '../../sim/index.ts';
import { addExtensions } from '../../sim/packs/extensions.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import { sequenceOf } from './sequence.ts';

/**
 * A transcript: blocks of commands with what they print. Comments begin with `#`. In a block stand
 *
 *   cluster nodes=2 seed=1     the cluster to begin with (first block only); grace=20s sets the node monitor's patience
 *                              addons=a,b gives it addons; etcd=3 gives etcd three members; one, when nothing is said
 *   file NAME                  a file for -f; its lines follow, indented by two spaces
 *   kubectl …                  types a line, and plays until it has ended
 *   kill node/node-1 …         any fault
 *   advance 3s                 plays on for so long
 *   when PATTERN               plays to the next record that a beat would match; prints how long since `mark`
 *   mark                       starts that watch anew; so does a fault
 *   sequence                   prints who did what since `mark`, or since the beginning, and what led to it
 */
export interface Story {
  readonly blocks: readonly Block[];
}

interface Block {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

const RULE = '----';

/** Reads a transcript. An output with empty lines in it stands between two double rules. */
export function parseStory(text: string): Story {
  const blocks: Block[] = [];
  const lines = text.replace(/\n$/, '').split('\n');
  for (let at = 0; at < lines.length; ) {
    const input: string[] = [];
    for (; at < lines.length && lines[at] !== RULE; at++) input.push(lines[at] ?? '');
    at++;
    const isFenced = lines[at] === RULE;
    if (isFenced) at++;
    const output: string[] = [];
    for (; at < lines.length && lines[at] !== (isFenced ? RULE : ''); at++) output.push(lines[at] ?? '');
    at += isFenced ? 3 : 1;
    blocks.push({ input, output });
  }
  return { blocks };
}

/** A transcript as text. */
export function formatStory({ blocks }: Story): string {
  const texts = blocks.map(({ input, output }) => {
    const isFenced = output.includes('');
    const fence = isFenced ? [RULE, RULE] : [RULE];
    return [...input, ...fence, ...output, ...(isFenced ? fence : [])].join('\n');
  });
  return `${texts.join('\n\n')}\n`;
}

/** Plays a story and gives it with what was really printed. */
export function tellStory(story: Story): Story {
  addKinds();
  addExtensions();
  addKubectl();
  const teller: Teller = { timeline: undefined, files: {}, marked: 0, began: 0, seq: 0, run: 0 };
  return { blocks: story.blocks.map(({ input }) => ({ input, output: input.flatMap(tellLine(teller, input)) })) };
}

interface Teller {
  timeline: Timeline | undefined;
  files: Record<string, ParsedFile>;
  marked: number;
  /** The record at `mark`. */
  began: number;
  seq: number;
  run: number;
}

function tellLine(teller: Teller, input: readonly string[]) {
  return (line: string, index: number): readonly string[] => {
    if (line === '' || line.startsWith('#') || line.startsWith('  ')) return [];
    const [verb = '', ...words] = line.split(' ');
    const rest = words.join(' ');
    if (verb === 'cluster') {
      teller.timeline = createCluster(shapeFrom(words), { freeze: true });
      return [];
    }
    teller.timeline ??= createCluster({ ...defaultShape(), etcd: { members: 1 } }, { freeze: true });
    const { timeline } = teller;
    if (verb === 'file') {
      const end = input.findIndex((other, at) => at > index && !other.startsWith('  '));
      const body = input.slice(index + 1, end < 0 ? undefined : end).map((text) => text.slice(2));
      teller.files = { ...teller.files, [rest]: toParsedFile(`${body.join('\n')}\n`, rest) };
      return [];
    }
    if (verb === 'advance') timeline.advance(timeline.now + duration(rest));
    else if (verb === 'when') return [when(teller, timeline, rest)];
    else if (verb === 'mark') mark(teller, timeline);
    else if (verb === 'sequence') return sequence(teller, timeline);
    else return say(teller, timeline, line);
    return [];
  };
}

function shapeFrom(words: readonly string[]) {
  const settings = new Map(words.map((word) => word.split('=') as [string, string]));
  const members = Number(settings.get('etcd') ?? 1) as 1 | 3 | 5;
  const nodes = Number(settings.get('nodes') ?? 3);
  const addons = (settings.get('addons')?.split(',') ?? []) as ClusterShape['addons'];
  const shape = { ...defaultShape(nodes, Number(settings.get('seed') ?? 1)), etcd: { members }, addons };
  const grace = settings.get('grace');
  return grace === undefined ? shape : { ...shape, timings: { nodeMonitorGracePeriodMs: duration(grace) } };
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`"${text}" is not a duration`);
  return ms;
}

function mark(teller: Teller, timeline: Timeline): void {
  teller.marked = timeline.now;
  teller.seq = timeline.past.at(-1)?.seq ?? 0;
  teller.began = teller.seq;
}

function say(teller: Teller, timeline: Timeline, line: string): readonly string[] {
  const run = `run-${++teller.run}`;
  if (!line.startsWith('kubectl')) mark(teller, timeline);
  const from = timeline.past.length;
  const problem = act(timeline, line, run, teller.files);
  if (problem !== undefined) throw new Error(problem);
  runToExit(timeline, run);
  return timeline.past.slice(from).flatMap((record) => {
    const isPrinted = record.type === 'noted' && record.note.what === 'kubectl/printed' && record.note['run'] === run;
    return isPrinted ? String(record.note['text']).split('\n') : [];
  });
}

function sequence({ began, marked }: Teller, { past }: Timeline): readonly string[] {
  return sequenceOf(past, began, marked);
}

const HORIZON_MS = 1_800_000;

function when(teller: Teller, timeline: Timeline, text: string): string {
  const pattern = parsePattern(text);
  if (typeof pattern === 'string') throw new Error(pattern);
  const limit = timeline.now + HORIZON_MS;
  let seen = timeline.past.findIndex((record) => record.seq > teller.seq);
  if (seen < 0) seen = timeline.past.length;
  for (;;) {
    const { past } = timeline;
    for (; seen < past.length; seen++) {
      const record = past[seen];
      if (record === undefined || !matches(pattern, record)) continue;
      teller.seq = record.seq;
      return `${((record.at - teller.marked) / 1000).toFixed(1)} s`;
    }
    if (!timeline.step(limit)) return 'never';
  }
}
