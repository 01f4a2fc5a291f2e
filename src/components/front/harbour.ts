import { type LogEntry, logOf, type PlanItem, Session, type SessionSpec } from '../../../sim/index.ts';
import { addKinds } from '../../../sim/packs/kinds.ts';
import { frameOf } from '../../session/frame.ts';
import type { PageSpec } from '../../session/page.ts';

/** Three ships, and a Deployment that wants three crates: what the front page holds. */
const spec: SessionSpec = {
  scenario: {
    title: 'Three ships, three crates',
    seed: 4,
    nodes: [{ name: 'node-a' }, { name: 'node-b' }, { name: 'node-c' }],
    images: ['nginx:1.27'],
    objects: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: {
          replicas: 3,
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels: { app: 'web' } },
            spec: {
              containers: [{ name: 'web', image: 'nginx:1.27', resources: { requests: { cpu: '500m' } } }],
            },
          },
        },
      },
    ],
  },
  plan: [
    { kind: 'do', command: 'kill node/node-b' },
    { kind: 'beat', id: 'noticed', at: 'PUT kube-controller-manager node/node-b/status' },
    { kind: 'beat', id: 'given-up', at: 'DELETE kube-controller-manager pod/web-*' },
    { kind: 'beat', id: 'aboard', at: 'note kubelet/started pod/web-*' },
    { kind: 'beat', id: 'counted', at: 'PUT kube-controller-manager deployment/web/status' },
  ],
  goals: [],
};

addKinds();

/** The front page's stage: its first frame, and the whole story for readers without scripts. */
export function frontPage(path: string): { readonly page: PageSpec; readonly log: readonly LogEntry[] } {
  const id = 'front';
  const frame = frameOf(id, new Session(spec), 'port', {});
  const page: PageSpec = {
    path,
    stage: { id, view: 'port', tools: ['faults'], speed: 'fast' },
    frame,
    sessions: { [id]: { title: 'Three ships', spec, files: {} } },
    widgets: [],
  };
  return { page, log: tell(spec) };
}

/** The plan of a spec, played to its end and told in words. Every item must come: the lesson of the page depends on it. */
function tell({ plan }: SessionSpec): readonly LogEntry[] {
  const session = new Session(spec);
  for (let plays = 0; session.progress.done < plan.length; plays++) {
    if (plays > plan.length)
      throw new Error(`The front page waits for ${itemText(plan[session.progress.done])} in vain.`);
    const { nextDo } = session;
    if (nextDo === undefined) session.play();
    else session.do(nextDo, {});
    while (!session.move().isEnd);
  }
  return logOf(session.steps);
}

function itemText(item: PlanItem | undefined): string {
  return item === undefined ? 'nothing' : item.kind === 'do' ? item.command : item.at;
}
