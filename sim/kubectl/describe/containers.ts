import type {
  Container,
  ContainerState,
  ContainerStatus,
  PodSpec,
  PodTemplateSpec,
  Probe,
  Toleration,
  Volume,
} from '../../api/kinds/pod.ts';
import { longTime } from '../../api/longtime.ts';
import type { JsonObject, ResourceList } from '../../api/meta.ts';
import { milliValue, wholeValue } from '../../api/quantity.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type { Lines } from '../../client/describing.ts';
import { dig, quoted } from '../json.ts';
import { annotationLines, labelLines, orNone } from './writer.ts';

/** The pod template of a workload, indented below `Pod Template:`. */
export function templateLines(template: PodTemplateSpec): Lines {
  const { spec, metadata = {} } = template;
  const { annotations = {} } = metadata;
  return [
    'Pod Template:',
    ...labelLines('  Labels', metadata.labels),
    ...(Object.keys(annotations).length > 0 ? annotationLines('  Annotations', annotations) : []),
    ...(spec.serviceAccountName ? [`  Service Account:\t${spec.serviceAccountName}`] : []),
    ...(spec.initContainers?.length ? containerLines('Init Containers', spec.initContainers, undefined, '  ') : []),
    ...containerLines('Containers', spec.containers, undefined, '  '),
    ...volumeLines(spec.volumes, '  '),
    ...spreadLines(spec, '  '),
    ...(spec.priorityClassName ? [`  Priority Class Name:\t${spec.priorityClassName}`] : []),
    ...labelLines('  Node-Selectors', spec.nodeSelector),
    ...tolerationLines(spec.tolerations, '  '),
  ];
}

/** Containers, with their states when the pod exists. `space` is '' or, in a template, two blanks. */
export function containerLines(
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] | undefined,
  space: string,
): Lines {
  const lines = [`${space}${title}:${containers.length === 0 ? ' <none>' : ''}`];
  for (const container of containers) {
    const status = statuses?.find(({ name }) => name === container.name);
    lines.push(`  ${space === '' ? '' : ' '}${container.name}:`, ...oneContainer(container, status));
  }
  return lines;
}

function oneContainer(container: Container, status: ContainerStatus | undefined): Lines {
  const { ports = [], resources = {}, env = [], volumeMounts = [] } = container;
  const shown = ports.map((port) => `${port.containerPort}/${port.protocol ?? 'TCP'}`).join(', ');
  const host = ports.map((port) => `${port.hostPort ?? 0}/${port.protocol ?? 'TCP'}`).join(', ');
  const mounts = [...volumeMounts].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1));
  return [
    ...(status === undefined ? [] : [`    Container ID:\t${status.containerID ?? ''}`]),
    `    Image:\t${container.image ?? ''}`,
    ...(status === undefined ? [] : [`    Image ID:\t${status.imageID}`]),
    `    Port${ports.length > 1 ? 's' : ''}:\t${orNone(shown)}`,
    `    Host Port${ports.length > 1 ? 's' : ''}:\t${orNone(host)}`,
    ...argumentLines('Command', container.command),
    ...argumentLines('Args', container.args),
    ...(status === undefined ? [] : statusLines(status)),
    ...resourceLines('Limits', resources.limits),
    ...resourceLines('Requests', resources.requests),
    ...probeLine('Liveness', container.livenessProbe),
    ...probeLine('Readiness', container.readinessProbe),
    ...probeLine('Startup', container.startupProbe),
    ...sourceLines(container.envFrom),
    `    Environment:${env.length === 0 ? '\t<none>' : ''}`,
    ...env.flatMap(({ name, value = '', valueFrom }) =>
      valueFrom === undefined
        ? value.split('\n').map((line, index) => `      ${index === 0 ? `${name}:` : ''}\t${line}`)
        : [`      ${name}:\t${referenceText(valueFrom, resources)}`],
    ),
    `    Mounts:${mounts.length === 0 ? '\t<none>' : ''}`,
    ...mounts.map(({ mountPath, name, readOnly, subPath }) => {
      const path = subPath ? `,path=${quoted(subPath)}` : '';
      return `      ${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${path})`;
    }),
  ];
}

function argumentLines(title: string, words: readonly string[] | undefined): Lines {
  if (!words?.length) return [];
  return [`    ${title}:`, ...words.flatMap((word) => word.split('\n')).map((line) => `      ${line}`)];
}

