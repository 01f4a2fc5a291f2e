import type { JSX } from 'preact';
import type { Explanation } from '../../../../sim/packs/explain.ts';
import type { ExplainedNode, ExplainedScore, ExplainedVerdict } from '../../../../sim/scheduler/explain.ts';

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

/** A row a node that passed, a column a scoring plugin, and the sum. */
export function ScoreTable({ answer }: TableProps): JSX.Element {
  const { scorers, nodes, node: winner, decision } = answer;
  if (decision.type === 'rejected') return <p class="nothing">No node passed, so there is nothing to score.</p>;
  if (decision.type === 'unscored') return <p class="nothing">There are no scores to show.</p>;
  if (scorers.length === 0) return <p class="nothing">One node passed, so nothing is scored.</p>;
  const feasible = nodes.filter(({ isFeasible }) => isFeasible);
  return (
    <Scrolling name="Score table">
      <table class="scores">
        <caption>
          <b>Score.</b> Which of those is best? Raw marks are brought to 0–100, multiplied by the plugin’s weight, and
          summed.
        </caption>
        <thead>
          <tr>
            <th scope="col">Node</th>
            {scorers.map(({ plugin, weight }) => (
              <th key={plugin} scope="col">
                {plugin} <span class="weight">× {weight}</span>
              </th>
            ))}
            <th scope="col">Sum</th>
          </tr>
        </thead>
        <tbody>
          {feasible.map((node) => (
            <tr key={node.node} class={node.node === winner ? 'chosen' : undefined}>
              <Name node={node} />
              {scorers.map(({ plugin, weight }, index) => (
                <Score key={plugin} score={node.scores[index]} weight={weight} />
              ))}
              <td class="sum">
                <b>{node.total}</b>
                <Facts facts={sumWords(node, answer)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
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
