import { expect, test, vi } from 'vitest';
import type { LessonModel } from '../src/lesson/model.ts';

/** The one behaviour that is changed now. */
const changed = vi.hoisted(() => ({ what: '' }));

vi.mock('../sim/apiserver/admission/defaulttolerationseconds.ts', async (load) => {
  const { defaultTolerationSeconds: plugin } =
    await load<typeof import('../sim/apiserver/admission/defaulttolerationseconds.ts')>();
  const admit: typeof plugin.admit = (object, state) => {
    const admitted = plugin.admit(object, state);
    if (changed.what !== 'eviction delay') return admitted;
    return JSON.parse(JSON.stringify(admitted).replaceAll('"tolerationSeconds":300', '"tolerationSeconds":600'));
  };
  return { defaultTolerationSeconds: { ...plugin, admit } };
});

vi.mock('../sim/scheduler/plugins/tainttoleration.ts', async (load) => {
  const { taintToleration: plugin } = await load<typeof import('../sim/scheduler/plugins/tainttoleration.ts')>();
  const filter: typeof plugin.filter = (pod, node, cycle) => {
    const verdict = plugin.filter?.(pod, node, cycle);
    if (changed.what !== 'event text' || verdict === undefined) return verdict;
    return JSON.parse(JSON.stringify(verdict).replace('untolerated taint(s)', 'taints'));
  };
  return { taintToleration: { ...plugin, filter } };
});

vi.mock('../sim/kubelet/backoff.ts', async (load) => {
  const own = await load<typeof import('../sim/kubelet/backoff.ts')>();
  const nextBackOff: typeof own.nextBackOff = (state, key, since, now, message) => {
    own.nextBackOff(state, key, since, now, message);
    const entry = state.backOffs.get(key);
    if (changed.what !== 'crash back-off' || entry === undefined || !key.startsWith('crash ')) return;
    state.backOffs.set(key, { ...entry, delayMs: 5000 });
  };
  return { ...own, nextBackOff };
});

vi.mock('../sim/scheduler/plugins/noderesourcesfit.ts', async (load) => {
  const { nodeResourcesFit: plugin } = await load<typeof import('../sim/scheduler/plugins/noderesourcesfit.ts')>();
  const weighed = Object.create(plugin, {
    weight: { enumerable: true, get: () => (changed.what === 'score weight' ? -1 : plugin.weight) },
  });
  return { nodeResourcesFit: weighed };
});

const { checkClaims } = await import('../src/lesson/check.ts');
const { addressOf, CHAPTERS, lessonFiles, readLessonFile } = await import('../src/lesson/folder.ts');

/** Each change of a behaviour, and the lessons that claim it: these fail, and no other does. */
const CHANGES: readonly { readonly what: string; readonly lessons: readonly string[] }[] = [
  // The exercises that sink a node and wait for its pods to be given up.
  { what: 'eviction delay', lessons: ['takeaways/judged', 'kubectl-apply/lost-ship'] },
  // “50 seconds without a word.”
  { what: 'node monitor grace', lessons: ['control-plane/controller-manager', 'control-plane/doubt'] },
  // The message of FailedScheduling is printed and read.
  { what: 'event text', lessons: ['control-plane/scheduler'] },
  // Which pods answer a request by hand; which node gets the higher mark; logs that say which pods were near and how
  // long they took; where a wanted pod lands; which node has which pod of CoreDNS.
  {
    what: 'score weight',
    lessons: [
      'introduction/four-jobs',
      'control-plane/scheduler',
      'control-plane/rollout',
      'worker-node/names',
      'takeaways/judged',
    ],
  },
  // “Ten seconds, counted from the end of the container.”
  { what: 'crash back-off', lessons: ['worker-node/kubelet'] },
];

/** Labs claim what their own tests say; running them takes longer than all the rest. */
const claiming = lessonFiles(CHAPTERS)
  .map((file) => ({ file, reading: readLessonFile(file) }))
  .filter(({ reading }) => reading.lesson.labs.length === 0);

/** `npm run test:long` looks at every lesson; `npm test` at those that claim it, and at every third of the others. */
const SHARE = import.meta.env.MODE === 'long' ? 1 : 3;

const cases = CHANGES.map((change, turn) => ({ ...change, turn }));

test.each(cases)('a changed $what fails exactly the lessons that claim it', { timeout: 180_000 }, (change) => {
  changed.what = change.what;
  const asked = claiming.filter(
    ({ file }, index) => change.lessons.includes(addressOf(file)) || (index + change.turn) % SHARE === 0,
  );
  const failing = asked.filter(({ reading: { lesson, problems } }) => {
    const tried = change.what === 'node monitor grace' ? impatient(lesson) : anew(lesson);
    return checkClaims({ lesson: tried, problems }).length > 0;
  });
  changed.what = '';
  expect(failing.map(({ file }) => addressOf(file))).toEqual(change.lessons);
});

/** The same lesson with scenarios that have not booted yet: a cluster that has is copied. */
function anew(lesson: LessonModel): LessonModel {
  return { ...lesson, scenarios: structuredClone(lesson.scenarios) };
}

/** The lesson on clusters that lose patience with a silent node after 20 s. */
function impatient(lesson: LessonModel): LessonModel {
  const scenarios = Object.entries(lesson.scenarios).map(([name, scenario]) => {
    const timings = { nodeMonitorGracePeriod: '20s', ...scenario.timings };
    return [name, { ...scenario, timings }] as const;
  });
  return { ...lesson, scenarios: Object.fromEntries(scenarios) };
}
