import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Explanation } from '../../../../sim/packs/explain.ts';
import type { ExplainedNode, ExplainedScore, ExplainedVerdict } from '../../../../sim/scheduler/explain.ts';
import { otherwiseText, reweigh, type Weights, weightsOf } from './reweigh.ts';

interface TableProps {
  readonly answer: Explanation;
}

/** Filters that have a column only where they refuse: they rarely have anything to say. */
const QUIET = ['NodeUnschedulable', 'NodeName'];

/** A row a node, a column a filter: passed or refused, with both sides of the comparison. */
export function FilterTable({ answer }: TableProps): JSX.Element {
  const { filters, nodes, node: winner, more } = answer;
  const isShown = (plugin: string, index: number) =>
    !QUIET.includes(plugin) || nodes.some((node) => node.filters[index]?.verdict === 'refuses');
  const columns = filters
    .map((plugin, index) => ({ plugin, index }))
    .filter(({ plugin, index }) => isShown(plugin, index));
  const quiet = filters.filter((plugin, index) => !isShown(plugin, index));
  return (
    <>
      <Scrolling name="Filter table">
        <table>
          <caption>
            <b>Filter.</b> Which nodes can take it? The first refusal is enough; the rest is not asked.
          </caption>
          <thead>
            <tr>
              <th scope="col">Node</th>
              {columns.map(({ plugin }) => (
                <th key={plugin} scope="col">
                  {plugin}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {nodes.map((node) => (
              <tr key={node.node} class={node.node === winner ? 'chosen' : undefined}>
                <Name node={node} />
                {columns.map(({ plugin, index }) => (
                  <Verdict key={plugin} verdict={node.isExamined ? node.filters[index] : undefined} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      {quiet.length > 0 && <p class="quiet">Passed everywhere: {quiet.join(', ')}.</p>}
      {more > 0 && <p class="quiet">{more} more nodes are not listed.</p>}
    </>
  );
}

function Verdict({ verdict }: { readonly verdict: ExplainedVerdict | undefined }): JSX.Element {
  if (verdict === undefined) return <td class="unasked">not looked at</td>;
  const { reasons, facts } = verdict;
  if (verdict.verdict === 'not asked') {
    return (
      <td class="unasked">not asked{reasons.length > 0 && <Facts facts={['it would refuse as well', ...facts]} />}</td>
    );
  }
  return (
    <td class={verdict.verdict}>
      <b>{verdict.verdict}</b>
      <Facts facts={[...reasons, ...facts]} />
    </td>
  );
}

function Facts({ facts }: { readonly facts: readonly string[] }): JSX.Element {
  return (
    <>
      {facts.map((fact) => (
        <span key={fact} class="fact">
          {fact}
        </span>
      ))}
    </>
  );
}

/** The largest weight that can be tried; upstream allows 100, where the last ninety change little. */
const MOST_WEIGHT = 10;

/** A row a node that passed, a column a scoring plugin, and the sum. Other weights can be tried: the table follows. */
export function ScoreTable({ answer }: TableProps): JSX.Element {
  const { scorers, nodes, decision } = answer;
  const [weights, setWeights] = useState<Weights>(weightsOf(answer));
  if (decision.type === 'rejected') return <p class="nothing">No node passed, so there is nothing to score.</p>;
  if (decision.type === 'unscored') return <p class="nothing">There are no scores to show.</p>;
  if (scorers.length === 0) return <p class="nothing">One node passed, so nothing is scored.</p>;
  const feasible = nodes.filter(({ isFeasible }) => isFeasible);
  const said = otherwiseText(answer, weights);
  const { totals, best } = reweigh(answer, weights);
  const isChosen = (node: string) => (said === '' ? node === answer.node : best.includes(node));
  return (
    <>
      <Scrolling name="Score table">
        <table class="scores">
          <caption>
            <b>Score.</b> Which of those is best? Raw marks are brought to 0–100, multiplied by the plugin’s weight, and
            summed. Other weights can be tried here: nothing in your cluster changes.
          </caption>
          <thead>
            <tr>
              <th scope="col">Node</th>
              {scorers.map(({ plugin, weight }) => (
                <th key={plugin} scope="col">
                  {plugin} <span class="weight">× {weights[plugin] ?? weight}</span>
                  <input
                    type="range"
                    min={0}
                    max={Math.max(MOST_WEIGHT, weight)}
                    value={weights[plugin] ?? weight}
                    aria-label={`Weight of ${plugin}`}
                    onInput={(event) => setWeights({ ...weights, [plugin]: Number(event.currentTarget.value) })}
                  />
                </th>
              ))}
              <th scope="col">Sum</th>
            </tr>
          </thead>
          <tbody>
            {feasible.map((node) => (
              <tr key={node.node} class={isChosen(node.node) ? 'chosen' : undefined}>
                <Name node={node} />
                {scorers.map(({ plugin, weight }, index) => (
                  <Score key={plugin} score={node.scores[index]} weight={weights[plugin] ?? weight} />
                ))}
                <td class="sum">
                  <b>{totals[node.node]}</b>
                  <Facts facts={said === '' ? sumWords(node, answer) : isChosen(node.node) ? ['best now'] : []} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      <p class="reweighed" role="status">
        {said}
      </p>
      {said !== '' && (
        <button type="button" class="button" onClick={() => setWeights(weightsOf(answer))}>
          The weights as they are
        </button>
      )}
    </>
  );
}

function Score({
  score,
  weight,
}: {
  readonly score: ExplainedScore | undefined;
  readonly weight: number;
}): JSX.Element {
  const { raw = 0, normalized = 0 } = score ?? {};
  return (
    <td>
      {weight === 1 ? normalized : `${normalized} × ${weight} = ${normalized * weight}`}
      <span class="fact">raw {raw}</span>
    </td>
  );
}

function sumWords({ node, total }: ExplainedNode, { decision, node: winner }: Explanation): readonly string[] {
  if (node === winner) return ['chosen'];
  return decision.type === 'chosen' && total === decision.score ? ['equal'] : [];
}

function Name({ node: { node } }: { readonly node: ExplainedNode }): JSX.Element {
  return <th scope="row">{node}</th>;
}

/** A table may be wider than its place: it scrolls by itself, also by keyboard. */
function Scrolling({ name, children }: { readonly name: string; readonly children: JSX.Element }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can be reached by keyboard
    <section class="scrolling" tabIndex={0} aria-label={name}>
      {children}
    </section>
  );
}
