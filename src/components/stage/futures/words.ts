import { clockText, lengthText } from '../../../../sim/view/names.ts';
import type { Futures } from '../../../session/difference.ts';
import { type Difference, SETTINGS } from '../../../session/difference.ts';
import type { Frame } from '../../../session/protocol.ts';

/** A line that would make a difference here, and what it is called. */
export interface Suggestion {
  readonly title: string;
  readonly line: string;
}

/** Lines for what is there now: a scale, a rollout with room, and what can be lost. */
export function suggestionsFor({ names, scene }: Frame): readonly Suggestion[] {
  const [deployment] = names['deployments'] ?? [];
  const pods = (names['pods'] ?? []).filter((name) => name.startsWith(`${deployment}-`)).length;
  const surge = JSON.stringify({ spec: { strategy: { rollingUpdate: { maxSurge: '100%' } } } });
  const ofDeployment =
    deployment === undefined
      ? []
      : [
          { title: `two more of ${deployment}`, line: `kubectl scale deployment ${deployment} --replicas=${pods + 2}` },
          { title: `more surge for ${deployment}`, line: `kubectl patch deployment ${deployment} -p '${surge}'` },
        ];
  const lost = scene.nodes.at(-1);
  const member = scene.actors.find(({ kind }) => kind === 'etcd');
  return [
    ...ofDeployment,
    ...(lost === undefined ? [] : [{ title: `${lost.name} lost`, line: `kill ${lost.id}` }]),
    ...(member === undefined ? [] : [{ title: `${member.title} ends`, line: `stop ${member.id}` }]),
  ];
}

/** What the second future is called. */
export function titleOf(difference: Difference): string {
  if (difference.kind === 'line') return `With ${difference.line}`;
  return `${SETTINGS[difference.setting].title}: ${difference.value.trim()}`;
}

/** What came of it, in a sentence or two. */
export function summaryOf({ from, to, at, apartAt, tables }: Futures): string {
  const span = lengthText(to - from);
  if (apartAt === undefined) return `They are alike for ${span}: the difference makes none.`;
  const parting = apartAt <= from ? 'They part at once.' : `They part at ${clockText(apartAt)}.`;
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  const here =
    rows === 0 ? 'no row of kubectl’s tables differs' : `${rows} ${rows === 1 ? 'row differs' : 'rows differ'}`;
  return `${parting} At ${clockText(at)}, ${here}.`;
}
