import { render } from 'preact-render-to-string';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCluster, defaultShape } from '../../../sim/index.ts';
import { addKinds } from '../../../sim/packs/kinds.ts';
import { TimelineFold, type TimelineView } from '../../../sim/view/timeline.ts';
import { Art } from './Art.tsx';
import { Axis } from './Axis.tsx';
import { placesOf } from './geometry.ts';
import { nextOf } from './walk.ts';

const NODES = 14;
const ACTORS = [
  'kubectl',
  'kube-apiserver',
  'etcd',
  'kube-scheduler',
  'kube-controller-manager',
  ...Array.from({ length: NODES }, (_, index) => `kubelet/node-${index + 1}`),
];
const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 30,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } },
  },
};

/** Fourteen ships and thirty crates; two ships go dark: as much at once as a lesson will ever have. */
describe('a busy timeline', () => {
  let views: readonly { readonly now: number; readonly view: TimelineView }[];
  beforeAll(() => {
    addKinds();
    const cluster = createCluster({ ...defaultShape(NODES, 1), objects: [web], bootMs: 60_000 });
    for (const node of [1, 2]) cluster.command({ kind: 'fault', fault: { verb: 'kill', target: `node/node-${node}` } });
    cluster.advance(362_000);
    const fold = new TimelineFold();
    const moments = [10, 50_000, ...cluster.trace.filter(({ seq }) => seq % 997 === 0).map(({ at }) => at), 362_000];
    views = moments.map((now) => ({ now, view: fold.view(cluster.trace, now, ACTORS) }));
  }, 60_000);
  const drawn = (now: number, view: TimelineView, chosen?: number): string => {
    const props = { places: placesOf(view.lanes), now, current: 1, chosen, selected: undefined };
    return render(
      <>
        <Axis view={view} now={now} onSeek={() => undefined} />
        <Art view={view} {...props} onWalk={() => undefined} onChoose={() => undefined} />
      </>,
    );
  };

  it('never needs more than 900 elements with its names, and each of its numbers is one', () => {
    let most = 0;
    for (const { now, view } of views) {
      const text = drawn(now, view);
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
      most = Math.max(most, (text.match(/<[a-z]/g) ?? []).length + view.lanes.length * 4);
    }
    expect(most).toBeGreaterThan(300);
    expect(most).toBeLessThanOrEqual(900);
  });

  it('names each step with its sentence, and lets the focus in at one', () => {
    const { now, view } = views[2] as (typeof views)[number];
    const buttons = [...drawn(now, view).matchAll(/<g role="button"([^>]*)>/g)].map(
      ([, attributes = '']) => attributes,
    );
    expect(buttons.length).toBeGreaterThan(5);
    for (const attributes of buttons) expect(attributes).toMatch(/aria-label="Step \d+, [\d.]+ s\. [^"]+"/);
    expect(buttons.filter((attributes) => attributes.includes('tabindex="0"'))).toHaveLength(1);
  });

  it('says what was lost and what had no power, in a word beside a shape', () => {
    const texts = views.map(({ now, view }) => drawn(now, view)).join('');
    expect(texts).toContain('no power');
    expect(texts).toContain('nobody there');
    expect(texts).toContain('class="cross"');
  });

  it('walks along a lane and back, to a cause and to its effect', () => {
    const { view } = views[2] as (typeof views)[number];
    const step = view.steps.find(({ effects, because }) => effects.length > 0 && because.length > 0);
    if (step === undefined) throw new Error('no step has causes and effects');
    const effect = nextOf(view, step.number, 'ArrowDown');
    expect(effect).toEqual(step.effects[0]);
    expect(nextOf(view, step.number, 'ArrowUp')).toEqual(step.because.at(-1));
    const right = nextOf(view, step.number, 'ArrowRight');
    if (right !== undefined && right !== 'none') {
      expect(nextOf(view, right.number, 'ArrowLeft')).toEqual({ number: step.number, at: step.sentAt });
      expect(view.steps.find(({ number }) => number === right.number)?.lane).toBe(step.lane);
    }
    expect(nextOf(view, step.number, 'x')).toBeUndefined();
  });
});
