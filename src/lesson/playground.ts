import { Session, type SessionSpec } from '../../sim/index.ts';
import { addExtensions } from '../../sim/packs/extensions.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addReplicas } from '../../sim/packs/replicas.ts';
import { frameOf } from '../session/frame.ts';
import type { PageSpec, WidgetSpec } from '../session/page.ts';
import { FIRST, type LibraryScenario, readLibrary } from './library.ts';
import { parseScenario } from './scenarios.ts';

/** The name of the playground's one session. */
export const PLAYGROUND = 'playground';

/** A web application to begin with. */
const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
          resources:
            requests:
              cpu: 250m
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`;

/** The manifests that the playground opens with. */
export const PLAYGROUND_FILES = { 'web.yaml': WEB };
const SUGGESTIONS = ['kubectl apply -f web.yaml', 'kubectl get pods -o wide', 'kubectl get nodes'];

addKinds();
addExtensions();
addReplicas();

/** The playground's stage: its first frame, and the scenarios that are offered beside it. */
export function playgroundPage(path: string): {
  readonly page: PageSpec;
  readonly library: readonly LibraryScenario[];
} {
  const library = readLibrary();
  const first = library.find(({ name }) => name === FIRST);
  const { scenario = {} } = parseScenario(FIRST, first?.text ?? '');
  const spec: SessionSpec = { scenario, plan: [], goals: [] };
  const parts = ['now', 'files', 'shape', 'library'].map(
    (id): WidgetSpec => ({ kind: 'playground', id, props: { part: id } }),
  );
  const page: PageSpec = {
    path,
    stage: { id: PLAYGROUND, view: 'diagram', tools: ['terminal', 'faults', 'editor'] },
    frame: frameOf(PLAYGROUND, new Session(spec), 'diagram', {}),
    sessions: { [PLAYGROUND]: { title: first?.title ?? '', spec, files: PLAYGROUND_FILES } },
    widgets: [{ kind: 'terminal', id: 'terminal', props: { suggestions: SUGGESTIONS } }, ...parts],
    library: FIRST,
  };
  return { page, library };
}
