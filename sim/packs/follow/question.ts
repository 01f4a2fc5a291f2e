import type { Pod } from '../../api/kinds/pod.ts';
import type { Service } from '../../api/kinds/service.ts';
import type { Peek } from '../../view/peek.ts';

/** Which request is followed: from a pod, to a name or an address, and how many others are sent after it. */
export interface FollowQuestion {
  /** `default/truck` */
  readonly from: string;
  /** `web:80`, `10.96.0.80:80`, `web.shop.svc.cluster.local:80` */
  readonly to: string;
  /** Requests of the stream; 0 for none. */
  readonly stream: number;
}

/** Where requests may come from and go to now. */
export interface Ends {
  /** Pods that have an address and a node. */
  readonly pods: readonly { readonly pod: string; readonly node: string }[];
  /** Services with a port, as `web:80`, and of other namespaces as `web.shop:80`. */
  readonly services: readonly string[];
}

/** Where requests may come from and go to. */
export function endsOf(peek: Peek): Ends {
  const pods = (peek.objects('pods') as readonly Pod[]).flatMap(({ metadata, spec, status }) => {
    const isThere = spec.nodeName !== undefined && status?.podIP !== undefined && status.phase === 'Running';
    return isThere ? [{ pod: `${metadata.namespace}/${metadata.name}`, node: spec.nodeName ?? '' }] : [];
  });
  const services = (peek.objects('services') as readonly Service[]).flatMap(({ metadata, spec }) => {
    const { name, namespace } = metadata;
    const host = namespace === 'default' ? name : `${name}.${namespace}`;
    return (spec.ports ?? []).map(({ port }) => `${host}:${port}`);
  });
  return { pods, services };
}

/** A name or an address, and a port; undefined when the text is none. */
export function parseTarget(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host = '', digits = ''] =
    /^(?:http:\/\/)?([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?):(\d{1,5})\/?$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  return port < 1 || port > 65_535 ? undefined : { host, port };
}
