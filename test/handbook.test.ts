// The handbook for instructors is carried out: its first lesson, its recipes, its patterns, its examples.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { lesson } from '../cli/lesson.ts';
import { parsePattern, Session } from '../sim/index.ts';
import { checkLesson } from '../src/lesson/check.ts';
import { addressOf, readLessonFile } from '../src/lesson/folder.ts';
import { examples, readPatterns, recipes, samples } from '../src/lesson/handbook.ts';
import type { LessonModel } from '../src/lesson/model.ts';
import { formatProblems } from '../src/lesson/problems.ts';
import { readLesson } from '../src/lesson/read.ts';
import { exerciseSpec, parseFiles } from '../src/lesson/run.ts';
import { parseSource, type SourceNode } from '../src/lesson/source.ts';
import { componentSchemas } from '../src/schemas/components.ts';
import { courseSchema } from '../src/schemas/course.ts';
import { fieldsOf } from '../src/schemas/fields.ts';
import { scenarioSchema } from '../src/schemas/scenario.ts';
import { linkOf } from '../src/session/link.ts';
import { momentOf } from '../src/session/visit.ts';

const FIRST = 'src/content/instructors/first-lesson.md';
const TAINTS = 'src/content/instructors/taints.md';

describe('the first lesson', () => {
  const blocks = blocksOf(FIRST);

  test('is run from its own text: each command, each edit, each message', { timeout: 300_000 }, async () => {
    const desk = await carryOut(FIRST);
    expect(courseSchema.safeParse(parse(desk.read('src/content/course.yaml'))).success).toBe(true);
    desk.close();
  });

  test('has five mistakes, and ends with a lesson that passes', () => {
    const metas = blocks.map(({ meta }) => meta);
    expect(metas.filter((meta) => meta === 'fails')).toHaveLength(5);
    expect(metas.lastIndexOf('prints')).toBeGreaterThan(metas.lastIndexOf('fails'));
    expect(blocks.findLast(({ meta }) => meta === 'prints')?.value).toContain('1 of 1 lessons pass');
  });
});

describe('the lesson about taints', () => {
  test('is run from its own text, what is done in the page too', { timeout: 300_000 }, async () => {
    const desk = await carryOut(TAINTS);
    expect(desk.read('index.mdx')).toContain('    nodeName: node-a\n');
    desk.close();
  });

  test('fails three times, passes, is recorded and opened', () => {
    const blocks = blocksOf(TAINTS);
    expect(blocks.filter(({ meta }) => meta === 'fails')).toHaveLength(3);
    const runs = blocks.flatMap(({ meta, value = '' }) => (meta === 'run' ? value.split('\n') : []));
    const verbs = runs.flatMap((line) => /^npm run lesson -- (\w+)/.exec(line)?.[1] ?? []);
    expect(verbs).toEqual(['new', 'check', 'check', 'check', 'check', 'check', 'record', 'record', 'check', 'open']);
    expect(blocks.findLast(({ value = '' }) => value.includes('lessons pass'))?.value).toContain('1 of 1 lessons pass');
  });
});

test('npm run lesson is what the pages are carried out with', async () => {
  const { stdout } = spawnSync('npm', ['run', '--silent', 'lesson', '--', 'help'], { encoding: 'utf8' });
  const lines: string[] = [];
  expect(await lesson(['help'], (line) => lines.push(line))).toBe(0);
  expect(stdout.trimEnd()).toBe(lines.join('\n'));
});

describe('the cookbook', () => {
  test.each(recipes())('$title', ({ title, scenario, exercise, place }) => {
    expect(scenario, place).not.toBe('');
    const text = `---\ntitle: ${title}\ndescription: A recipe.\n---\n\n${exercise}\n`;
    const reading = readLesson('recipe.mdx', text, (name) => (name === 'scenario.recipe.yaml' ? scenario : undefined));
    const { problems, warnings } = checkLesson(reading);
    expect(formatProblems([...problems, ...warnings])).toBe('');
    expect(reading.lesson.exercises).toHaveLength(1);
  });

  test('has a recipe for every kind of goal', () => {
    expect(recipes().length).toBeGreaterThanOrEqual(25);
    const all = recipes().map(({ exercise }) => exercise);
    const props = Object.keys(componentSchemas.Goal.shape);
    for (const start of [...props.map((prop) => `<Goal[^>]* ${prop}="`), '<Hint when="', '<Wrong hint="', 'advance ']) {
      expect(
        all.filter((exercise) => new RegExp(start).test(exercise)),
        start,
      ).not.toEqual([]);
    }
  });

  test('a recipe with another solution fails, so the test above can fail', () => {
    const [first] = recipes();
    const broken = first?.exercise.replace(/```sh\n[\s\S]*?```/, '```sh\nkubectl get nodes\n```') ?? '';
    const text = `---\ntitle: x\ndescription: x\n---\n\n${broken}\n`;
    const { problems } = checkLesson(readLesson('recipe.mdx', text, () => first?.scenario));
    expect(formatProblems(problems)).toContain('Solution does not reach the goal');
  });
});

