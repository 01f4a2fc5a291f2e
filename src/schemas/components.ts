import { z } from 'zod';

const text = z.string().min(1);
const views = z.enum(['diagram', 'port', 'timeline', 'tables', 'log']);

/** The props of each component of the lesson language. What an author may write is exactly this. */
export const componentSchemas = {
  Stage: z.strictObject({
    id: text.describe('Name of the stage; Beats refer to it.'),
    scenario: text.describe('`three-ships` reads scenario.three-ships.yaml beside the lesson.'),
    view: views.default('diagram').describe('The view it opens with.'),
    tools: z.string().default('').describe('Any of terminal, faults and editor, separated by spaces.'),
  }),
  Beats: z.strictObject({ for: text.describe('The id of the Stage.') }),
  Beat: z.strictObject({
    id: text.describe('Name of the beat, unique in the lesson.'),
    at: text.describe(
      'The one record that is the beat, as a pattern: `watch:ADDED kubelet/node-b pod/web-*`. ' +
        'If several match before the next beat: `first watch:ADDED kubelet/* pod/web-*`.',
    ),
    after: text.optional().describe('It comes at least so long after the Beat or Do before it, `45s`.'),
    within: text.optional().describe('It comes at most so long after the Beat or Do before it, `55s`.'),
  }),
  Do: z.strictObject({
    run: text.optional().describe('A kubectl line.'),
    fault: text.optional().describe('Something that breaks: `kill node/node-b`.'),
  }),
  Predict: z.strictObject({
    ask: text.describe('The question.'),
    reveal: text.describe('The id of the beat that decides it.'),
  }),
  Option: z.strictObject({
    when: text.describe('The pattern that holds, on the way to the beat, if this option is right.'),
    misses: text.optional().describe('The misconception behind a wrong option.'),
  }),
  Exercise: z.strictObject({
    id: text.describe('Name of the exercise, unique in the lesson.'),
    scenario: text.describe('The scenario it starts from.'),
    rung: z.enum(['watch', 'complete', 'do', 'diagnose']).describe('How much is given.'),
  }),
  Goal: z.strictObject({
    reach: text.optional().describe('Becomes true and stays true for 2 s: `pod/web condition=Ready`.'),
    hold: text.optional().describe('True from the start to the end.'),
    cel: text
      .optional()
      .describe('With reach or hold, which then name a kind: a CEL condition, `nodes.all(n, !has(n.spec.taints))`.'),
    did: text.optional().describe('A command the reader gives (its first words), or a record pattern.'),
    never: text.optional().describe('A command or record that must not happen.'),
    within: text.optional().describe('For reach: at most this long after the start, `400s`.'),
    for: text.optional().describe('For reach: stays true this long instead of 2 s, `30s`.'),
    after: text.optional().describe('For reach: looked at only from then on, `330s`.'),
  }),
  Hint: z.strictObject({
    when: text
      .optional()
      .describe(
        'Offered only while this holds, as in reach, or `did kubectl label`, or several joined by `and`; ' +
          'in a Lab, when the test of this id fails.',
      ),
    belief: text
      .optional()
      .describe(
        'Instead of when: the misconception that it answers. Offered while that shows; has its replay beside it.',
      ),
  }),
  Wrong: z.strictObject({ hint: text.optional().describe('The number of the hint it should lead to.') }),
  Solution: z.strictObject({}),
  Lab: z.strictObject({
    id: text.describe('Name of the lab, unique in the lesson. Its files lie beside the lesson.'),
  }),
  Recall: z.strictObject({
    from: text.describe('The lesson it looks back on.'),
    kind: z.enum(['order', 'choose', 'click']).describe('How it is answered.'),
  }),
  Port: z.strictObject({
    name: text.describe('The figure of the port: captain, planner, …'),
    leak: z.boolean().optional().describe('Whether the note says where the picture fails.'),
  }),
} as const;

/** A component of the lesson language. */
export type ComponentName = keyof typeof componentSchemas;

/** Whether a JSX name is a component of the lesson language. */
export function isComponentName(name: string): name is ComponentName {
  return name in componentSchemas;
}
