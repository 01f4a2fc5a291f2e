import { expect, it } from 'vitest';
import { mutantsOf, survivorsOf } from './mutation.ts';
import { readLesson } from './read.ts';
import { weakenings } from './weaken.ts';

const SCENARIO = `seed: 1
nodes: 1
etcd:
  members: 1
images:
  - nginx:1.27
`;

function lessonWith(wrongs: readonly string[]): string {
  const each = wrongs.map((lines) => `  <Wrong>\n  \`\`\`sh\n${lines}\n  \`\`\`\n  </Wrong>\n`).join('\n');
  return `---
title: x
description: x
---

<Exercise id="e" scenario="s" rung="do">
  Run a pod.

  <Goal reach="pod/web condition=Ready">web is ready</Goal>
  <Goal never="kubectl label">Nothing is labelled</Goal>

${each}
  <Solution>
  \`\`\`sh
  kubectl run web --image=nginx:1.27
  \`\`\`
  </Solution>
</Exercise>
`;
}

function survivorsWith(wrongs: readonly string[]): readonly string[] {
  const { lesson } = readLesson('x.mdx', lessonWith(wrongs), () => SCENARIO);
  const [exercise] = lesson.exercises;
  return exercise === undefined ? [] : survivorsOf(mutantsOf(lesson, exercise)).map(({ words }) => words);
}

it('a weaker set of goals that no wrong answer passes is named; with such an answer it is caught', () => {
  const name = '  kubectl run wed --image=nginx:1.27';
  const value = '  kubectl run web --image=nginx:1.99';
  const never = '  kubectl run web --image=nginx:1.27\n  kubectl label pod web a=b';
  const all = [
    '“web is ready” whatever its name',
    '“web is ready” without condition=Ready',
    '“Nothing is labelled” left out',
  ];
  expect(survivorsWith([])).toEqual(all);
  expect(survivorsWith([value])).toEqual([all[0], all[2]]);
  expect(survivorsWith([name, value, never])).toEqual([]);
});

it('goals can be weakened in each of their parts', () => {
  const words = (goal: Parameters<typeof weakenings>[0]) => weakenings(goal).map((weaker) => weaker.words);
  expect(
    weakenings({ reach: 'pod -l app=web,tier=front -n shop jsonpath={.status.phase}=Running', within: '9s' }),
  ).toEqual([
    {
      words: 'without the label app=web',
      goal: { reach: 'some pod -l tier=front -n shop jsonpath={.status.phase}=Running', within: '9s' },
    },
    {
      words: 'without the label tier=front',
      goal: { reach: 'some pod -l app=web -n shop jsonpath={.status.phase}=Running', within: '9s' },
    },
    {
      words: 'whatever the value',
      goal: { reach: 'pod -l app=web,tier=front -n shop jsonpath={.status.phase}', within: '9s' },
    },
    {
      words: 'without within="9s"',
      goal: { reach: 'pod -l app=web,tier=front -n shop jsonpath={.status.phase}=Running' },
    },
  ]);
  expect(words({ hold: 'pods', cel: "pods.all(p, p.a == 'x' && p.b >= 3 && has(p.c))" })).toEqual([
    "without p.a == 'x'",
    'without p.b >= 3',
    'without has(p.c)',
    'with >= 2 for >= 3',
    'for some, not for all',
  ]);
  expect(words({ did: 'kubectl describe pod' })).toEqual(['without pod']);
  expect(words({ never: 'kubectl delete' })).toEqual([]);
});
