import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { act, createCluster, defaultShape, foldTerminals, runToExit } from '../../sim/index.ts';
import { toParsedFile } from '../../sim/kubectl/manifest.ts';
import { splitLine } from '../../sim/kubectl/shell.ts';
import { addEditing } from '../../sim/packs/editing.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { findBinary } from './binaries.ts';
import { Bridge } from './bridge.ts';
import { changeManifests, changeStories } from './changestories.ts';
import { endpointManifests, endpointStories } from './endpointstories.ts';
import { setManifests, setStories } from './setstories.ts';
import { manifests as plainManifests, stories } from './stories.ts';

// Each line of a story is carried out twice from the same moment: by the built-in kubectl, and by a real kubectl 1.33
// that talks to the same simulated API server over HTTP. Output, errors and exit code must be equal, byte for byte.

/** kubectl 1.33 sends protobuf for `create deployment` and the like; 1.31 sends JSON and prints the same. */
const [modern, older] = ['kubectl.1.33', 'kubectl.1.31'].map(findBinary);
const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));

afterAll(() => rmSync(folder, { recursive: true }));

if (modern === undefined) console.warn('SKIPPED: there is no kubectl.1.33 here to compare with.');

addKinds();
addKubectl();
addEditing();

const manifests: Readonly<Record<string, string>> = {
  ...plainManifests,
  ...setManifests,
  ...changeManifests,
  ...endpointManifests,
};

test
  .skipIf(modern === undefined)
  .each(Object.entries({ ...stories, ...setStories, ...changeStories, ...endpointStories }))(
  '%s',
  // Ages come from two clocks: on a busy machine a second may pass in between.
  { timeout: 120_000, retry: 2 },
  async (_name, lines) => {
    for (const [name, text] of Object.entries(manifests)) writeFileSync(join(folder, name), text);
    const timeline = createCluster({ ...defaultShape(), etcd: { members: 1 } });
    let count = 0;
    for (const line of lines) {
      if (line.startsWith('advance ')) {
        timeline.advance(timeline.now + Number(line.slice('advance '.length)) * 1000);
        continue;
      }
      // Things happen early in a second and are looked at later in one, so that ages are the same a moment later.
      const fraction = /^kubectl (?:describe|events)/.test(line) ? 700 : 300;
      timeline.advance(Math.ceil(timeline.now / 1000) * 1000 + fraction);
      const twin = timeline.fork();
      const run = `run-${++count}`;
      act(timeline, line, run, filesIn(line));
      runToExit(timeline, run);
      const mine = foldTerminals(timeline.past).find(({ id }) => id === run);
      const textOf = (stream: string) =>
        mine?.lines.flatMap((one) => (one.stream === stream ? [`${one.text}\n`] : [])).join('');
      const isTyped = /^kubectl (?:create [a-z]|auth )/.test(line) && !line.includes('--dry-run=client');
      const binary = isTyped ? older : modern;
      if (binary === undefined) continue;
      const split = splitLine(line);
      const words =
        'words' in split ? split.words.slice(1).map((word) => (manifests[word] ? join(folder, word) : word)) : [];
      const real = await new Bridge(twin).run(binary, words, join(folder, 'cache'));
      expect(
        { out: masked(textOf('out')), err: masked(textOf('err')), exitCode: mine?.exitCode },
        `seed 1, at ${timeline.now} ms: ${line}`,
      ).toEqual({ out: masked(real.out), err: masked(real.err), exitCode: real.exitCode });
    }
  },
);

function filesIn(line: string) {
  const names = Object.keys(manifests).filter((name) => line.includes(name));
  return Object.fromEntries(names.map((name) => [name, toParsedFile(manifests[name] ?? '', name)]));
}

/** What may differ: where the server is, where files are, the moment itself, and a flag that is deprecated since 1.34. */
function masked(text = ''): string {
  return text
    .replace(/^Flag --cpu-percent has been deprecated, .*\n/, '')
    .replace(/([^\n])$/, '$1\n')
    .replaceAll(`${folder}/`, '')
    .replace(/kubectl\.1\.\d+/g, 'kubectl')
    .replace(/https?:\/\/(?:SERVER|control-plane:6443)/g, 'SERVER')
    .replace(/^( {2}(?:Normal|Warning) +\w+ +)\w+(?: \(x\d+ over \w+\))? +/gm, '$1<age> ')
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, '<time>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<stamp>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC/g, '<moment>');
}
