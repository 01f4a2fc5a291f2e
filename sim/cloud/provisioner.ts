// An external provisioner: makes a volume for each claim that is its own, and deletes it when the claim is gone.
// Watches: PersistentVolumeClaims, PersistentVolumes and StorageClasses.
// Writes: PersistentVolumes; Events about claims and volumes.
// Follows: sig-storage-lib-external-provisioner (`controller/controller.go`), which rancher's local-path-provisioner and
// nfs-subdir-external-provisioner are built on.
// Leaves out: CSI, growing, snapshots, allowed topologies, leader election, the helper pods and directories behind a
// volume (their time is 1 to 2 s here), archiving on delete.

import { type PersistentVolume, referenceTo } from '../api/kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../api/kinds/persistentvolumeclaim.ts';
import type { StorageClass } from '../api/kinds/storageclass.ts';
import { type KubeObject, objectKey } from '../api/meta.ts';
import { ANNOTATIONS, classOf, isDelayed } from '../api/volumes/claims.ts';
import { type Answer, cacheOf } from '../client/calls.ts';
import type { ClientConfig } from '../client/client.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { ask, createLoop, done, failed, type Loop, receiveLoop, say, startLoop, workOn } from './loop.ts';

/** What a provisioner makes: the volume's source, and where it can be used. A text says why it cannot. */
export type Maker = 'local-path' | 'nfs';

interface ProvisionerConfig {
  readonly name: string;
  /** As StorageClasses name it. */
  readonly provisioner: string;
  readonly maker: Maker;
  readonly token: string;
}

/** What a provisioner remembers. */
export interface ProvisionerState {
  config: ProvisionerConfig;
  loop: Loop;
}

const VOLUMES = 'persistentvolumes';
const CLAIMS = 'persistentvolumeclaims';
const CLASSES = 'storageclasses';
const MAKE_MS = 1000;
/** client-go's exponential back-off as the library sets it. */
const RETRY_MS = 15_000;
const MAX_RETRY_MS = 900_000;

/** The component `provisioner`; its actors are called as their programs. */
export const provisioner: Component<ProvisionerState> = {
  name: 'provisioner',
  init: (_self, config) => fresh(config as ProvisionerConfig),
  restart: ({ config }) => fresh(config),
  receive(state, message, io) {
    const { loop } = state;
    if (message.kind === 'start') startLoop(loop, io);
    else if (message.kind === 'volume/made') made(state, (message.body as { readonly key: string }).key, io);
    else {
      const answer = receiveLoop(loop, message as AnyMessage, io, (informer, object) => {
        if (informer === CLASSES) return [];
        return [informer === CLAIMS ? `claim ${objectKey(object)}` : `volume ${object.metadata.name}`];
      });
      if (answer !== undefined) answered(state, answer, io);
    }
    workOn(loop, (key) => sync(state, key, io));
  },
  inspect: ({ config, loop }) => ({ provisioner: config.provisioner, working: [...loop.queue.processing] }),
};

function fresh(config: ProvisionerConfig): ProvisionerState {
  const informers = [
    { name: CLAIMS, path: '/api/v1/persistentvolumeclaims' },
    { name: VOLUMES, path: '/api/v1/persistentvolumes' },
    { name: CLASSES, path: '/apis/storage.k8s.io/v1/storageclasses' },
  ];
  const source = `${config.provisioner}_${config.name}`;
  return part<ProvisionerState>({
    config,
    loop: createLoop(config.name, config.token, informers, config as ClientConfig, source),
  });
}

function sync(state: ProvisionerState, key: string, io: IO): void {
  const { loop, config } = state;
  const claim = claimOf(state, key);
  if (claim !== undefined && isWanted(state, claim)) {
    const what = `External provisioner is provisioning volume for claim "${objectKey(claim as KubeObject)}"`;
    say(loop, io, claim as KubeObject, 'Normal', 'Provisioning', what);
    io.after(MAKE_MS + io.random('make', 1000), 'volume/made', { key });
    return;
  }
  const volume = volumeOf(state, key);
  if (volume !== undefined && isOver(volume, config.provisioner)) {
    io.after(MAKE_MS + io.random('make', 1000), 'volume/made', { key });
    return;
  }
  done(loop, key);
}

function claimOf({ loop }: ProvisionerState, key: string): PersistentVolumeClaim | undefined {
  if (!key.startsWith('claim ')) return undefined;
  return cacheOf<KubeObject & PersistentVolumeClaim>(loop.client, CLAIMS).get(key.slice(6));
}

function volumeOf({ loop }: ProvisionerState, key: string): PersistentVolume | undefined {
  if (!key.startsWith('volume ')) return undefined;
  return cacheOf<KubeObject & PersistentVolume>(loop.client, VOLUMES).get(key.slice(7));
}

