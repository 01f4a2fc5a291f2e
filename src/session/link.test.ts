import { describe, expect, it } from 'vitest';
import { dice } from '../../cli/fuzz/draw.ts';
import { type ParsedFile, Session, type SessionSpec } from '../../sim/index.ts';
import { addEditing } from '../../sim/packs/editing.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import { hashOf } from './frame.ts';
import { linkOf, MARK, MOST_LINK, readLink } from './link.ts';
import { type Known, readText, textOf } from './linktext.ts';
import type { SharedMoment } from './moment.ts';
import { momentOf, sessionAt } from './visit.ts';

addKinds();
addKubectl();
addEditing();

/** `npm run test:long` says `--mode long`. */
const IS_LONG = import.meta.env.MODE === 'long';
const RUNS = IS_LONG ? 500 : 20;
const MUTATED = IS_LONG ? 3000 : 300;
/** A reader's deeds in a drawn run, at most. */
const ACTS = IS_LONG ? 4 : 3;
const NODES = IS_LONG ? 2 : 1;

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: tea
spec:
  containers:
    - name: tea
      image: nginx:1.27
      resources:
        requests:
          cpu: 250m
`;
const PAGE = { 'tea.yaml': POD, 'other.yaml': POD.replace('name: tea', 'name: other') };
const VIEWS = ['diagram', 'port', 'tables', 'log'] as const;
const KNOWN: Known = { stage: 'berth', sessions: { berth: Object.keys(PAGE), 'exercise:one': [] }, views: VIEWS };

const LINES = [
  'kubectl apply -f tea.yaml',
  'kubectl apply -f other.yaml',
  'kubectl get pods -w',
  'kubectl create deployment web --image=nginx:1.27 --replicas=3',
  'kubectl scale deployment web --replicas=1',
  'kubectl delete pod tea --wait=false',
  'kubectl taint nodes node-1 a=b:NoSchedule',
  'kubectl nonsense "ü"',
  `kill node/node-${NODES}`,
  `start node/node-${NODES}`,
  'stop kube-scheduler',
  'start kube-scheduler',
  'crash pod/tea',
  'repair',
];

interface Run {
  readonly spec: SessionSpec;
  readonly session: Session;
  readonly moment: SharedMoment;
}

/** A reader who types, edits, breaks, steps, goes back in time and undoes, and stops at any moment. */
function drawRun(seed: number): Run {
  const roll = dice(seed);
  const scenario = { seed: seed % 97, nodes: NODES, images: ['nginx:1.27'], network: { jitterMs: roll(3) } };
  const spec: SessionSpec = { scenario, plan: [], goals: [] };
  const session = new Session(spec);
  let files: Readonly<Record<string, ParsedFile>> = parsed(PAGE);
  for (let acts = 1 + roll(ACTS); acts > 0; acts--) {
    if (roll(3) === 0) files = { ...files, ...parsed({ 'tea.yaml': POD.replace('250m', `${100 + roll(900)}m`) }) };
    session.do(LINES[roll(LINES.length)] ?? '', files);
    for (let moves = roll(6); moves > 0; moves--) session.move();
    if (roll(5) === 0) session.interrupt(`run-${session.commands.length}`);
    if (roll(4) === 0) session.seek(roll(session.now + 1));
    if (roll(4) === 0) session.seek(session.now + roll(5000));
    if (roll(8) === 0) session.undo();
  }
  for (let moves = roll(4); moves > 0; moves--) session.move();
  const view = VIEWS[roll(VIEWS.length)] ?? '';
  const selection = ['', 'node/node-1', 'pod/default/tea', `kubelet/node-${NODES}`][roll(4)] ?? '';
  return { spec, session, moment: { ...momentOf('berth', session, { files: PAGE }), view, selection } };
}

function parsed(texts: Readonly<Record<string, string>>): Readonly<Record<string, ParsedFile>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, toParsedFile(text, name)]));
}

describe('a link to a moment', () => {
  it(`leads ${RUNS} random runs back to the very same moment, in under ${MOST_LINK} characters`, {
    timeout: 600_000,
  }, async () => {
    let longest = 0;
    for (let seed = 1; seed <= RUNS; seed++) {
      const { spec, session, moment } = drawRun(seed);
      const link = await linkOf(moment, KNOWN);
      longest = Math.max(longest, link.length);
      const read = await readLink(link, KNOWN);
      expect(read, `seed ${seed}`).toEqual(moment);
      const found = sessionAt({ spec, files: PAGE }, read as SharedMoment, toParsedFile);
      expect(found.isSame, `seed ${seed}`).toBe(true);
      if (seed % 10 === 0) expect(hashOf(found.session), `seed ${seed}`).toEqual(hashOf(session));
    }
    expect(longest).toBeLessThan(MOST_LINK / 2);
  });

  it(`reads or refuses ${MUTATED} mutated links, and never throws`, async () => {
    const { moment } = drawRun(7);
    const link = await linkOf(moment, KNOWN);
    const plain = textOf(moment, KNOWN);
    const roll = dice(11);
    let refused = 0;
    for (let count = 0; count < MUTATED; count++) {
      const read = count % 3 === 0 ? await readLink(mutated(link, roll), KNOWN) : readText(mutated(plain, roll), KNOWN);
      if ('problem' in read) refused++;
      else expect(Object.keys(KNOWN.sessions)).toContain(read.session);
      expect('problem' in read ? read.problem : 'a moment').toMatch(/^[A-Za-z ]/);
    }
    expect(refused).toBeGreaterThan(MUTATED / 2);
  });

  it('works where the browser cannot deflate', async () => {
    const { moment } = drawRun(3);
    const { CompressionStream: known } = globalThis;
    Reflect.deleteProperty(globalThis, 'CompressionStream');
    const link = await linkOf(moment, KNOWN);
    globalThis.CompressionStream = known;
    expect(link.startsWith(`${MARK}j`)).toBe(true);
    expect(await readLink(link, KNOWN)).toEqual(moment);
  });

  it('says when the simulator has come to something else', () => {
    const { spec, moment } = drawRun(5);
    const other = { ...spec, scenario: { ...spec.scenario, seed: 1234 } };
    expect(sessionAt({ spec: other, files: PAGE }, moment, toParsedFile).isSame).toBe(false);
  });
});

describe('a link of the playground', () => {
  const OWN = 'title: Mine\nseed: 7\nnodes: 2\netcd:\n  members: 1\n';
  const known: Known = {
    stage: 'berth',
    sessions: { berth: [] },
    views: VIEWS,
    library: { own: OWN, two: 'nodes: 2\n' },
  };
  const moment = (scenario: string): SharedMoment => ({ ...drawRun(7).moment, session: 'berth', scenario });

  it.each([
    ['one of the library, by name', OWN],
    ['one of the reader’s own, whole', 'nodes: 3\ntitle: "Näh"\n'],
  ])('brings its cluster: %s', async (_, scenario) => {
    const shared = moment(scenario);
    expect(await readLink(await linkOf(shared, known), known)).toEqual(shared);
    expect(textOf(shared, known).includes('nodes')).toBe(scenario !== OWN);
  });

  it('is another version’s when the library’s file is another now', () => {
    const changed = { ...known, library: { ...known.library, own: `${OWN}# changed\n` } };
    expect(readText(textOf(moment(OWN), known), changed)).toMatchObject({ problem: expect.stringMatching(/version/) });
  });

  it.each([
    ['no cluster', undefined],
    ['a number', 5],
    ['a key of every object', ['__proto__', '811c9dc5']],
    ['a name alone', ['own']],
    ['more than a page can run', 'x'.repeat(100_001)],
  ])('%s is refused', (_, scenario) => {
    const data = [1, '', '0123456789abcdef', 50, 9, 'log', '', [], scenario];
    const written = scenario === undefined ? data.slice(0, 8) : data;
    expect(readText(JSON.stringify(written), known, 1e6)).toHaveProperty('problem');
  });

  it('takes files by the reader’s names, and by no path', () => {
    const deeds = (name: string) => [['k', 0, 0, 'kubectl apply -f x', [[name, 'a: b']]]];
    const read = (name: string) =>
      readText(JSON.stringify([1, '', '0123456789abcdef', 50, 9, 'log', '', deeds(name), OWN]), known);
    expect(read('my-own.yaml')).toHaveProperty('deeds');
    for (const name of ['../x.yaml', '__proto__', 'x.sh', '']) expect(read(name), name).toHaveProperty('problem');
  });

  it('is read or refused whatever becomes of it, and never throws', async () => {
    const roll = dice(23);
    const plain = textOf(moment('nodes: 3\n'), known);
    for (let count = 0; count < MUTATED / 3; count++) {
      const read = readText(mutated(plain, roll), known);
      expect('problem' in read ? read.problem : 'a moment').toMatch(/^[A-Za-z ]/);
    }
  });
});

