import { render } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import type { Scene } from '../../../../sim/view/scene.ts';
import { halfChart, halfHarbour } from '../beside/half.ts';
import { Diagram } from '../diagram/Diagram.tsx';
import { Port } from '../port/Port.tsx';
import { brokenScene, copiesScene, fleetScene, mockScene, serversScene } from './fixture.ts';
import { stow } from './stow.ts';

const VIEWS = { Diagram, Port };
const SCENES: Readonly<Record<string, Scene>> = {
  'three ships': mockScene(3),
  'one ship': mockScene(1),
  'six ships': mockScene(6),
  accidents: brokenScene(),
  'a fleet': fleetScene(),
  'three copies': copiesScene(3),
  'five copies': copiesScene(5),
  'three servers': serversScene(),
};

const HALF = { chart: halfChart, harbour: halfHarbour };

describe('half of a stage', () => {
  it.each([0, 1, 2, 3, 4, 6, 9, 24])('has everything in its place, and nothing over another: %i ships', (ships) => {
    const { width, height, stations, hulls, quay, api, form } = halfChart(ships);
    const radio = { x: api.x - 57, y: api.y - 57, w: 114, h: 114 };
    const shore = { x: quay.x, y: quay.y, w: quay.width, h: quay.height };
    const boxes = [...Object.values(stations), ...hulls, radio, shore];
    expect(hulls.length).toBe(Math.min(ships, 24));
    expect(form === 'cell').toBe(ships > 3);
    for (const [index, a] of boxes.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.w <= width && a.y + a.h <= height, JSON.stringify(a)).toBe(true);
      for (const b of boxes.slice(index + 1)) {
        const isApart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(isApart, JSON.stringify([a, b])).toBe(true);
      }
    }
    for (const berth of halfHarbour(ships)?.berths ?? []) expect(berth.x + berth.length).toBeLessThan(width);
    expect(halfHarbour(ships) === undefined).toBe(ships > 3);
  });
});

describe.each(Object.entries(VIEWS))('%s', (_, View) => {
  describe.each(Object.entries(SCENES))('of %s', (_, scene) => {
    it.each(['wide', 'narrow', 'follow', 'half'] as const)('%s', (layout) => {
      const how = layout === 'half' ? ({ layout: 'wide', plans: HALF } as const) : { layout };
      const text = render(<View scene={scene} {...how} name="test" />);
      expect(text).not.toMatch(/ style=|#[0-9a-f]{3,6}\b|NaN|undefined/);
      const buttons = [...text.matchAll(/<g role="button"([^>]*)>/g)].map(([, attributes = '']) => attributes);
      expect(buttons.length).toBeGreaterThan(4);
      for (const attributes of buttons) expect(attributes).toMatch(/aria-label="[^"]+"/);
      expect(buttons.filter((attributes) => attributes.includes('tabindex="0"'))).toHaveLength(1);
    });
  });

  it('shows a message on its way where its progress says', () => {
    const scene = mockScene(3);
    const at = (progress: number): string => {
      const flights = scene.flights.map((flight) => ({ ...flight, progress }));
      return render(<View scene={{ ...scene, flights }} layout="wide" name="test" />);
    };
    expect(at(0)).not.toBe(at(1));
    expect(at(0.5)).toBe(at(0.5));
  });

  it('uses magenta for what goes by radio and ink for the rest', () => {
    const scene = mockScene(3);
    const [flight] = scene.flights;
    const local = { ...flight, to: 'containerd/node-b', radio: false, kind: 'local' } as const;
    const ink = render(<View scene={{ ...scene, flights: [local] } as Scene} layout="wide" name="test" />);
    expect(ink).toContain('class="pk ink"');
    expect(ink).not.toContain('class="pk"');
    expect(render(<View scene={scene} layout="wide" name="test" />)).toContain('class="pk"');
  });

  it('names a kubelet with what it carries', () => {
    const text = render(<View scene={mockScene(3)} layout="wide" name="test" />);
    expect(text).toContain('aria-label="kubelet on node-b, captain of ship B, 1 running, 1 starting"');
  });
});

describe('stow', () => {
  const deck = { x: 0, y: 0, width: 88, height: 80 };
  const crates = (count: number, cpuMilli: number) => {
    const pod = mockScene(3).nodes[0]?.pods[0];
    return Array.from({ length: count }, (_, index) => ({ ...pod, id: `pod/${index}`, cpuMilli })) as Parameters<
      typeof stow
    >[0];
  };

  it('keeps every crate on deck and none on another', () => {
    for (const count of [0, 1, 4, 8, 9, 12]) {
      const places = stow(crates(count, 250), 2000, deck);
      for (const { x, y, width, height } of places) {
        expect(x + width).toBeLessThanOrEqual(deck.width + 1);
        expect(y + height).toBeLessThanOrEqual(deck.height + 0.001);
      }
      for (const [index, a] of places.entries()) {
        for (const b of places.slice(index + 1)) {
          expect(a.x + a.width <= b.x + 0.001 || b.x + b.width <= a.x + 0.001 || a.y !== b.y).toBe(true);
        }
      }
    }
  });

  it('makes a crate as wide as its request, and says how many find no room', () => {
    const [half] = stow(crates(1, 500), 2000, deck);
    expect(half?.width).toBe(44);
    const full = stow(crates(60, 0), 2000, deck);
    const shown = full.filter(({ pod }) => pod !== undefined).length;
    expect(shown + (full.at(-1)?.more ?? 0)).toBe(60);
  });
});
