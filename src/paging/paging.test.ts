import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScenarioFile, Session, type SessionSpec } from '../../sim/index.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import { changeManifests, changeStories } from '../../test/conformance/changestories.ts';
import { setManifests, setStories } from '../../test/conformance/setstories.ts';
import { manifests, stories } from '../../test/conformance/stories.ts';
import { addressOf, CHAPTERS, lessonFiles, readLessonFile } from '../lesson/folder.ts';
import type { LessonModel } from '../lesson/model.ts';
import { stageSpec } from '../lesson/run.ts';
import { hashOf } from '../session/frame.ts';
import type { Request } from '../session/protocol.ts';
import { chunking, packing } from './plugin.ts';
import { BuiltThread } from './thread.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const out = mkdtempSync(join(tmpdir(), 'packs-'));
const script = pathToFileURL(join(out, 'worker.js'));

beforeAll(async () => {
  const output = {
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk.[name].js',
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: chunking(ROOT) }] },
  };
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    plugins: [packing(ROOT)],
    build: {
      outDir: out,
      emptyOutDir: true,
      minify: false,
      modulePreload: false,
      copyPublicDir: false,
      rolldownOptions: { input: join(ROOT, 'src/session/worker.ts'), output },
    },
  });
}, 120_000);
afterAll(() => rmSync(out, { recursive: true }));

const CLUSTER: ScenarioFile = { seed: 3, nodes: [{ name: 'node-a' }, { name: 'node-b' }] } as ScenarioFile;
const FILES = {
  'set.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: "nginx:1.27" }] }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
};

/** Virtual ms after the last deed that are compared too. */
const BEYOND_MS = 90_000;
const MAX_MOVES = 5000;
const LESSONS = [
  'kubectl-apply/pod',
  'control-plane/autoscaling',
  'worker-node/proxy-modes',
  'control-plane/copy-in-the-safe',
];

/** Lines that need what no cluster has from the start. */
const LINES = [
  'kubectl create cronjob tick --image=busybox --schedule="* * * * *" -- date',
  'kubectl apply -f set.yaml',
  'kubectl explain job.spec',
  'etcdctl get /registry/jobs --prefix --keys-only',
  'kubectl create job once --image=perl -- perl -e "print 1"',
  'kubectl get all',
  'kubectl api-resources',
  'kubectl autoscale deployment web --max=3',
  'kubectl create deployment web --image=nginx:1.27 --replicas=2',
  'kubectl expose deployment web --port=80',
  'kubectl rollout history deployment web',
  'kubectl describe statefulset db',
  'kubectl create quota few --hard=pods=5',
  'kubectl auth can-i list pods',
  'kubectl get ingress',
  'kubectl drain node-b --ignore-daemonsets --force',
  'crash pod/default/db-0',
  'kill node/node-a',
];

/** All lines that are compared with the real kubectl. */
const STORIES = (
  [
    [manifests, stories],
    [setManifests, setStories],
    [changeManifests, changeStories],
  ] as const
).flatMap(([files, told]) => Object.entries(told).map(([name, lines]) => [name, files, lines] as const));

describe('packs that come when they are missed change nothing', () => {
  const empty: SessionSpec = { scenario: CLUSTER, plan: [], goals: [] };

  it.each(LINES.slice(0, 4))('%s', async (line) => {
    await compare(empty, FILES, [line]);
  });

  it('one line after the other, in one cluster', async () => {
    await compare(empty, FILES, LINES);
  });

  it.runIf(import.meta.env.MODE === 'long').each(STORIES)(
    'the lines of %s',
    async (_name, files, lines) => compare(empty, files, lines),
    120_000,
  );

  it.each(LESSONS)('the plan of %s', async (address) => {
    const file = lessonFiles(CHAPTERS).find((candidate) => addressOf(candidate) === address) as string;
    const { lesson } = readLessonFile(file);
    await compare(stageSpec(lesson as LessonModel) as SessionSpec, lesson?.files ?? {}, []);
  });
});

/** Does the same in the thread that was built and here, where all is loaded; then the histories are one. */
async function compare(spec: SessionSpec, files: Readonly<Record<string, string>>, lines: readonly string[]) {
  const thread = new BuiltThread(script);
  const ask = (request: Request) => thread.ask('web', request);
  expect((await ask({ ask: 'open', open: { id: 'web', spec, files } })).problem).toBeUndefined();
  const session = new Session(spec);
  const parsed = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, toParsedFile(text, name)]));
  const move = async () => {
    for (let moves = 0, isEnd = false; !isEnd && moves < MAX_MOVES; moves++) {
      const { problem } = await ask({ ask: 'move' });
      expect(problem).toBeUndefined();
      isEnd = session.move().isEnd;
    }
  };
  for (const line of lines) {
    await ask({ ask: 'do', command: line });
    session.do(line, parsed);
    await move();
  }
  while (session.progress.done < spec.plan.length) {
    if (session.nextDo === undefined) session.play();
    else session.do(session.nextDo, parsed);
    await ask({ ask: 'play' });
    await move();
  }
  const to = session.now + BEYOND_MS;
  session.seek(to);
  await ask({ ask: 'seek', to });
  const { hash } = await ask({ ask: 'hash' });
  const { packs } = await ask({ ask: 'packs' });
  await thread.end();
  expect(packs?.length).toBeGreaterThan(0);
  expect(hash).toEqual(hashOf(session));
}
