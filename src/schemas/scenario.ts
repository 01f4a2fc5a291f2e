import { z } from 'zod';
import type { ScenarioFile } from '../../sim/index.ts';

const duration = z.string().regex(/^(\d+(\.\d+)?(h|ms|m|s))+$/, 'a duration such as 20s, 5m or 1500ms');
const labels = z.record(z.string(), z.string());

const proxyMode = z.enum(['iptables', 'nftables', 'ipvs']);

const signal = z.enum(['memory.available', 'nodefs.available', 'imagefs.available']);
const thresholds = z.partialRecord(
  signal,
  z.string().regex(/^\d+(\.\d+)?(%|[KMG]i?)?$/, 'an amount such as 100Mi, or a share such as 10%'),
);

const node = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'lower-case letters, digits and dashes')
    .describe('Its name.'),
  cpu: z
    .union([
      z.string(),
      z.number().max(128, {
        error: ({ input }) => `${input} is ${input} whole CPUs: write ${input}m, or put it in quotes if you mean it`,
      }),
    ])
    .optional()
    .describe('CPUs: 2, or 1500m.'),
  memory: z.string().optional().describe('Memory: 4Gi.'),
  disk: z.string().optional().describe('The disk of images and of what containers write: 20Gi.'),
  pods: z.number().int().positive().optional().describe('Most pods it takes.'),
  labels: labels.optional().describe('Labels beside the usual ones.'),
  taints: z
    .array(
      z.strictObject(
        {
          key: z.string().describe('What a toleration has to name.'),
          value: z.string().optional().describe('What a toleration with the operator Equal has to name as well.'),
          effect: z
            .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
            .describe('What becomes of pods without a toleration.'),
        },
        // kubectl spells a taint in one word; a file does not.
        {
          error: ({ code }) =>
            code === 'invalid_type' ? 'a taint is not one word here: it has key, value and effect' : undefined,
        },
      ),
    )
    .optional()
    .describe('Taints it has from the start.'),
  kubelet: z
    .strictObject({
      evictionHard: thresholds.optional().describe('memory.available: 100Mi, nodefs.available: 10% and so on.'),
      evictionSoft: thresholds.optional().describe('Thresholds that count only after their grace period.'),
      evictionSoftGracePeriod: z
        .partialRecord(signal, duration)
        .optional()
        .describe('How long each soft threshold may be crossed.'),
      evictionPressureTransitionPeriod: duration
        .optional()
        .describe('How long pressure is reported after it. Default 5m.'),
      evictionMaxPodGracePeriod: z
        .number()
        .int()
        .optional()
        .describe('Grace, in seconds, at soft thresholds. Default 0.'),
    })
    .optional()
    .describe('Fields of its KubeletConfiguration.'),
  manifests: z
    .record(
      z.string().regex(/^[a-z0-9][-a-z0-9.]*\.(ya?ml|json)$/, 'a file name such as web.yaml'),
      z.looseObject({
        apiVersion: z.literal('v1').describe('v1.'),
        kind: z.literal('Pod').describe('Pod; metadata and spec stand beside it.'),
      }),
    )
    .optional()
    .describe('Static pods: files of /etc/kubernetes/manifests by name, which its kubelet runs by itself.'),
  runtime: z
    .enum(['containerd', 'cri-o', 'docker'])
    .optional()
    .describe('Its container runtime; docker is Docker Engine behind cri-dockerd. Default containerd.'),
  proxyMode: proxyMode.optional().describe('How its kube-proxy writes rules, if not as the others.'),
});

const percentage = z.number().int().min(0).max(100).optional();
const plugin = z.string().regex(/^(\*|[A-Z][A-Za-z]+)$/, 'the name of a plugin, such as NodeResourcesFit');
const pluginSet = z
  .strictObject({
    enabled: z
      .array(
        z.strictObject({
          name: plugin.describe('As NodeResourcesFit.'),
          weight: z.number().int().min(1).max(100).optional().describe('Multiplies its score.'),
        }),
      )
      .optional()
      .describe('Plugins with a weight of their own, or that stay where others go.'),
    disabled: z
      .array(z.strictObject({ name: plugin.describe('As ImageLocality, or * for all.') }))
      .optional()
      .describe('Plugins that take no part.'),
  })
  .optional();