/** A claim is a provisioner's own when the binder has said so, and the scheduler has said where, if that matters. */
function isWanted({ loop, config }: ProvisionerState, claim: PersistentVolumeClaim): boolean {
  const { annotations = {}, deletionTimestamp, uid } = claim.metadata;
  const classes = cacheOf<KubeObject & StorageClass>(loop.client, CLASSES);
  if (claim.spec.volumeName || deletionTimestamp !== undefined || !classes.has(classOf(claim))) return false;
  if ((annotations[ANNOTATIONS.provisioner] ?? annotations[ANNOTATIONS.betaProvisioner]) !== config.provisioner)
    return false;
  if (isDelayed(claim, classes) && !annotations[ANNOTATIONS.selectedNode]) return false;
  return !cacheOf(loop.client, VOLUMES).has(`pvc-${uid}`);
}

/** Released, its own, and to be deleted. */
function isOver({ metadata, spec, status }: PersistentVolume, name: string): boolean {
  if (status?.phase !== 'Released' || metadata.deletionTimestamp !== undefined) return false;
  return spec.persistentVolumeReclaimPolicy === 'Delete' && metadata.annotations?.[ANNOTATIONS.provisionedBy] === name;
}

function made(state: ProvisionerState, key: string, io: IO): void {
  const { loop, config } = state;
  const volume = volumeOf(state, key);
  if (volume !== undefined) {
    const path = `/api/v1/persistentvolumes/${volume.metadata.name}`;
    ask(loop, io, { method: 'DELETE', path }, 'volume/deleted', key);
    return;
  }
  const claim = claimOf(state, key);
  const source = claim === undefined ? '' : sourceOf(claim, config.maker);
  if (claim === undefined) done(loop, key);
  else if (typeof source === 'string') fail(state, key, claim, source, io);
  else {
    const body = volumeFor(claim, source, state);
    ask(loop, io, { method: 'POST', path: '/api/v1/persistentvolumes', body }, 'volume/created', key);
  }
}

function fail({ loop }: ProvisionerState, key: string, claim: PersistentVolumeClaim, why: string, io: IO): void {
  const what = `failed to provision volume with StorageClass "${classOf(claim)}": ${why}`;
  say(loop, io, claim as KubeObject, 'Warning', 'ProvisioningFailed', what);
  failed(loop, key, RETRY_MS, MAX_RETRY_MS, io);
}

/** Where the bytes are; a text when there is no such place. */
function sourceOf({ metadata, spec }: PersistentVolumeClaim, maker: Maker): Partial<PersistentVolume['spec']> | string {
  const { name, namespace, uid, annotations = {} } = metadata;
  if (maker === 'nfs') {
    return { nfs: { server: 'nfs.example.com', path: `/exports/${namespace}-${name}-pvc-${uid}` } };
  }
  const node = annotations[ANNOTATIONS.selectedNode] ?? '';
  if (node === '') return 'configuration error, no node was specified';
  const modes = spec.accessModes ?? [];
  if (modes.some((mode) => mode !== 'ReadWriteOnce' && mode !== 'ReadWriteOncePod')) {
    return 'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes';
  }
  const path = `/opt/local-path-provisioner/pvc-${uid}_${namespace}_${name}`;
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In' as const, values: [node] };
  const required = { nodeSelectorTerms: [{ matchExpressions: [hostname] }] };
  return { hostPath: { path, type: 'DirectoryOrCreate' }, nodeAffinity: { required } };
}

function volumeFor(
  claim: PersistentVolumeClaim,
  source: Partial<PersistentVolume['spec']>,
  { loop, config }: ProvisionerState,
): PersistentVolume {
  const { accessModes, resources, volumeMode } = claim.spec;
  const name = classOf(claim);
  const found = cacheOf<KubeObject & StorageClass>(loop.client, CLASSES).get(name);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: `pvc-${claim.metadata.uid}`,
      annotations: { [ANNOTATIONS.provisionedBy]: config.provisioner },
    },
    spec: {
      ...(accessModes && { accessModes }),
      capacity: { storage: resources?.requests?.['storage'] ?? '0' },
      claimRef: referenceTo(claim as KubeObject),
      persistentVolumeReclaimPolicy: found?.reclaimPolicy ?? 'Delete',
      storageClassName: name,
      ...(volumeMode && { volumeMode }),
      ...source,
    },
  };
}

function answered(state: ProvisionerState, { then, data, response }: Answer, io: IO): void {
  const { loop } = state;
  const { key } = data as { readonly key: string };
  const isWell = response.status >= 200 && response.status < 300;
  const why = (response.body as { readonly message?: string } | undefined)?.message ?? '';
  if (then === 'volume/deleted') {
    if (isWell || response.status === 404) done(loop, key);
    else {
      const volume = volumeOf(state, key);
      if (volume !== undefined) say(loop, io, volume as KubeObject, 'Warning', 'VolumeFailedDelete', why);
      failed(loop, key, RETRY_MS, MAX_RETRY_MS, io);
    }
    return;
  }
  const claim = claimOf(state, key);
  if (claim === undefined) done(loop, key);
  else if (isWell || response.status === 409) {
    const name = `pvc-${claim.metadata.uid}`;
    say(loop, io, claim as KubeObject, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`);
    done(loop, key);
  } else fail(state, key, claim, `failed to create volume: ${why}`, io);
}