describe('the patterns', () => {
  const { forms, refused } = readPatterns();

  test.each(samples())('$pattern', ({ count }) => {
    expect(count).toBeGreaterThan(0);
  });

  test('have a form for each verb the simulator knows', () => {
    const said = parsePattern('');
    const verbs = typeof said === 'string' ? (/one of (.*)\.$/.exec(said)?.[1] ?? '').split(', ') : [];
    expect(verbs.length).toBeGreaterThan(10);
    const shown = forms.flatMap(({ examples: own }) => own).map(({ pattern }) => pattern.split(/[ :]/)[0]);
    expect(verbs.filter((verb) => !shown.includes(verb))).toEqual([]);
  });

  test.each(refused)('$pattern is refused', ({ pattern, says }) => {
    expect(parsePattern(pattern)).toBe(says);
  });
});

describe('the reference', () => {
  test('names each component of the language, and no other', () => {
    expect(
      examples()
        .components.map(({ name }) => name)
        .toSorted(),
    ).toEqual(Object.keys(componentSchemas).toSorted());
  });

  test('its examples, one below the other, are a lesson that passes', () => {
    const { scenario, components } = examples();
    const parts = components.flatMap(({ example }) => (example === undefined ? [] : [example]));
    const text = `---\ntitle: x\ndescription: x\n---\n\n${parts.join('\n')}`;
    const { problems } = checkLesson(readLesson('reference.mdx', text, () => scenario));
    expect(formatProblems(problems)).toBe('');
    // A lab needs programs beside it: the lessons of chapter 8 are its examples.
    for (const { name } of components) if (name !== 'Lab') expect(text).toContain(`<${name}`);
  });

  test('describes every prop and every key of a scenario', () => {
    const props = Object.values(componentSchemas).flatMap((schema) => fieldsOf(schema));
    const undescribed = [...props, ...fieldsOf(scenarioSchema)].filter(({ description }) => description === '');
    expect(undescribed.map(({ name }) => name)).toEqual([]);
    const grace = fieldsOf(scenarioSchema).find(({ name }) => name === 'timings.nodeMonitorGracePeriod');
    expect(grace).toMatchObject({ type: 'a duration such as 20s, 5m or 1500ms', isRequired: false });
  });
});

interface Done {
  readonly text: string;
  readonly isOk: boolean;
}

function blocksOf(file: string): readonly SourceNode[] {
  const { tree, problems } = parseSource(file, readFileSync(file, 'utf8'));
  expect(formatProblems(problems)).toBe('');
  return (tree.children ?? []).filter(({ type }) => type === 'code');
}

/** Does what a page of the handbook says, from top to bottom, and compares. Gives the desk it was done at. */
async function carryOut(file: string): Promise<Desk> {
  const desk = openDesk();
  let done: Done = { text: '', isOk: true };
  let isRead = true;
  for (const block of blocksOf(file)) {
    const at = `${file}:${block.position?.start.line}`;
    const [verb, target = ''] = (block.meta ?? '').split('=');
    const text = block.value ?? '';
    if (verb === 'run') {
      expect(isRead, `${at}: nothing is said of what was printed before`).toBe(true);
      done = await desk.run(text);
      isRead = false;
    } else if (verb === 'prints' || verb === 'fails') {
      expect(`${at}\n${withoutSeconds(done.text)}`).toBe(`${at}\n${withoutSeconds(text)}`);
      expect(done.isOk, at).toBe(verb === 'prints');
      isRead = true;
    } else if (verb === 'edit') desk.edit(target, text, at);
    else if (verb === 'new') desk.write(target, text);
    else if (verb === 'page' && block.lang === 'yaml') desk.type(target, text);
    else if (verb === 'page') await desk.play(target, text.split('\n'));
    // These two end with Ctrl+C. What `open` is asked for here is asked for again with --address.
    else expect(text, at).toMatch(/^npm (start|run lesson -- open .*)$/);
  }
  return desk;
}

