import { expect } from 'vitest';
import type { PersistentVolume } from '../../sim/api/kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../../sim/api/kinds/persistentvolumeclaim.ts';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import type { KubeObject } from '../../sim/api/meta.ts';
import { act, createCluster, defaultShape, foldTerminals, peekAt, runToExit, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';

addKinds();
addKubectl();

/** A cluster with a terminal, and what a test looks at. */
export class Desk {
  readonly timeline: Timeline;
  #count = 0;

  constructor(objects: readonly object[] = [], nodes = 3) {
    const shape = { ...defaultShape(nodes), etcd: { members: 1 } as const, objects: objects as readonly KubeObject[] };
    this.timeline = createCluster(shape, { freeze: nodes > 1 });
  }

  type(line: string, files: Parameters<typeof act>[3] = {}): string {
    this.#count += 1;
    const run = `desk-${this.#count}`;
    expect(act(this.timeline, `kubectl ${line}`, run, files)).toBeUndefined();
    runToExit(this.timeline, run);
    const found = foldTerminals(this.timeline.past).find(({ id }) => id === run);
    return (found?.lines ?? []).map(({ text }) => text).join('\n');
  }

  create(object: object): string {
    const file = toParsedFile(JSON.stringify(object), 'object.yaml');
    return this.type('create -f object.yaml', { 'object.yaml': file });
  }

  /** Lets so many seconds go by. */
  wait(seconds: number): this {
    this.timeline.advance(this.timeline.now + seconds * 1000);
    return this;
  }

  get<O>(plural: string, name: string): O {
    const all = peekAt(this.timeline.simulation).objects(plural);
    return all.find(({ metadata }) => metadata.name === name) as unknown as O;
  }

  claim = (name: string) => this.get<PersistentVolumeClaim>('persistentvolumeclaims', name);
  volume = (name: string) => this.get<PersistentVolume>('persistentvolumes', name);
  phase = (name: string) => this.get<Pod>('pods', name).status?.phase;

  /** `reason: message` of the Events about an object. */
  events(name: string): readonly string[] {
    const all = peekAt(this.timeline.simulation).objects('events') as unknown as readonly {
      readonly involvedObject: { readonly name: string };
      readonly reason: string;
      readonly message: string;
    }[];
    return all.filter((one) => one.involvedObject.name === name).map(({ reason, message }) => `${reason}: ${message}`);
  }
}
