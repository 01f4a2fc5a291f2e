import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by dashes');
const taught = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+(#[a-z0-9-]+)?$/, 'a lesson such as control-plane/etcd');
const duration = z.string().regex(/^(\d+(\.\d+)?(h|ms|m|s))+$/, 'a duration such as 20s, 5m or 1500ms');

/** What is said of a breakdown. It is true in the simulator, or the page is not made. */
const claim = z
  .strictObject({
    about: z.enum(['first', 'stops', 'goes-on', 'then']),
    /** A sentence. `{}` is how long after the breakdown, or after the last step of `does`, it was so. */
    says: z.string().min(10).max(220),
    /** What is done after the breakdown. */
    does: z.string().array().optional(),
    /** A pattern: it happens within this time, ten minutes unless told. */
    happens: z.string().optional(),
    within: duration.optional(),
    /** A pattern: it does not happen for this time. */
    never: z.string().optional(),
    for: duration.optional(),
    /** A line of the terminal that then prints these words, and ends so. */
    prints: z
      .strictObject({ line: z.string(), shows: z.string().min(1), exit: z.number().int().optional() })
      .optional(),
  })
  .refine(
    ({ happens, never, prints }) => [happens, never, prints].filter((way) => way !== undefined).length === 1,
    'a claim has one of happens, never and prints',
  )
  .refine((one) => (one.never === undefined) === (one.for === undefined), 'never and for go together');

/** `src/content/whatif/parts.yaml`: what happens when a part dies. */
export const whatIfSchema = z
  .strictObject({
    id,
    part: z.string().min(1),
    group: z.enum(['control-plane', 'nodes', 'add-ons', 'work']),
    scenario: id,
    /** How it dies: faults and lines of the terminal. */
    breaks: z.string().array().min(1),
    taught,
    /** Where the simulator and a real cluster part. */
    remark: z.string().optional(),
    claims: claim.array().min(3),
  })
  .array();

/** One part and what is said of its death. */
export type WhatIfPart = z.infer<typeof whatIfSchema>[number];
