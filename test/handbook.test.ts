// The handbook for instructors is carried out: its first lesson, its recipes, its patterns, its examples.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parsePattern } from '../sim/index.ts';
import { checkLesson } from '../src/lesson/check.ts';
import { examples, readPatterns, recipes, samples } from '../src/lesson/handbook.ts';
import { formatProblems } from '../src/lesson/problems.ts';
import { readLesson } from '../src/lesson/read.ts';
import { parseSource, type SourceNode } from '../src/lesson/source.ts';
import { componentSchemas } from '../src/schemas/components.ts';
import { courseSchema } from '../src/schemas/course.ts';
import { fieldsOf } from '../src/schemas/fields.ts';
import { scenarioSchema } from '../src/schemas/scenario.ts';

const FIRST = 'src/content/instructors/first-lesson.md';

describe('the first lesson', () => {
  const { tree, problems } = parseSource(FIRST, readFileSync(FIRST, 'utf8'));
  const blocks = (tree.children ?? []).filter(({ type }) => type === 'code');

  test('is run from its own text: each command, each edit, each message', { timeout: 120_000 }, () => {
    expect(formatProblems(problems)).toBe('');
    const desk = openDesk();
    let done: Done = { text: '', isOk: true };
    let isRead = true;
    const at = (block: SourceNode) => `${FIRST}:${block.position?.start.line}`;
    for (const block of blocks) {
      const [verb, target = ''] = (block.meta ?? '').split('=');
      const text = block.value ?? '';
      if (verb === 'run') {
        expect(isRead, `${at(block)}: nothing is said of what was printed before`).toBe(true);
        done = desk.run(text);
        isRead = false;
      } else if (verb === 'prints' || verb === 'fails') {
        expect(`${at(block)}\n${withoutSeconds(done.text)}`).toBe(`${at(block)}\n${withoutSeconds(text)}`);
        expect(done.isOk, at(block)).toBe(verb === 'prints');
        isRead = true;
      } else if (verb === 'edit') desk.edit(target, text, at(block));
      else if (verb === 'new') desk.write(target, text);
      else expect(text, at(block)).toBe('npm start');
    }
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
  const pathOf = (name: string) => join(root, name.includes('/') ? name : join(folder, name));
  return {
    run(lines: string): Done {
      const done = lines.split('\n').map((line) => runLine(root, line));
      const text = done.flatMap((one) => (one.text === '' ? [] : [one.text])).join('\n');
      folder = /^(\S+)\/index\.mdx is there/m.exec(text)?.[1] ?? folder;
      return { text, isOk: done.every(({ isOk }) => isOk) };
    },
    edit(name: string, diff: string, where: string): void {
      expect(existsSync(pathOf(name)), `${where}: there is no ${name}`).toBe(true);
      writeFileSync(pathOf(name), patched(readFileSync(pathOf(name), 'utf8'), diff, where));
    },
    write: (name: string, text: string) => writeFileSync(pathOf(name), `${text}\n`),
    read: (name: string) => readFileSync(pathOf(name), 'utf8'),
    close: () => rmSync(root, { recursive: true }),
  };
}

function runLine(root: string, line: string): Done {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  const [program = '', ...rest] = words;
  if (program === 'mkdir') {
    mkdirSync(join(root, rest.at(-1) ?? ''), { recursive: rest.includes('-p') });
    return { text: '', isOk: true };
  }
  expect(words.slice(0, 4).join(' ')).toMatch(/^npm run lesson --$/);
  const { stdout, stderr, status } = spawnSync(process.execPath, [resolve('cli/lesson.ts'), ...words.slice(4)], {
    cwd: root,
    encoding: 'utf8',
  });
  return { text: `${stdout}${stderr}`.trimEnd(), isOk: status === 0 };
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