describe('hostile links', () => {
  const OK = [1, '', '0123456789abcdef', 50, 9, 'log', '', []];
  const but = (index: number, value: unknown) => OK.map((own, at) => (at === index ? value : own));
  const deeds = (...rows: unknown[]) => but(7, rows);

  it.each([
    ['nothing', undefined, /damaged/],
    ['another form', but(0, 2), /another version/],
    ['a cluster of another page', but(1, 'exercise:two'), /does not have/],
    ['a key of every object', but(1, '__proto__'), /does not have/],
    ['a method of every object', but(1, 'constructor'), /does not have/],
    ['no fingerprint', but(2, 'xyz'), /damaged/],
    ['a year', but(3, 31_536_000_000), /more than/],
    ['no whole number', but(3, 1.5), /more than/],
    ['too much work', but(4, 1e9), /more than/],
    ['an unknown view', but(5, 'script'), /another version/],
    ['markup for a part', but(6, '<img onerror=alert(1)>'), /damaged/],
    ['too many deeds', deeds(...Array.from({ length: 201 }, () => ['k', 0, 0, 'kubectl get pods'])), /more than/],
    ['a deed after the moment', deeds(['k', 51, 0, 'kubectl get pods']), /damaged/],
    ['an unknown deed', deeds(['x', 0, 0, 'rm']), /damaged/],
    ['a long line', deeds(['k', 0, 0, 'k'.repeat(2001)]), /damaged/],
    ['time that runs back', deeds(['k', 5, 0, 'kubectl get pods'], ['k', -1, 0, 'kubectl get pods']), /damaged/],
    ['a file of another page', deeds(['k', 0, 0, 'kubectl get pods', [['passwd', '']]]), /damaged/],
    [
      'a file twice',
      deeds([
        'k',
        0,
        0,
        'x',
        [
          ['tea.yaml', ''],
          ['tea.yaml', ''],
        ],
      ]),
      /damaged/,
    ],
    ['a file that is no text', deeds(['k', 0, 0, 'x', [['tea.yaml', {}]]]), /damaged/],
    ['more than it says', [...OK, 1], /damaged/],
  ])('%s is refused with a sentence', (_, data, sentence) => {
    expect(readText(JSON.stringify(data) ?? '', KNOWN)).toMatchObject({ problem: expect.stringMatching(sentence) });
    expect(readText(JSON.stringify(OK), KNOWN)).toMatchObject({ session: 'berth', at: 50 });
  });

  it('does not unpack more than it may', async () => {
    const bomb = new Blob([' '.repeat(5_000_000)]).stream().pipeThrough(new CompressionStream('deflate'));
    const bytes = Buffer.from(await new Response(bomb).arrayBuffer());
    expect(bytes.length).toBeLessThan(10_000);
    expect(await readLink(`${MARK}z${bytes.toString('base64url')}`, KNOWN)).toMatchObject({
      problem: expect.stringMatching(/more than a story/),
    });
  });

  it.each(['', '#m=', '#m=z', '#m=zAAAA', '#m=z%00', '#m=q12', '#m=j====', `#m=z${'A'.repeat(200_000)}`])(
    '%.20s is refused',
    async (link) => {
      expect(await readLink(link, KNOWN)).toHaveProperty('problem');
    },
  );

  it('a fault that is none is not done', () => {
    const { spec, moment } = drawRun(5);
    const evil: SharedMoment = { ...moment, deeds: [{ kind: 'fault', at: 0, delivered: 0, line: 'stop nobody' }] };
    expect(() => sessionAt({ spec, files: PAGE }, evil, toParsedFile)).toThrow(/There is no process nobody/);
  });
});