const schedulerSchema = z.strictObject({
  percentageOfNodesToScore: percentage.describe('Of all nodes, in percent; 0 for the share that adapts.'),
  profiles: z
    .array(
      z.strictObject({
        schedulerName: z.string().optional().describe('Which pods it is for. Default: default-scheduler.'),
        percentageOfNodesToScore: percentage.describe('The same for this profile alone.'),
        plugins: z
          .strictObject({
            multiPoint: pluginSet.describe('At all extension points.'),
            score: pluginSet.describe('Only where nodes are scored.'),
          })
          .optional()
          .describe('What differs from the default plugins.'),
        pluginConfig: z
          .array(
            z.strictObject({
              name: z.enum(['NodeResourcesFit', 'InterPodAffinity']).describe('The plugin.'),
              args: z.record(z.string(), z.any()).describe('Its arguments.'),
            }),
          )
          .optional()
          .describe('Arguments of plugins.'),
      }),
    )
    .min(1)
    .optional()
    .describe('Profiles, each with a name of its own.'),
});

/** A scenario file: the cluster as the reader finds it. */
export const scenarioSchema = z.strictObject({
  extends: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'the name of another scenario of the lesson')
    .optional()
    .describe('Another scenario beside the lesson; what is said here replaces or adds to what it says.'),
  from: z
    .string()
    .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'the address of a lesson, such as control-plane/etcd')
    .optional()
    .describe('Another lesson: its cluster after the last Do of its page. Only title and faults can stand beside it.'),
  title: z.string().optional().describe('A short name for people.'),
  seed: z.number().int().nonnegative().optional().describe('Decides all chance: names, latencies, choices. Default 1.'),
  nodes: z
    .union([z.number().int().min(1).max(5000), z.array(node).min(1)])
    .optional()
    .describe('How many nodes, or each one. Default 3 of 2 CPUs and 4Gi.'),
  etcd: z
    .strictObject({
      members: z.union([z.literal(1), z.literal(3), z.literal(5)]).describe('How many members vote: 1, 3 or 5.'),
      snapshotCount: z.number().int().positive().optional().describe('Entries between Raft snapshots. Default 10,000.'),
      quotaBytes: z.number().int().positive().optional().describe('Most bytes of the database. Default 2 GiB.'),
    })
    .optional()
    .describe(
      'The members of etcd. Default three: etcd-0, etcd-1 and etcd-2, each on a machine of that name. One is called etcd, beside the API server.',
    ),
  apiServers: z
    .union([z.literal(1), z.literal(2), z.literal(3)])
    .optional()
    .describe(
      'How many API servers, with as many schedulers and controller managers. Default 1. Of several, kube-apiserver-1 and so on stand on machines control-plane-1 and so on, behind the process load-balancer on a machine of that name.',
    ),
  timings: z
    .strictObject({
      nodeMonitorGracePeriod: duration.optional().describe('Silence after which a node is NotReady. Default 50s.'),
      nodeMonitorPeriod: duration.optional().describe('How often nodes are looked at. Default 5s.'),
      defaultToleration: z
        .string()
        .regex(/^(\d+(h|m|s))+$/, 'whole seconds, such as 30s or 5m')
        .optional()
        .describe('How long pods stay on a node that is NotReady or unreachable. Default 300s.'),
      etcdElectionTimeout: z
        .string()
        .regex(/^([5-9]00ms|[1-9]\d+00ms|[1-9]\d*(\.\d)?s)$/, 'heartbeats of 100ms, five at least: 500ms or 1.5s')
        .optional()
        .describe('Silence after which a member of etcd stands for election. Default 1s.'),
      etcdFsync: duration.optional().describe('One disk write of etcd. Default 2ms.'),
      podWatchLag: duration.optional().describe('How late news of pods reaches the reader’s controller in a lab.'),
    })
    .optional()
    .describe('Timings other than the defaults of Kubernetes.'),
  network: z
    .strictObject({
      localMs: z.number().int().nonnegative().optional().describe('Between processes of a machine.'),
      latencyMs: z.number().int().nonnegative().optional().describe('Between machines.'),
      jitterMs: z.number().int().nonnegative().optional().describe('Added at random, at most this.'),
      lossPerMille: z.number().int().min(0).max(1000).optional().describe('Messages lost, of a thousand.'),
    })
    .optional()
    .describe('How long messages travel.'),
  images: z.array(z.string()).optional().describe('Images already on every node.'),
  registry: z
    .strictObject({
      megabytesPerSecond: z.number().positive().describe('Of an image, compressed; unpacking included. Default 50.'),
    })
    .optional()
    .describe('How fast images come.'),
  proxyMode: proxyMode.optional().describe('How kube-proxy writes its rules. Default iptables.'),
  addons: z
    .array(z.enum(['dns', 'network-policy', 'cloud', 'provisioner', 'metrics-server', 'extensions']))
    .optional()
    .describe(
      'Processes besides: CoreDNS, a network plugin that enforces NetworkPolicies, a cloud that gives load balancers their addresses, a provisioner that makes volumes; and extensions: CustomResourceDefinitions and ValidatingAdmissionPolicies.',
    ),
  scheduler: schedulerSchema
    .optional()
    .describe('The configuration of kube-scheduler, as in KubeSchedulerConfiguration.'),
  lab: z
    .enum(['replicaset-controller', 'score-plugin', 'operator', 'vote', 'kube-proxy'])
    .optional()
    .describe('What the reader builds here: its process runs in place of the part of Kubernetes.'),
  users: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z0-9]([-a-z0-9.@]*[a-z0-9])?$/, 'a name such as dev')
          .describe('The user’s name, and of the context that acts as the user.'),
        groups: z.array(z.string()).optional().describe('Groups in the certificate.'),
        namespace: z.string().optional().describe('The namespace of the context. Default: default.'),
        role: z.string().optional().describe('A ClusterRole bound to the user in that namespace: view, edit, admin.'),
        token: z
          .string()
          .optional()
          .describe('A token instead of a certificate; one that nobody has signed is refused.'),
      }),
    )
    .optional()
    .describe('Who can be chosen with `kubectl config use-context`, beside the administrator.'),
  objects: z
    .array(
      z.looseObject({
        apiVersion: z.string().describe('As in a manifest: apps/v1.'),
        kind: z.string().describe('As in a manifest; metadata, spec and the rest stand beside it.'),
      }),
    )
    .optional()
    .describe('Created at boot.'),
  faults: z
    .array(
      z.strictObject({
        at: z
          .string()
          .regex(/^-(\d+(\.\d+)?(h|ms|m|s))+$/, 'a time before the start, such as -7m')
          .describe('How long before the reader’s start.'),
        fault: z.string().describe('`kill node/node-b`, or a line typed at the terminal.'),
      }),
    )
    .optional()
    .describe('What broke, and what was typed, before the reader came.'),
});

/** The YAML of a scenario, checked. */
export function readScenario(
  data: unknown,
): { readonly scenario: ScenarioFile } | { readonly issues: readonly z.core.$ZodIssue[] } {
  const parsed = scenarioSchema.safeParse(data ?? {});
  return parsed.success ? { scenario: parsed.data as ScenarioFile } : { issues: parsed.error.issues.flatMap(meant) };
}

/** Where two forms are allowed, what is wrong with the one that was begun: a list of nodes is no number of nodes. */
function meant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const begun = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0)) ?? [];
  if (begun.length === 0) return [issue];
  return begun.flatMap((inner) => meant({ ...inner, path: [...issue.path, ...inner.path] }));
}