type Desk = ReturnType<typeof openDesk>;

/** An empty project in a temporary folder, in which the commands of the handbook run with the tools of this one. */
function openDesk() {
  const root = mkdtempSync(join(tmpdir(), 'handbook-'));
  for (const file of ['course.yaml', 'glossary/terms.yaml', 'misconceptions/catalogue.yaml'].map(
    (name) => `src/content/${name}`,
  )) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
  let folder = '';
  let link = '';
  let typed: Readonly<Record<string, string>> = {};
  const pathOf = (name: string) => join(root, name.includes('/') ? name : join(folder, name));
  return {
    async run(lines: string): Promise<Done> {
      const done: Done[] = [];
      for (const line of lines.split('\n')) done.push(await within(root, () => runLine(line.replace('LINK', link))));
      const text = done.flatMap((one) => (one.text === '' ? [] : [one.text])).join('\n');
      folder = /^(\S+)\/index\.mdx is there/m.exec(text)?.[1] ?? folder;
      return { text, isOk: done.every(({ isOk }) => isOk) };
    },
    edit(name: string, diff: string, where: string): void {
      expect(existsSync(pathOf(name)), `${where}: there is no ${name}`).toBe(true);
      writeFileSync(pathOf(name), patched(readFileSync(pathOf(name), 'utf8'), diff, where));
    },
    write: (name: string, text: string) => writeFileSync(pathOf(name), `${text}\n`),
    /** Changes a file of the page, as a reader does in its editor. */
    type(name: string, text: string): void {
      typed = { ...typed, [name]: `${text}\n` };
    },
    /** Gives commands in an exercise of the page, and takes the link to that moment. */
    async play(exercise: string, lines: readonly string[]): Promise<void> {
      const file = `${folder}/index.mdx`;
      const reading = await within(root, () => readLessonFile(file));
      link = `http://localhost:4321/${addressOf(file)}/${await linkAfter(reading.lesson, exercise, typed, lines)}`;
    },
    read: (name: string) => readFileSync(pathOf(name), 'utf8'),
    close: () => rmSync(root, { recursive: true }),
  };
}

/** *Link to this moment* after these commands in an exercise. */
async function linkAfter(
  model: LessonModel,
  id: string,
  typed: Readonly<Record<string, string>>,
  lines: readonly string[],
): Promise<string> {
  const exercise = model.exercises.find((one) => one.id === id);
  const spec = exercise && exerciseSpec(model, exercise);
  if (exercise === undefined || spec === undefined) throw new Error(`there is no exercise ${id}`);
  const session = new Session(spec);
  for (const line of lines) {
    session.do(line, parseFiles({ ...exercise.files, ...typed }));
    for (let moves = 0; moves < 2000 && !session.move().isEnd; moves++);
  }
  const moment = momentOf(`exercise:${id}`, session, { files: exercise.files });
  return linkOf({ ...moment, view: 'diagram', selection: '' }, { stage: model.stage?.id ?? '' });
}

/** Does something with another working directory. */
async function within<T>(root: string, act: () => T | Promise<T>): Promise<T> {
  const home = process.cwd();
  process.chdir(root);
  try {
    return await act();
  } finally {
    process.chdir(home);
  }
}

async function runLine(line: string): Promise<Done> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  const [program = '', ...rest] = words;
  if (program === 'mkdir') {
    mkdirSync(rest.at(-1) ?? '', { recursive: rest.includes('-p') });
    return { text: '', isOk: true };
  }
  expect(words.slice(0, 4).join(' ')).toMatch(/^npm run lesson --$/);
  const lines: string[] = [];
  const code = await lesson(words.slice(4), (text) => lines.push(text));
  return { text: lines.join('\n').trimEnd(), isOk: code === 0 };
}

/** The text after an edit; what stays and what goes must stand there once, word for word. */
function patched(text: string, diff: string, where: string): string {
  const lines = diff.split('\n');
  const side = (sign: string) => lines.flatMap((line) => (line.startsWith(sign) ? [] : [line.slice(1)])).join('\n');
  const parts = `\n${text}`.split(`\n${side('+')}\n`);
  expect(parts, `${where}: the place of this edit`).toHaveLength(2);
  return parts.join(`\n${side('-')}\n`).slice(1);
}

function withoutSeconds(text: string): string {
  return text.replace(/ {2}\d+\.\d s {2}/g, '  0.0 s  ').trim();
}