function mutated(text: string, roll: (bound: number) => number): string {
  const letters = 'abz019-_"[],{}\\u0000<ü ';
  const units = [...text];
  for (let times = 1 + roll(4); times > 0; times--) {
    const at = roll(units.length);
    const letter = letters[roll(letters.length)] ?? '';
    units.splice(at, [1, 1, 1, 8, 0][roll(5)] ?? 1, letter);
  }
  return roll(6) === 0 ? units.slice(0, roll(units.length)).join('') : units.join('');
}

it('a link carries what was saved in the editor of kubectl edit', () => {
  const spec: SessionSpec = { scenario: { nodes: 1, images: ['nginx:1.27'] }, plan: [], goals: [] };
  const session = new Session(spec);
  session.type('kubectl edit node node-1', parsed(PAGE));
  while (!session.move().isEnd);
  const { id, editing = '' } = session.terminals[0] as Session['terminals'][number];
  session.save(id, toParsedFile(editing.replace(/^ {2}labels:$/m, '  labels:\n    deck: upper'), 'edited-file'));
  while (!session.move().isEnd);
  expect(session.terminals[0]?.lines.map(({ text }) => text)).toEqual(['node/node-1 edited']);
  const moment = { ...momentOf('berth', session, { files: PAGE }), view: 'log', selection: '' };
  const read = readText(textOf(moment, KNOWN), KNOWN);
  expect(read).toEqual(moment);
  expect(sessionAt({ spec, files: PAGE }, moment, toParsedFile).isSame).toBe(true);
  const [row] = JSON.parse(textOf(moment, KNOWN))[7].slice(-1);
  const mutated = JSON.parse(textOf(moment, KNOWN));
  mutated[7][1] = [...row.slice(0, 4), 17];
  expect(readText(JSON.stringify(mutated), KNOWN)).toHaveProperty('problem');
});
