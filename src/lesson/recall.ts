import { hashTexts, project, Session } from '../../sim/index.ts';
import type { LessonModel, RecallModel } from './model.ts';
import { stageSpec } from './run.ts';
import type { RecallProps } from './widgets.ts';

/** What a click Recall may ask for: the name of each kind of part on the stage, and the ids of those parts. */
export type StageParts = ReadonlyMap<string, readonly string[]>;

/** The parts of a lesson's stage before anything has happened; empty without a stage that boots. */
export function stageParts(lesson: LessonModel): StageParts {
  const spec = stageSpec(lesson);
  const parts = new Map<string, readonly string[]>();
  if (spec === undefined) return parts;
  const session = new Session(spec);
  const scene = project(session.peek(), session.steps, {});
  const processes = scene.nodes.flatMap(({ runtime, kubelet, proxy }) => [kubelet, proxy, runtime]);
  for (const { id, title } of [...scene.actors, ...processes]) parts.set(title, [...(parts.get(title) ?? []), id]);
  return parts;
}

/** A Recall as its card shows it. Lists are shuffled by the address of the page, so that all readers see the same. */
export function recallProps(recall: RecallModel, path: string, parts: StageParts): RecallProps {
  const { id, form, question, answer } = recall;
  const told = { id, form, question, answer };
  if (form === 'open') return { ...told, options: [], right: [] };
  if (form === 'click') {
    const options = [...parts.keys()];
    const ids = [...parts].flatMap(([, own], index) => own.map((part) => [part, index] as const));
    return { ...told, options, right: [options.indexOf(recall.options[0] ?? '')], parts: Object.fromEntries(ids) };
  }
  const order = shuffled(recall.options.length, `${path}${id}`);
  const options = order.map((index) => recall.options[index] ?? '');
  const right = form === 'choose' ? [order.indexOf(recall.right)] : order.map((_, index) => order.indexOf(index));
  return { ...told, options, right };
}

/** 0…count-1 in an order decided by the seed, never the order itself. */
export function shuffled(count: number, seed: string): readonly number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Number.parseInt(hashTexts([`${seed}#${last}`], (text) => text).slice(0, 8), 16) % (last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  const isSame = order.every((value, index) => value === index);
  return isSame && count > 1 ? [...order.slice(1), 0] : order;
}
