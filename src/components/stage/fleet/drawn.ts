import type { Ship } from './ships.ts';

/** A fleet as a projected world would have it, for tests and measures: most well, a few of each trouble. Pure. */
export function drawnFleet(nodes: number, zones = 3, turn = 0): readonly Ship[] {
  return Array.from({ length: nodes }, (_, index): Ship => {
    const draw = mixed(index + 1 + turn * 7919);
    const isReady = draw % 97 !== 0;
    const isCordoned = isReady && draw % 41 === 0;
    const fault = isReady || draw % 2 === 0 ? '' : 'power';
    const running = draw % 9;
    const creating = draw % 13 === 0 ? 2 : 0;
    const failed = isReady ? Number(draw % 29 === 0) : running;
    const status = `${isReady ? 'Ready' : 'NotReady'}${isCordoned ? ',SchedulingDisabled' : ''}`;
    const name = `node-${index + 1}`;
    const tally = isReady ? { running, creating, failed } : { lost: failed };
    const podCount = Object.values(tally).reduce((sum, pods) => sum + pods, 0);
    const zone = zones === 0 ? '' : `zone-${String.fromCharCode(97 + (index % zones))}`;
    return { id: `node/${name}`, name, zone, status, isReady, isCordoned, fault, podCount, tally };
  });
}

/** 31 bits that depend on a number and look like chance. */
function mixed(number: number): number {
  const once = Math.imul(number ^ (number >>> 15), 0x2c1b3c6d);
  const twice = Math.imul(once ^ (once >>> 12), 0x297a2d39);
  return (twice ^ (twice >>> 15)) & 0x7fffffff;
}
