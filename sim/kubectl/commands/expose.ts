import type { Container } from '../../api/kinds/pod.ts';
import type { JsonObject, JsonValue, LabelSelector } from '../../api/meta.ts';
import { dataOf } from '../changing.ts';
import { defineCommand, fail, type Job, type Step, textFailure } from '../command.ts';
import { CREATE_FLAGS, CREATE_OTHERS, created, createOne } from '../creating.ts';
import { flag, listed } from '../flags.ts';
import { dig } from '../json.ts';
import { kindName, resourceOf } from '../resources.ts';
import { select } from '../targets.ts';
import { pairsOf } from './run.ts';

/** kubectl expose: a service for what already runs. Follows pkg/cmd/expose/expose.go. */
export const expose = defineCommand({
  name: 'expose',
  usage: 'expose (-f FILENAME | TYPE NAME) [--port=port] [--target-port=number-or-name] [--name=name] [--type=type]',
  summary: 'Take a deployment, service or pod and expose it as a new Kubernetes service',
  flags: `cluster-ip filename/f* labels/l name port protocol selector session-affinity target-port type ${CREATE_FLAGS}`,
  others: `external-ip kustomize/k load-balancer-ip override-type overrides recursive/R! ${CREATE_OTHERS}`,
  start(job) {
    const files = listed(job.args, 'filename');
    const { flags } = job.args;
    const selection = select(
      { ...job, args: { ...job.args, flags: { ...flags, selector: '' } } },
      { allowsAll: false },
    );
    if ('error' in selection) return fail(selection.error);
    const { targets, failures } = selection;
    if (targets.length > 1 && files.length === 0) return fail('expose takes one object at a time here');
    return { failure: failures, visit: { targets, fetch: 'get', stopOnFailure: true } };
  },
  stages: {
    item(job): Step {
      const service = serviceOf(job);
      if (typeof service === 'string') return { failure: textFailure(service), exit: 1 };
      return createOne(job, service, 'kubectl-expose', false, 'exposed');
    },
    created: created(undefined, 'exposed'),
  },
});

const EXPOSABLE = ['pods', 'services', 'deployments', 'replicasets', 'replicationcontrollers'];

function serviceOf(job: Job): JsonObject | string {
  const { args, item } = job;
  const { plural } = item.target;
  if (!EXPOSABLE.includes(plural)) return `cannot expose a ${kindTitle(plural)}`;
  const selector = selectorOf(job);
  if (typeof selector === 'string')
    return `couldn't retrieve selectors via --selector flag or introspection: ${selector}`;
  const ports = portsOf(job);
  if (ports.length === 0 && flag(args, 'cluster-ip') !== 'None') {
    return "couldn't find port via --port flag or introspection";
  }
  const target = flag(args, 'target-port');
  const labels = pairsOf(flag(args, 'labels'));
  const own = dig(dataOf(job), 'metadata', 'labels');
  const shown = typeof labels === 'string' ? own : labels;
  const clusterIP = flag(args, 'cluster-ip');
  const affinity = flag(args, 'session-affinity');
  const type = flag(args, 'type');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      creationTimestamp: null,
      ...(shown === undefined ? {} : { labels: shown }),
      name: flag(args, 'name') || item.name,
    },
    spec: {
      ...(clusterIP === '' ? {} : { clusterIP }),
      ports: ports.map(({ port, protocol }, index) => ({
        ...(ports.length > 1 ? { name: `port-${index + 1}` } : {}),
        port,
        protocol: flag(args, 'protocol') || protocol,
        targetPort: target === '' ? port : /^\d+$/.test(target) ? Number(target) : target,
      })),
      selector,
      ...(affinity === '' ? {} : { sessionAffinity: affinity }),
      ...(type === '' ? {} : { type }),
    },
    status: { loadBalancer: {} },
  };
}

function kindTitle(plural: string): string {
  const resource = resourceOf(plural);
  return resource.group === '' ? resource.kind : kindName(resource).replace(/^\w+/, resource.kind);
}

function selectorOf(job: Job): Readonly<Record<string, string>> | string {
  const given = flag(job.args, 'selector');
  if (given !== '') return pairsOf(given);
  const object = dataOf(job);
  const { plural } = job.item.target;
  if (plural === 'pods') {
    const labels = dig(object, 'metadata', 'labels') as Readonly<Record<string, string>> | undefined;
    return labels ?? 'the pod has no labels and cannot be exposed';
  }
  if (plural === 'services' || plural === 'replicationcontrollers') {
    const selector = dig(object, 'spec', 'selector') as Readonly<Record<string, string>> | undefined;
    return selector ?? 'the service has no pod selector set';
  }
  const { matchLabels, matchExpressions } = (dig(object, 'spec', 'selector') ?? {}) as LabelSelector;
  if (matchExpressions?.length) return "couldn't convert expressions to map-based selector format";
  return matchLabels ?? 'invalid deployment: no selectors, therefore cannot be exposed';
}

interface Port {
  readonly port: number;
  readonly protocol: string;
}

function portsOf(job: Job): readonly Port[] {
  const object = dataOf(job);
  const containers = (dig(object, 'spec', 'template', 'spec', 'containers') ??
    dig(object, 'spec', 'containers') ??
    []) as JsonValue;
  const found: Port[] = [];
  const add = (port: number, protocol = 'TCP') => {
    if (!found.some((known) => known.port === port)) found.push({ port, protocol });
  };
  for (const { ports = [] } of containers as unknown as readonly Container[]) {
    for (const { containerPort, protocol } of ports) add(containerPort, protocol);
  }
  for (const one of (dig(object, 'spec', 'ports') ?? []) as unknown as readonly Port[]) add(one.port, one.protocol);
  const given = flag(job.args, 'port');
  if (given === '') return found;
  return given.split(',').map((text) => {
    const port = Number(text);
    return { port, protocol: found.find((known) => known.port === port)?.protocol ?? 'TCP' };
  });
}
