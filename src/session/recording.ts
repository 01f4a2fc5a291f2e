import type { Deed } from './moment.ts';
import type { RecordLine } from './protocol.ts';

/** What was done, as it stands in a lesson. */
export interface Recorded {
  /** One step a line: kubectl lines, faults, and `advance 30s` where somebody waited. */
  readonly steps: readonly string[];
  /** Manifests that the steps read, by file name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Somebody who pauses longer than this between two commands waited for something. */
const WAITED_MS = 10_000;

/**
 * Deeds as steps. `files` are those of the page; a file that changed on the way gets a name for each version, so that
 * one lesson can have both.
 */
export function stepsOf(deeds: readonly Deed[], files: Readonly<Record<string, string>>): Recorded {
  let present: Readonly<Record<string, string>> = files;
  const written: Record<string, string> = {};
  const steps: string[] = [];
  /** Lines by their run: an editor may be closed later. */
  const opened = new Map<string, string>();
  let before = 0;
  for (const deed of deeds) {
    if (deed.at - before > WAITED_MS) steps.push(`advance ${Math.floor((deed.at - before) / 1000)}s`);
    before = deed.at;
    if (deed.kind === 'fault') steps.push(deed.line);
    if (deed.kind === 'saved') {
      const line = opened.get(deed.run) ?? '';
      const before = /^KUBE_EDITOR='cp ([^']*)'/.exec(line)?.[1];
      const own = before ?? nameFor('edited.yaml', uncommented(deed.text), written);
      written[own] = uncommented(deed.text);
      const at = steps.lastIndexOf(line);
      const edited = `KUBE_EDITOR='cp ${own}' ${line.replace(/^KUBE_EDITOR='[^']*' /, '')}`;
      if (at >= 0) steps[at] = edited;
      opened.set(deed.run, edited);
    }
    if (deed.kind !== 'kubectl') continue;
    present = { ...present, ...Object.fromEntries(deed.files) };
    let { line } = deed;
    for (const [name, text] of Object.entries(present)) {
      if (!line.split(/[\s=,]+/).includes(name)) continue;
      const own = nameFor(name, text, written);
      written[own] = text;
      line = line.replace(name, own);
    }
    steps.push(line);
    opened.set(deed.run, line);
  }
  return { steps, files: written };
}

/** A saved file without the comments that kubectl puts at its head. */
function uncommented(text: string): string {
  return text.replace(/^(#.*\n)+/, '');
}

/** `web.yaml`, or `web-2.yaml` when that name stands for another text. */
function nameFor(name: string, text: string, written: Readonly<Record<string, string>>): string {
  for (let number = 1; ; number++) {
    const own = number === 1 ? name : name.replace(/(\.ya?ml)?$/, `-${number}$1`);
    if (written[own] === undefined || written[own] === text) return own;
  }
}

/** A Solution, ready to be put into an Exercise. */
export function solutionOf({ steps, files }: Recorded): string {
  return [...indented(['<Solution>', ...manifests(files), fenced('sh', steps.join('\n')), '</Solution>'])].join('\n');
}

/** The records of a story (`storyOf`), those after each command together. */
export function beatsOf(story: readonly RecordLine[]): readonly (readonly RecordLine[])[] {
  const parts: RecordLine[][] = [];
  for (const record of story) {
    if (record.text.startsWith('command ')) parts.push([]);
    else if (record.selector.nth === 1) parts.at(-1)?.push(record);
  }
  return parts;
}

/** A whole lesson: the stage with what was done and its beats, and the same again as an exercise. */
export function lessonOf(title: string, { steps, files }: Recorded, parts: readonly (readonly RecordLine[])[]): string {
  const dos = steps.filter((step) => !step.startsWith('advance '));
  let number = 0;
  const story = dos.flatMap((step, index) => {
    const prop = /^(KUBE_EDITOR=|kubectl |etcdctl |etcdutl )/.test(step) ? 'run' : 'fault';
    const beats = (parts[index] ?? []).map(({ selector, text }) => {
      number++;
      return `  <Beat id="step-${number}" at="${selector.isFirst ? 'first ' : ''}${selector.at}">**Step ${number}.** ${said(text)}</Beat>`;
    });
    const told = beats.length === 0 ? [] : ['<Beats for="recorded">', ...beats, '</Beats>', ''];
    return [`<Do ${prop}="${step}">Step on</Do>.`, '', ...told];
  });
  const goals = dos.map((step) => `  <Goal did="${prefixed(step)}">You have done: ${said(step)}</Goal>`);
  return [
    '---',
    `title: ${JSON.stringify(title)}`,
    'description: Recorded in the playground. Say here in one sentence what it is about.',
    '---',
    '',
    'What the reader will wonder about.',
    '',
    ...manifests(files),
    '<Stage id="recorded" scenario="recorded" tools="terminal faults" />',
    '',
    ...story,
    '<Exercise id="again" scenario="recorded" rung="do">',
    '  Do the same again. Better goals than these say what has to be so: the cookbook has recipes.',
    '',
    ...goals,
    '',
    '  <Hint>What came first?</Hint>',
    '',
    solutionOf({ steps: dos, files }),
    '</Exercise>',
    '',
  ].join('\n');
}

/** Words that MDX would take for something else. */
function said(text: string): string {
  return text
    .replace(/[{}<>*_`]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A fault is found in the record as a command. */
function prefixed(step: string): string {
  return /^(KUBE_EDITOR=|kubectl |etcdctl |etcdutl )/.test(step) ? step : `command ${step}`;
}

function manifests(files: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files).flatMap(([name, text]) => [fenced(`yaml file=${name}`, text.trimEnd()), '']);
}

function fenced(info: string, text: string): string {
  return `\`\`\`${info}\n${text}\n\`\`\``;
}

/** Two spaces before each line, also within blocks. */
function indented(blocks: readonly string[]): readonly string[] {
  return blocks.flatMap((block) => block.split('\n').map((line) => (line === '' ? '' : `  ${line}`)));
}
