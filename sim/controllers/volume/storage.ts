import type { PersistentVolume } from '../../api/kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { StorageClass } from '../../api/kinds/storageclass.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { EventText } from '../../client/recorder.ts';
import type { Context, Outcome, Write } from '../controller.ts';
import { update } from '../requests.ts';

/** The shared informers of volumes, claims and classes. */
export const VOLUMES = 'persistentvolumes';
/** See {@link VOLUMES}. */
export const CLAIMS = 'persistentvolumeclaims';
/** See {@link VOLUMES}. */
export const CLASSES = 'storageclasses';

/** What the binder remembers: objects it wrote that its informers may not have seen yet, by key. */
export interface BinderState {
  written: Map<string, KubeObject>;
}

/** Volumes, claims and classes as the binder knows them: the informers', or newer ones that it wrote itself. */
export interface Storage {
  readonly volumes: ReadonlyMap<string, PersistentVolume>;
  readonly claims: ReadonlyMap<string, PersistentVolumeClaim>;
  readonly classes: ReadonlyMap<string, StorageClass>;
}

/** The keys under which claims and volumes are worked on. */
export function claimKey(name: string): string {
  return `claim ${name}`;
}

/** See {@link claimKey}. */
export function volumeKey(name: string): string {
  return `volume ${name}`;
}

/** Looks at the caches. */
export function storageOf(context: Context<BinderState>): Storage {
  return {
    volumes: newest<PersistentVolume>(context, VOLUMES, volumeKey),
    claims: newest<PersistentVolumeClaim>(context, CLAIMS, claimKey),
    classes: context.cache<StorageClass>(CLASSES),
  };
}

function newest<O extends KubeObject>(
  context: Context<BinderState>,
  informer: string,
  keyOf: (name: string) => string,
): ReadonlyMap<string, O> {
  const cached = context.cache<O>(informer);
  const { written } = context.state;
  if (written.size === 0) return cached;
  return new Map([...cached].map(([name, object]) => [name, newer(object, written.get(keyOf(name)) as O | undefined)]));
}

function newer<O extends KubeObject>(a: O, b: O | undefined): O {
  if (b === undefined || a.metadata.uid !== b.metadata.uid) return a;
  return Number(a.metadata.resourceVersion) >= Number(b.metadata.resourceVersion) ? a : b;
}

/** One step of a sync: when it has succeeded the key is looked at again, with what was written. */
export function step(informer: string, object: KubeObject, subresource = '', event?: EventText): Outcome {
  const write: Write = {
    request: update(informer, object, subresource),
    tag: informer,
    about: object,
    ...(event === undefined ? {} : { success: [event] }),
  };
  return { writes: [[write]] };
}
