import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { durationWords, matches, parseDuration, parsePattern, Session, type Timeline } from '../../sim/index.ts';
import { type WhatIfPart, whatIfSchema } from '../schemas/whatif.ts';
import { parseFiles } from './run.ts';
import { parseScenario } from './scenarios.ts';
import { doStep } from './typed.ts';

const FOLDER = 'src/content/whatif';
/** What is said to happen happens within this time, unless told. */
const PATIENCE = '10m';
/** What `-f` may read. */
const FILES = parseFiles({ 'kiosk.yaml': readFileSync(`${FOLDER}/kiosk.yaml`, 'utf8') });

/** A sentence that was true in a run. */
export interface Told {
  readonly about: WhatIfPart['claims'][number]['about'];
  readonly says: string;
  /** What was done for it after the breakdown. */
  readonly does: readonly string[];
  /** The line that was typed to see it, and what it printed. */
  readonly typed: { readonly line: string; readonly printed: readonly string[] } | undefined;
}

/** A part, how it died, and what was seen. */
export interface WhatIf extends Omit<WhatIfPart, 'claims' | 'scenario'> {
  readonly told: readonly Told[];
  /** The scenario file, and what it is called. */
  readonly scenario: string;
  readonly title: string;
}

let known: readonly WhatIf[] | undefined;

/** All parts. Throws when a claim is not so. */
export function whatIf(): readonly WhatIf[] {
  known ??= readParts().map(runPart(new Map()));
  return known;
}

/** Breaks a part and looks for what is said of it. Clusters that are booted already are taken from the map. */
export function runPart(opened: Map<string, Opened>): (part: WhatIfPart) => WhatIf {
  return ({ claims, ...part }) => {
    const cluster = opened.get(part.scenario) ?? open(part.scenario);
    opened.set(part.scenario, cluster);
    const broken = cluster.session.timeline.fork();
    const from = broken.now;
    for (const step of part.breaks) doIt(broken, step);
    const told = claims.map((claim) => tell(claim, broken.fork(), from, part.id));
    const title = cluster.session.spec.scenario.title ?? part.scenario;
    return { ...part, told, scenario: cluster.text, title };
  };
}

/** The parts as written. */
export function readParts(): readonly WhatIfPart[] {
  return whatIfSchema.parse(parse(readFileSync(`${FOLDER}/parts.yaml`, 'utf8')));
}

interface Opened {
  readonly session: Session;
  readonly text: string;
}

/** A scenario beside the file. */
export function open(name: string): Opened {
  const file = `${FOLDER}/scenario.${name}.yaml`;
  const text = readFileSync(file, 'utf8');
  const { scenario, problems } = parseScenario(file, text);
  if (scenario === undefined) throw new Error(`${file}: ${problems[0]?.title}`);
  return { session: new Session({ scenario, plan: [], goals: [] }), text };
}

/** Runs one claim on a history of its own. `broke` is when the part died. */
function tell(claim: WhatIfPart['claims'][number], timeline: Timeline, broke: number, id: string): Told {
  const { about, says, does = [], happens, within = PATIENCE, never, for: quiet = '0s', prints } = claim;
  let from = broke;
  for (const step of does) {
    if (!step.startsWith('advance ')) from = timeline.now;
    doIt(timeline, step);
  }
  const wrong = (why: string) => new Error(`What if, ${id}: “${says}” is not so: ${why}`);
  const told = { about, does };
  if (happens !== undefined) {
    const at = firstAt(timeline, happens, within, from);
    if (at === undefined) throw wrong(`nothing matches ${happens} within ${within}.`);
    return { ...told, says: says.replace('{}', roughly(at - from)), typed: undefined };
  }
  if (never !== undefined) {
    const at = firstAt(timeline, never, quiet, from);
    if (at !== undefined) throw wrong(`${never} happens after ${durationWords(at - from)}.`);
    return { ...told, says, typed: undefined };
  }
  const { line = '', shows = '', exit = 0 } = prints ?? {};
  const began = timeline.now;
  const { lines, exitCode } = doStep(timeline, line, FILES);
  if (exitCode !== exit) throw wrong(`${line} ends with ${exitCode}, not with ${exit}:\n${lines.join('\n')}`);
  if (!lines.join('\n').includes(shows)) throw wrong(`${line} prints\n${lines.join('\n')}`);
  return { ...told, says: says.replace('{}', roughly(timeline.now - began)), typed: { line, printed: lines } };
}

/** A step must work: else what follows from it would be true for nothing. */
function doIt(timeline: Timeline, step: string): void {
  const { lines, exitCode } = doStep(timeline, step, FILES);
  if (exitCode !== 0) throw new Error(`What if: ${step} ends with ${exitCode}:\n${lines.join('\n')}`);
}

/** When the first record that matches comes, from a moment on and within a time; undefined when none does. */
function firstAt(timeline: Timeline, text: string, within: string, from: number): number | undefined {
  const pattern = parsePattern(text);
  if (typeof pattern === 'string') throw new Error(pattern);
  const limit = from + (parseDuration(within) ?? 0);
  for (let seen = timeline.past.findIndex(({ at }) => at >= from); ; ) {
    if (seen < 0) seen = timeline.past.length;
    for (; seen < timeline.past.length; seen++) {
      const record = timeline.past[seen];
      if (record !== undefined && record.at > limit) return undefined;
      if (record !== undefined && matches(pattern, record)) return record.at;
    }
    if (!timeline.step(limit)) return undefined;
  }
}

/** Whole seconds where there are several: the exact time is of this one run. */
function roughly(ms: number): string {
  return durationWords(ms < 3000 ? ms : Math.round(ms / 1000) * 1000);
}