function resourceLines(title: string, list: ResourceList | undefined): Lines {
  const names = Object.keys(list ?? {}).sort();
  if (names.length === 0) return [];
  return [`    ${title}:`, ...names.map((name) => `      ${name}:\t${list?.[name]}`)];
}

function statusLines(status: ContainerStatus): Lines {
  return [
    ...stateLines('State', status.state ?? {}),
    ...(status.lastState?.terminated ? stateLines('Last State', status.lastState) : []),
    `    Ready:\t${status.ready ? 'True' : 'False'}`,
    `    Restart Count:\t${status.restartCount}`,
  ];
}

function stateLines(title: string, { running, waiting, terminated }: ContainerState): Lines {
  if (running) return [`    ${title}:\tRunning`, `      Started:\t${longTime(running.startedAt)}`];
  if (terminated) {
    const { reason, message, exitCode, signal = 0, startedAt, finishedAt } = terminated;
    return [
      `    ${title}:\tTerminated`,
      ...(reason ? [`      Reason:\t${reason}`] : []),
      ...(message ? [`      Message:\t${message}`] : []),
      `      Exit Code:\t${exitCode}`,
      ...(signal > 0 ? [`      Signal:\t${signal}`] : []),
      `      Started:\t${longTime(startedAt)}`,
      `      Finished:\t${longTime(finishedAt)}`,
    ];
  }
  return [`    ${title}:\tWaiting`, ...(waiting?.reason ? [`      Reason:\t${waiting.reason}`] : [])];
}

function probeLine(title: string, probe: Probe | undefined): Lines {
  if (probe === undefined) return [];
  const { initialDelaySeconds = 0, timeoutSeconds = 0, periodSeconds = 0 } = probe;
  const { successThreshold = 0, failureThreshold = 0 } = probe;
  const numbers =
    `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s ` +
    `#success=${successThreshold} #failure=${failureThreshold}`;
  return [`    ${title}:\t${probeAction(probe)} ${numbers}`];
}

function probeAction({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec) return `exec [${(exec.command ?? []).join(' ')}]`;
  if (httpGet) {
    const { scheme = '', host = '', port, path = '' } = httpGet;
    const slash = path === '' || path.startsWith('/') ? path : `/${path}`;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${slash}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`;
  return grpc ? `grpc <pod>:${grpc.port} ${grpc.service ?? ''}` : 'unknown';
}

function sourceLines(sources: readonly JsonObject[] | undefined): Lines {
  if (!sources?.length) return [];
  const rows = sources.map((source) => {
    const [kind, reference] = source.configMapRef ? ['ConfigMap', source.configMapRef] : ['Secret', source.secretRef];
    const prefix = source.prefix ? ` with prefix '${source.prefix}'` : '';
    return `      ${dig(reference, 'name') ?? ''}\t${kind}${prefix}\tOptional: ${dig(reference, 'optional') === true}`;
  });
  return ['    Environment Variables from:', ...rows];
}

function referenceText(from: JsonObject, resources: NonNullable<Container['resources']>): string {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = from as Record<string, JsonObject | undefined>;
  if (fieldRef) return ` (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`;
  if (resourceFieldRef) return `${resourceValue(resourceFieldRef, resources)} (${resourceFieldRef.resource})`;
  if (secretKeyRef) {
    return `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name}'>\tOptional: ${secretKeyRef.optional === true}`;
  }
  const { key, name, optional } = configMapKeyRef ?? {};
  return `<set to the key '${key}' of config map '${name}'>\tOptional: ${optional === true}`;
}

/** Of the container itself, whichever the field names. Upstream `ExtractContainerResourceValue`. */
function resourceValue({ resource, divisor }: JsonObject, resources: NonNullable<Container['resources']>): string {
  const [list = '', name = ''] = String(resource).split('.');
  const amount = resources[list as 'limits' | 'requests']?.[name];
  const unit = divisor === undefined || divisor === '0' ? '1' : String(divisor);
  const measure = name === 'cpu' ? milliValue : wholeValue;
  const value = Math.ceil(measure(amount ?? '0') / measure(unit));
  return value === 0 && list === 'limits' && name !== 'ephemeral-storage' ? 'node allocatable' : String(value);
}

/** Volumes by their source; the text of each is upstream's. */
export function volumeLines(volumes: readonly Volume[] | undefined, space: string): Lines {
  if (!volumes?.length) return [`${space}Volumes:\t<none>`];
  const one = (volume: Volume) => [`  ${space === '' ? '' : ' '}${volume.name}:`, ...volumeSource(volume)];
  return [`${space}Volumes:`, ...volumes.flatMap(one)];
}

