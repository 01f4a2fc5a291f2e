import { decode, decodeError } from '../api/decode.ts';
import { type Pod, pods } from '../api/kinds/pod.ts';
import { type JsonObject, type JsonValue, type ObjectMeta, rfc3339 } from '../api/meta.ts';
import { canonicalJson, fnv32a } from '../api/names.ts';
import { qosClass } from '../api/podspec/qos.ts';
import { sourcesNamed } from '../api/podspec/references.ts';
import { renderFieldError } from '../api/status.ts';
import type { Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';

/** What the pod's definition was when it was read; also its uid. */
export const CONFIG_HASH = 'kubernetes.io/config.hash';
const CONFIG_SEEN = 'kubernetes.io/config.seen';
const CONFIG_SOURCE = 'kubernetes.io/config.source';

/** A pod that stands in a file, as this node runs it. */
export interface FromFile {
  readonly uid: string;
  readonly pod: Pod;
}

/**
 * The pod of a manifest; a text is why it is none. It stays whatever the node's taints say, and may name no other
 * object of the API. Upstream: `config/common.go` applyDefaults and tryDecodeSinglePod.
 */
export function podOfFile(node: string, file: string, document: Value): FromFile | string {
  const given = document as JsonObject | null;
  if (given?.['kind'] !== 'Pod' || given['apiVersion'] !== 'v1') return 'invalid pod: the file holds none';
  const { object, problems } = decode(given as JsonValue, pods.schema);
  const wrong = decodeError(problems, false);
  if (wrong !== undefined) return wrong;
  const bare = pods.defaults(object as unknown as Pod);
  const text = `host:${node}file:/etc/kubernetes/manifests/${file}${canonicalJson(bare as unknown as JsonValue)}`;
  const uid = bare.metadata?.uid ?? digest(text);
  const { metadata = { name: '' }, spec } = bare;
  const tolerations = [...(spec?.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' } as const];
  const pod: Pod = {
    ...bare,
    metadata: { ...named(metadata, node), uid, annotations: { ...metadata.annotations, [CONFIG_HASH]: uid } },
    spec: { ...spec, nodeName: node, tolerations },
    status: { phase: 'Pending', qosClass: qosClass(spec) },
  };
  const [error] = [...pods.validate(pod), ...(pods.refusals?.(pod) ?? [])];
  if (error !== undefined) return `invalid pod: ${renderFieldError(error)}`;
  const reference = sourcesNamed(pod)[0];
  return reference === undefined ? { uid, pod } : `static pods may not reference ${reference}`;
}

/** The pod with the moment in which kubelet has first seen it. */
export function seenAt(pod: Pod, now: Millis): Pod {
  const fraction = String(Math.floor(now) - Math.floor(now / 1000) * 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  const seen = rfc3339(now).replace('Z', `${fraction === '' ? '' : `.${fraction}`}Z`);
  const annotations = { ...pod.metadata.annotations, [CONFIG_SEEN]: seen, [CONFIG_SOURCE]: 'file' };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

function named(metadata: ObjectMeta, node: string): ObjectMeta {
  const { namespace = 'default', name } = metadata;
  return { ...metadata, name: `${name}-${node.toLowerCase()}`, namespace };
}

/** 32 hexadecimal digits. */
function digest(text: string): string {
  return [1, 2, 3, 4].map((part) => fnv32a(`${part}${text}`).toString(16).padStart(8, '0')).join('');
}
