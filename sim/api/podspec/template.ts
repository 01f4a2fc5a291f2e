import type { PodTemplateSpec } from '../kinds/pod.ts';
import type { LabelSelector } from '../meta.ts';
import { matchesLabelSelector } from '../selector.ts';
import {
  type Errors,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  validateAnnotations,
  validateLabelSelector,
  validateLabels,
} from '../validate.ts';
import { validatePodSpec } from './validation.ts';

/** `spec.selector` of a Deployment or another owner of pods: there, well-formed, and not empty. */
export function validateSelector(selector: LabelSelector | undefined, owner = 'deployment'): Errors {
  if (selector === undefined) return [required('spec.selector')];
  const isEmpty =
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
  return [
    ...validateLabelSelector(selector, 'spec.selector'),
    ...(isEmpty ? [invalidValue('spec.selector', selector, `empty selector is invalid for ${owner}`)] : []),
  ];
}

/** The template of a Deployment or another owner of pods, as upstream ValidatePodTemplateSpecForReplicaSet. */
export function validateTemplate(
  template: PodTemplateSpec,
  selector: LabelSelector | undefined,
  owner = 'ReplicaSet',
): Errors {
  const { metadata, spec } = template;
  const isEmpty =
    selector !== undefined &&
    Object.keys({ ...selector.matchLabels }).length === 0 &&
    (selector.matchExpressions ?? []).length === 0;
  const isForeign = !isEmpty && !matchesLabelSelector(selector, metadata?.labels);
  const mismatch = '`selector` does not match template `labels`';
  return [
    ...(isForeign ? [invalidValue('spec.template.metadata.labels', metadata?.labels ?? null, mismatch)] : []),
    ...validateLabels(metadata?.labels, 'spec.template.labels'),
    ...validateAnnotations(metadata?.annotations, 'spec.template.annotations'),
    ...validatePodSpec(spec, 'spec.template.spec'),
    ...(spec.restartPolicy !== 'Always'
      ? [notSupported('spec.template.spec.restartPolicy', spec.restartPolicy ?? '', ['Always'])]
      : []),
    ...(spec.activeDeadlineSeconds !== undefined
      ? [
          forbiddenField(
            'spec.template.spec.activeDeadlineSeconds',
            `activeDeadlineSeconds in ${owner} is not Supported`,
          ),
        ]
      : []),
  ];
}

/** The CONTAINERS cell. */
export function containerNames(template: PodTemplateSpec): string {
  return template.spec.containers.map((container) => container.name).join(',');
}

/** The IMAGES cell. */
export function containerImages(template: PodTemplateSpec): string {
  return template.spec.containers.map((container) => container.image ?? '').join(',');
}