function fields(type: string, ...rows: readonly (readonly [string, unknown])[]): Lines {
  return [`    Type:\t${type}`, ...rows.map(([name, value]) => `    ${name}:\t${value}`)];
}

/** Where a volume's bytes are, of a pod's volume or of a PersistentVolume. */
export function volumeSource(volume: Volume): Lines {
  const { emptyDir, configMap, secret, hostPath, persistentVolumeClaim: claim, projected, downwardAPI } = volume;
  const { nfs, local } = volume as Record<string, JsonObject | undefined>;
  if (hostPath) {
    const { path, type } = hostPath;
    return fields('HostPath (bare host directory volume)', ['Path', path], ['HostPathType', type ?? '<none>']);
  }
  if (nfs) {
    const text = 'NFS (an NFS mount that lasts the lifetime of a pod)';
    return fields(text, ['Server', nfs.server], ['Path', nfs.path], ['ReadOnly', nfs.readOnly === true]);
  }
  if (local) {
    return fields('LocalVolume (a persistent volume backed by local storage on a node)', ['Path', local.path]);
  }
  if (emptyDir) {
    const { medium = '', sizeLimit = '<unset>' } = emptyDir;
    const text = "EmptyDir (a temporary directory that shares a pod's lifetime)";
    return fields(text, ['Medium', medium], ['SizeLimit', sizeLimit]);
  }
  if (secret) {
    const text = 'Secret (a volume populated by a Secret)';
    return fields(text, ['SecretName', secret.secretName], ['Optional', secret.optional === true]);
  }
  if (configMap) {
    const text = 'ConfigMap (a volume populated by a ConfigMap)';
    return fields(text, ['Name', configMap.name], ['Optional', configMap.optional === true]);
  }
  if (claim) {
    const text = 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)';
    return fields(text, ['ClaimName', claim.claimName], ['ReadOnly', claim.readOnly === true]);
  }
  if (projected) return [...fields(PROJECTED), ...((projected.sources ?? []) as readonly JsonObject[]).flatMap(part)];
  if (downwardAPI) return [...fields('DownwardAPI (a volume populated by information about the pod)'), '    Items:'];
  return ['  <unknown>'];
}

const PROJECTED = 'Projected (a volume that contains injected data from multiple sources)';

function part(source: JsonObject): Lines {
  const { secret, downwardAPI, configMap, serviceAccountToken } = source as Record<string, JsonObject | undefined>;
  if (secret) return [`    SecretName:\t${secret.name}`, `    Optional:\t${secret.optional === true}`];
  if (downwardAPI) return ['    DownwardAPI:\ttrue'];
  if (configMap) return [`    ConfigMapName:\t${configMap.name}`, `    Optional:\t${configMap.optional === true}`];
  return serviceAccountToken ? [`    TokenExpirationSeconds:\t${serviceAccountToken.expirationSeconds}`] : [];
}

/** `Tolerations:` ordered by key. */
export function tolerationLines(tolerations: readonly Toleration[] | undefined, space: string): Lines {
  const title = `${space}Tolerations:`;
  if (!tolerations?.length) return [`${title}\t<none>`];
  return [...tolerations.entries()]
    .sort(([i, a], [j, b]) => compare(a.key ?? '', b.key ?? '') || i - j)
    .map(([, toleration], index) => `${index === 0 ? title : space}\t${tolerationText(toleration)}`);
}

function tolerationText({ key = '', value = '', effect, operator, tolerationSeconds }: Toleration): string {
  const named = `${key}${value === '' ? '' : `=${value}`}${effect ? `:${effect}` : ''}`;
  const exists = operator === 'Exists' && value === '' ? (named === '' ? 'op=Exists' : ' op=Exists') : '';
  return `${named}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
}

/** `Topology Spread Constraints:`, when there are any. */
export function spreadLines(spec: PodSpec, space: string): Lines {
  return [...(spec.topologySpreadConstraints ?? []).entries()]
    .sort(([i, a], [j, b]) => compare(a.topologyKey, b.topologyKey) || i - j)
    .map(([, { topologyKey, whenUnsatisfiable, maxSkew, labelSelector }], index) => {
      const selector = labelSelector === undefined ? '' : ` for selector ${formatLabelSelector(labelSelector)}`;
      const title = index === 0 ? `${space}Topology Spread Constraints:` : space;
      return `${title}\t${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`;
    });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
