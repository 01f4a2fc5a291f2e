import type { Program } from './program.ts';

const UNITS = new Map([
  ['', 1],
  ['K', 1024],
  ['M', 1_048_576],
  ['G', 1_073_741_824],
]);

/**
 * `stress --vm N --vm-bytes B`: takes N times B of memory and holds it. Above the container's limit the kernel kills
 * it. `stress --cpu N` keeps N cores busy.
 */
export const stress: Program = {
  start({ argv }) {
    const busyCores = Number(argv[argv.indexOf('--cpu') + 1]) || 0;
    const workers = Number(argv[argv.indexOf('--vm') + 1]) || 0;
    const [, number = '0', unit = ''] = /^(\d+)([KMG]?)/.exec(argv[argv.indexOf('--vm-bytes') + 1] ?? '') ?? [];
    const memoryBytes = workers * Number(number) * (UNITS.get(unit) ?? 1);
    return {
      state: null,
      lines: [`stress: info: [1] dispatching hogs: ${busyCores} cpu, 0 io, ${workers} vm, 0 hdd`],
      memoryBytes,
      busyCores,
    };
  },
  terminate: (state) => ({ state, exitCode: 0 }),
};
