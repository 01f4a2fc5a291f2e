// `npm run frames`: script time per frame of the fleet's chart, in Chromium, with 5,000 nodes that all change each
// frame. The nodes are drawn by a function, not simulated: what is measured is the drawing. `--nodes N` for others.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { findChromium } from './browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { nodes: { type: 'string', default: '5000' } } });
const BUDGET_MS = 8;
const FRAMES = 240;
const ENTRY = 'virtual:frames';

const { path } = await findChromium();
const browser = await chromium.launch(path ? { executablePath: path } : {});
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
await page.setContent('<style>canvas{width:776px;height:420px}</style><canvas></canvas>');
await page.addScriptTag({ content: await bundle(), type: 'module' });
await page.waitForFunction(() => 'measure' in window);
const client = await page.context().newCDPSession(page);
let isOver = false;
for (const rate of [1, 4]) {
  await client.send('Emulation.setCPUThrottlingRate', { rate });
  const times = await page.evaluate(([nodes, frames]) => window.measure(nodes, frames), [Number(values.nodes), FRAMES]);
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(2);
  const over = rate === 1 && Number(at(0.95)) > BUDGET_MS;
  isOver ||= over;
  const machine = rate === 1 ? 'this machine' : `${rate}× slower`;
  const nodes = Number(values.nodes).toLocaleString('en');
  console.log(
    `fleet of ${nodes}, ${machine}: ${at(0.5)} ms of script a frame, 95th percentile ${at(0.95)} ms${
      rate === 1 ? ` (budget ${BUDGET_MS} ms)${over ? '  OVER BUDGET' : ''}` : ''
    }`,
  );
}
await browser.close();
process.exitCode = isOver ? 1 : 0;

/** What runs in the page: the chart's own functions, bundled as the site bundles them. */
async function bundle() {
  const code = `
    import { berthsFor } from '/src/components/stage/fleet/berths.ts';
    import { drawnFleet } from '/src/components/stage/fleet/drawn.ts';
    import { INKS, paint } from '/src/components/stage/fleet/paint.ts';
    import { fleetWords, zonesOf } from '/src/components/stage/fleet/ships.ts';
    const colours = ['#12222e', '#3c5161', '#637b89', '#e3f0f3', '#fff', '#14693b', '#7e5200', '#fbe7b3', '#b0231f', '#faddd8', '#0b4fc4', '#1b3242'];
    const inks = Object.fromEntries(INKS.map((ink, index) => [ink, colours[index]]));
    const canvas = document.querySelector('canvas');
    const frame = () => new Promise(requestAnimationFrame);
    window.measure = async (nodes, frames) => {
      const turns = Array.from({ length: 8 }, (_, turn) => drawnFleet(nodes, 3, turn));
      Object.assign(canvas, { width: 776, height: 420 });
      const brush = canvas.getContext('2d');
      const times = [];
      for (let turn = -20; turn < frames; turn++) {
        await frame();
        const start = performance.now();
        const ships = turns[(turn + 24) % turns.length];
        const words = fleetWords(zonesOf(ships));
        paint(brush, ships, berthsFor(ships, 776, 420), inks, (turn + 20) % nodes);
        if (turn >= 0 && words !== '') times.push(performance.now() - start);
      }
      return times;
    };`;
  const entry = {
    name: 'entry',
    enforce: 'pre',
    resolveId: (id) =>
      id.endsWith(ENTRY) ? `\0${ENTRY}` : id.startsWith('/src/') ? `${root}${id.slice(1)}` : undefined,
    load: (id) => (id === `\0${ENTRY}` ? code : undefined),
  };
  const built = await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [entry],
    build: { write: false, lib: { entry: ENTRY, formats: ['es'], fileName: 'frames' } },
  });
  return [built].flat()[0].output[0].code;
}
