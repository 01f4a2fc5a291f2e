import { between, dns1123LabelErrors, dns1123SubdomainErrors } from '../formats.ts';
import type { Container, Pod, PodSpec, Toleration, Volume } from '../kinds/pod.ts';
import type { Labels } from '../meta.ts';
import { sameJson } from '../resource.ts';
import {
  duplicate,
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  nonNegative,
  oneOf,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';
import { validateContainers, validateInitContainers } from './containers.ts';
import { podParts } from './parts.ts';
import { validateScheduling } from './scheduling.ts';

/** A pod on create, or on update with the stored one; upstream ValidatePodCreate and ValidatePodUpdate. */
export function validatePod(pod: Pod, old?: Pod): Errors {
  const errors = [...validateMeta(pod.metadata, true, subdomainName), ...validatePodSpec(pod.spec, 'spec')];
  const { annotations = {} } = pod.metadata;
  if (old !== undefined) {
    const mirror = validateMirrorUpdate(annotations, old.metadata.annotations ?? {});
    return [...errors, ...mirror, ...validateSpecUpdate(pod.spec, old.spec)];
  }
  return [...errors, ...podParts.flatMap(({ validateCreate }) => validateCreate?.(pod) ?? [])];
}

const MIRROR = 'kubernetes.io/config.mirror';
const MIRROR_FIELD = `metadata.annotations[${MIRROR}]`;

/** Whether a pod is a mirror, and of what, is said once. */
function validateMirrorUpdate({ [MIRROR]: now }: Labels, { [MIRROR]: before }: Labels): Errors {
  if (now === before) return [];
  const what = before === undefined ? 'add' : 'remove or update';
  return [forbiddenField(MIRROR_FIELD, `may not ${what} mirror pod annotation`)];
}

/** The spec of a pod or template, in upstream's order of checks. `at` is `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: PodSpec, at: string): Errors {
  const deadline = spec.activeDeadlineSeconds;
  const deadlineRange = between(1, 2_147_483_647);
  return [
    ...volumes(spec.volumes ?? [], `${at}.volumes`),
    ...validateContainers(spec, `${at}.containers`),
    ...validateInitContainers(spec, `${at}.initContainers`),
    ...oneOf(`${at}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...oneOf(`${at}.dnsPolicy`, spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...validateScheduling(spec, at),
    ...name(spec.serviceAccountName, `${at}.serviceAccountName`, dns1123SubdomainErrors),
    ...name(spec.nodeName, `${at}.nodeName`, dns1123SubdomainErrors),
    ...(deadline !== undefined && deadline < 1
      ? [invalidValue(`${at}.activeDeadlineSeconds`, deadline, deadlineRange)]
      : []),
    ...name(spec.hostname, `${at}.hostname`, dns1123LabelErrors),
    ...name(spec.subdomain, `${at}.subdomain`, dns1123LabelErrors),
    ...name(spec.priorityClassName, `${at}.priorityClassName`, dns1123SubdomainErrors),
    ...nonNegative(`${at}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds),
  ];
}

function name(value: string | undefined, field: string, check: (text: string) => readonly string[]): Errors {
  return value ? invalidEach(field, value, check(value)) : [];
}

function volumes(list: readonly Volume[], field: string): Errors {
  return list.flatMap((volume, index) => {
    const at = `${field}[${index}]`;
    const [first, ...others] = Object.keys(volume).filter((key) => key !== 'name' && volume[key] !== undefined);
    const isRepeated = list.findIndex((other) => other.name === volume.name) < index;
    return [
      ...(first === undefined ? [required(at, 'must specify a volume type')] : []),
      ...others.map((source) => forbiddenField(`${at}.${source}`, 'may not specify more than 1 volume type')),
      ...(volume.name
        ? invalidEach(`${at}.name`, volume.name, dns1123LabelErrors(volume.name))
        : [required(`${at}.name`)]),
      ...(isRepeated ? [duplicate(`${at}.name`, volume.name)] : []),
    ];
  });
}

/** Upstream appends a dump of the difference after this text; it is left out here. */
const MAY_NOT_CHANGE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function validateSpecUpdate(next: PodSpec, old: PodSpec): Errors {
  if (next.containers.length !== old.containers.length) {
    return [forbiddenField('spec.containers', 'pod updates may not add or remove containers')];
  }
  let munged: PodSpec = {
    ...next,
    containers: oldImages(next.containers, old.containers),
    ...(next.initContainers && { initContainers: oldImages(next.initContainers, old.initContainers ?? []) }),
    tolerations: old.tolerations,
    activeDeadlineSeconds: old.activeDeadlineSeconds,
  };
  const errors = [...tolerationUpdate(next.tolerations ?? [], old.tolerations ?? []), ...deadlineUpdate(next, old)];
  for (const { validateUpdate } of podParts) {
    const found = validateUpdate?.(munged, old);
    errors.push(...(found?.errors ?? []));
    munged = found?.spec ?? munged;
  }
  return sameJson(munged, old) ? errors : [...errors, forbiddenField('spec', MAY_NOT_CHANGE)];
}

function oldImages(next: readonly Container[], old: readonly Container[]): readonly Container[] {
  return next.map((container, index) => ({ ...container, image: old[index]?.image }));
}

/** Tolerations may be added, and the seconds of old ones changed; nothing else. */
function tolerationUpdate(next: readonly Toleration[], old: readonly Toleration[]): Errors {
  const bare = ({ tolerationSeconds: _seconds, ...rest }: Toleration): Toleration => rest;
  const isKept = old.every((toleration) => next.some((other) => sameJson(bare(other), bare(toleration))));
  if (isKept) return [];
  return [forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function deadlineUpdate(next: PodSpec, old: PodSpec): Errors {
  const field = 'spec.activeDeadlineSeconds';
  const [value, before] = [next.activeDeadlineSeconds, old.activeDeadlineSeconds];
  if (before === undefined || value === before) return [];
  if (value === undefined) return [invalidValue(field, null, 'must not update from a positive integer to nil value')];
  if (value <= before) return [];
  return [invalidValue(field, value, `must be less than or equal to previous value`)];
}
