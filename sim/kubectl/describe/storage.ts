import { modesText } from '../../api/cells.ts';
import type { PersistentVolume } from '../../api/kinds/persistentvolume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolumeclaim.ts';
import type { NodeSelectorTerm, Pod } from '../../api/kinds/pod.ts';
import type { StorageClass } from '../../api/kinds/storageclass.ts';
import type { JsonObject } from '../../api/meta.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import type { Describer, DescribeTools, Lines } from '../../client/describing.ts';

type Stored = PersistentVolume | PersistentVolumeClaim;

function classText({ metadata, spec }: Stored): string {
  const name = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? '';
  return `StorageClass:\t${name}`;
}

function statusText({ metadata, status }: Stored, since: DescribeTools['since'], nowMs: number): string {
  const { deletionTimestamp: end } = metadata;
  return `Status:\t${end === undefined ? (status?.phase ?? '') : `Terminating (lasts ${since(end, nowMs)})`}`;
}

function finalizersText({ metadata }: Stored): string {
  return `Finalizers:\t[${(metadata.finalizers ?? []).join(' ')}]`;
}

function modeLines({ spec }: Stored): Lines {
  return spec.volumeMode === undefined ? [] : [`VolumeMode:\t${spec.volumeMode}`];
}

/** kubectl describe persistentvolume. */
const describeVolume = (tools: DescribeTools) =>
  tools.define<PersistentVolume>({
    kind: 'PersistentVolume',
    related: (volume) => [tools.eventsRequest(volume)],
    lines(volume, [events], nowMs) {
      const { metadata, spec, status } = volume;
      const { claimRef } = spec;
      const source = tools.volumeSource({ ...spec, name: '' } as unknown as JsonObject);
      return [
        `Name:\t${metadata.name}`,
        ...tools.metaLines(metadata),
        finalizersText(volume),
        classText(volume),
        statusText(volume, tools.since, nowMs),
        `Claim:\t${claimRef === undefined ? '' : `${claimRef.namespace}/${claimRef.name}`}`,
        `Reclaim Policy:\t${spec.persistentVolumeReclaimPolicy ?? ''}`,
        `Access Modes:\t${modesText(spec.accessModes)}`,
        ...modeLines(volume),
        `Capacity:\t${canonicalQuantity(spec.capacity?.['storage'] ?? '0')}`,
        ...affinityLines(spec.nodeAffinity?.required?.nodeSelectorTerms),
        `Message:\t${status?.message ?? ''}`,
        'Source:',
        ...source,
        ...tools.eventLines(events, nowMs),
      ];
    },
  });

function affinityLines(terms: readonly NodeSelectorTerm[] | undefined): Lines {
  if (terms === undefined) return ['Node Affinity:\t<none>'];
  const rows = terms.flatMap(({ matchExpressions = [] }, index) => {
    const texts = matchExpressions.map(({ key, operator, values = [] }) => {
      return `${key} ${operator.toLowerCase()}${values.length === 0 ? '' : ` [${values.join(', ')}]`}`;
    });
    const [first = '<none>', ...others] = texts;
    return [`    Term ${index}:\t${first}`, ...others.map((text) => `    \t${text}`)];
  });
  return ['Node Affinity:\t', `  Required Terms:\t${rows.length === 0 ? '<none>' : ''}`, ...rows];
}

/** kubectl describe persistentvolumeclaim. */
const describeClaim = (tools: DescribeTools) =>
  tools.define<PersistentVolumeClaim>({
    kind: 'PersistentVolumeClaim',
    related: (claim) => [
      tools.list(`/api/v1/namespaces/${claim.metadata.namespace}/pods`, {}),
      tools.eventsRequest(claim),
    ],
    lines(claim, [pods, events], nowMs) {
      const { metadata, spec, status } = claim;
      const isNamed = !!spec.volumeName;
      const users = tools
        .items<Pod>(pods)
        .filter((pod) =>
          pod.spec.volumes?.some(({ persistentVolumeClaim: source }) => source?.claimName === metadata.name),
        );
      const names = users.map((pod) => pod.metadata.name);
      return [
        ...tools.head(metadata),
        classText(claim),
        statusText(claim, tools.since, nowMs),
        `Volume:\t${spec.volumeName ?? ''}`,
        ...tools.metaLines(metadata),
        finalizersText(claim),
        `Capacity:\t${isNamed ? canonicalQuantity(status?.capacity?.['storage'] ?? '0') : ''}`,
        `Access Modes:\t${isNamed ? modesText(status?.accessModes) : ''}`,
        ...modeLines(claim),
        ...(names.length === 0 ? ['<none>'] : names).map((name, i) => `${i === 0 ? 'Used By:' : '        '}\t${name}`),
        ...tools.eventLines(events, nowMs),
      ];
    },
  });

/** kubectl describe storageclass. */
const describeClass = (tools: DescribeTools) =>
  tools.define<StorageClass>({
    kind: 'StorageClass',
    related: (one) => [tools.eventsRequest(one)],
    lines: ({ metadata: { name, annotations }, mountOptions = [], ...one }, [events], nowMs) => [
      `Name:\t${name}`,
      `IsDefaultClass:\t${annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true' ? 'Yes' : 'No'}`,
      `Annotations:\t${tools.labelsText(annotations)}`,
      `Provisioner:\t${one.provisioner}`,
      `Parameters:\t${tools.labelsText(one.parameters)}`,
      `AllowVolumeExpansion:\t${{ true: 'True', false: 'False' }[String(one.allowVolumeExpansion)] ?? '<unset>'}`,
      ...(mountOptions.length === 0
        ? ['MountOptions:\t<none>']
        : ['MountOptions:', ...mountOptions.map((o) => `  ${o}`)]),
      `ReclaimPolicy:\t${one.reclaimPolicy ?? ''}`,
      `VolumeBindingMode:\t${one.volumeBindingMode ?? ''}`,
      ...tools.eventLines(events, nowMs),
    ],
  });

/** What outlives a pod. */
export const storageDescribers = (tools: DescribeTools): readonly Describer[] => [
  describeVolume(tools),
  describeClaim(tools),
  describeClass(tools),
];
