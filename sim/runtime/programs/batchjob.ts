import { hashText } from '../../kernel/random.ts';
import type { Launch, Program } from './program.ts';

/**
 * Work that ends: `batchjob [SECONDS [CODE]]`, or WORK_SECONDS (default 5) and EXIT_CODE (default 0). FAIL_PERCENT of
 * the pods fail with code 1, always the same ones; FAIL_INDEXES names indexes of an Indexed Job that do.
 */
export const batchjob: Program = {
  start(launch) {
    const { argv, env } = launch;
    const seconds = Number(argv[1] ?? env['WORK_SECONDS'] ?? 5) || 0;
    const index = env['JOB_COMPLETION_INDEX'];
    const part = index === undefined ? '' : ` part ${index}`;
    return { state: codeOf(launch), lines: [`begins${part}: ${seconds} s of work`], wakeMs: seconds * 1000 };
  },
  wake: (state) => {
    const code = Number(state);
    return { state, lines: [code === 0 ? 'done' : `gives up: code ${code}`], exitCode: code };
  },
  terminate: (state) => ({ state, lines: ['stopped before the end'], exitCode: 143 }),
};

function codeOf({ argv, env, hostname }: Launch): number {
  const given = Number(argv[2] ?? env['EXIT_CODE'] ?? 0) || 0;
  const index = env['JOB_COMPLETION_INDEX'];
  const isNamed = index !== undefined && (env['FAIL_INDEXES'] ?? '').split(',').includes(index);
  const isUnlucky = hashText(hostname) % 100 < (Number(env['FAIL_PERCENT']) || 0);
  return given === 0 && (isNamed || isUnlucky) ? 1 : given;
}
