import { rfc3339 } from '../../api/meta.ts';
import { logTime, type Program } from './program.ts';

/** What the page of registry.k8s.io/hpa-example takes: a million square roots. */
const HPA_EXAMPLE_MS = 90;

/** Apache with PHP. The page of hpa-example computes for a while before it says OK!; other pages answer at once. */
export const phpapache: Program = {
  start: () => ({ state: null, lines: ["AH00094: Command line: 'apache2 -D FOREGROUND'"], listen: [80] }),
  request(state, { payload, sourceIp }, { now, image = '' }) {
    const lines = [`${sourceIp} - - [${logTime(rfc3339(now))}] "${payload} HTTP/1.1" 200 276`];
    return { state, lines, answer: '200 OK!', ...(image.includes('hpa-example') ? { workMs: HPA_EXAMPLE_MS } : {}) };
  },
  terminate: (state) => ({ state, listen: [], exitCode: 0 }),
};
