/** A part of the simulator that is loaded by itself. */
interface Pack {
  /** Whether every cluster has it: then those that are no such part lean on it, and find its code there. */
  readonly isStanding?: true;
  /** Packs that are there when this one is. */
  readonly on?: readonly string[];
  /** Its folders, ending in `/`, and its files, below `sim/`. */
  readonly files: string;
}

/**
 * The packs, by name. A file is in the first that names it; what none names is the base, with which the simulation
 * thread starts. What a control loop hears of pods and nodes stands with the other loops: every cluster hears of them.
 */
export const packs: Readonly<Record<string, Pack>> = {
  sets: {
    files: `api/kinds/controllerrevision api/kinds/daemonset api/kinds/replicationcontroller api/kinds/statefulset
      controllers/daemonset/daemonset controllers/daemonset/nodes controllers/daemonset/plan
      controllers/daemonset/status controllers/history controllers/statefulset/claims
      controllers/statefulset/identity controllers/statefulset/plan controllers/statefulset/statefulset
      controllers/statefulset/status`,
  },
  jobs: {
    files: `api/batch/ api/kinds/cronjob api/kinds/job api/schemas/batchschemas controllers/cronjob/
      controllers/job/backoff controllers/job/indexes controllers/job/job controllers/job/manage
      controllers/job/policies controllers/job/track controllers/job/verdict controllers/job/view
      controllers/ttlafterfinished runtime/programs/batchjob runtime/programs/perl`,
  },
  autoscaling: {
    files: `api/autoscaling/ api/kinds/apiservice api/kinds/horizontalpodautoscaler controllers/podautoscaler/ metrics/
      packs/metricsobjects`,
  },
  storage: {
    files: `api/kinds/persistentvolume api/kinds/persistentvolumeclaim api/kinds/storageclass
      api/schemas/storageschemas api/volumes/ apiserver/admission/defaultstorageclass
      apiserver/admission/persistentvolumeclaimresize controllers/volume/claims controllers/volume/storage
      controllers/volume/volumes`,
  },
  quota: { files: 'api/kinds/limitrange api/kinds/resourcequota api/quota/' },
  eviction: {
    files: `api/kinds/poddisruptionbudget apiserver/evict kubelet/eviction/ranking kubelet/eviction/thresholds
      kubelet/imagegc scheduler/preemption/choice scheduler/preemption/victims`,
  },
  network: {
    files: `api/kinds/ingress api/kinds/ingressclass api/kinds/networkpolicy api/networking/
      api/schemas/networkingschemas apiserver/admission/defaultingressclass net/policy/ net/dns/
      net/netfilter/resolve packs/dnsobjects runtime/programs/coredns`,
  },
  cloud: { files: 'cloud/ packs/cloudobjects' },
  runtimes: { files: 'runtime/cridockerd runtime/dialects' },
  modes: {
    files:
      'net/netfilter/iptablessave net/netfilter/ipvs net/netfilter/nftables net/netfilter/nftlist net/netfilter/print',
  },
  nodeparts: {
    files: 'kubelet/exec kubelet/hooks kubelet/initcontainers kubelet/logs kubelet/manifestfile runtime/execs',
  },
  programs: {
    files: `runtime/programs/agnhost runtime/programs/api runtime/programs/compileshell runtime/programs/crasher
      runtime/programs/daemon runtime/programs/database runtime/programs/hoarder runtime/programs/leaker
      runtime/programs/loadgenerator runtime/programs/nslookup runtime/programs/phpapache runtime/programs/queue runtime/programs/shell
      runtime/programs/slowstarter runtime/programs/stress runtime/programs/worker`,
  },
  access: { files: 'api/rbac/covers apiserver/review' },
  services: {
    files: `api/kinds/endpoints api/kinds/endpointslice api/kinds/service api/servicespec/
      controllers/endpoints/capacity controllers/endpoints/endpoints controllers/endpoints/mirroring
      controllers/endpointslice/endpointslice controllers/endpointslice/endpoints controllers/endpointslice/slices
      controllers/endpointslice/topology net/forwarding net/kubeproxy/categorizeendpoints
      net/kubeproxy/servicerules net/netfilter/blocks net/netfilter/chainnames net/netfilter/conntrack
      net/netfilter/iptables net/netfilter/names net/netfilter/rule net/netfilter/sha256
      net/netfilter/traceline net/netfilter/walk runtime/outgoing runtime/programs/client runtime/sockets`,
  },
  mirroring: { files: 'controllers/endpoints/mirrors' },
  deployments: {
    files:
      'api/kinds/deployment api/kinds/replicaset client/expectations controllers/deployment/ controllers/replicaset/',
  },
  member: { files: 'etcd/image etcd/operator etcd/peers etcd/restore' },
  extensions: { files: 'api/extensions/ apiserver/extensions/policies packs/celrules' },
  lab: {
    files:
      'client/program controllers/lab/ etcd/lab/ net/kubeproxy/labproxy scheduler/lab/labplugin scheduler/lab/recorded',
  },
  discovery: { files: 'apiserver/discovery' },
  texts: {
    files: `api/openapi api/texts/anywhere api/texts/cluster api/texts/index api/texts/meta api/texts/pods
      api/texts/read api/texts/volumes kubectl/commands/explain`,
  },
  describe: { on: ['kubectl'], files: 'kubectl/describe/ kubectl/commands/describe kubectl/rulerows' },
  templates: { on: ['kubectl'], files: 'kubectl/template/' },
  rollout: {
    on: ['kubectl'],
    files: `kubectl/commands/revisions kubectl/commands/rollouthistory
      kubectl/commands/rolloutrestart kubectl/commands/rolloutstatus kubectl/commands/setimage`,
  },
  rights: {
    on: ['kubectl'],
    files: `kubectl/commands/accessgenerators kubectl/commands/auth kubectl/commands/clusterinfo
      kubectl/commands/config kubectl/commands/configentries kubectl/commands/createtoken kubectl/commands/policygenerators`,
  },
  visits: {
    on: ['kubectl'],
    files: `kubectl/commands/cordon kubectl/commands/drain kubectl/commands/exec kubectl/commands/logs
      kubectl/commands/taint kubectl/commands/top kubectl/remote/crictl kubectl/remote/docker kubectl/remote/manifests`,
  },
  commands: {
    on: ['kubectl'],
    files: `api/patch/jsonpatch kubectl/commands/autoscale kubectl/commands/batchgenerators
      kubectl/commands/createingress kubectl/commands/events kubectl/commands/expose kubectl/commands/label
      kubectl/commands/literaldata kubectl/commands/patch kubectl/commands/viewlastapplied kubectl/commands/wait
      kubectl/yamlwriter`,
  },
  editing: {
    on: ['kubectl'],
    files: `kubectl/commands/diff kubectl/commands/edit kubectl/commands/replace kubectl/commands/setenv
      kubectl/commands/setresources kubectl/commands/setselector kubectl/commands/setserviceaccount
      kubectl/commands/setsubject kubectl/podtemplate kubectl/unified`,
  },
  etcdctl: { on: ['kubectl'], files: 'etcdctl/' },
  api: { isStanding: true, files: 'api/ client/' },
  etcd: { isStanding: true, files: 'etcd/ raft/' },
  apiserver: { isStanding: true, files: 'apiserver/' },
  scheduler: { isStanding: true, files: 'scheduler/' },
  controllers: { isStanding: true, files: 'controllers/' },
  kubelet: { isStanding: true, files: 'kubelet/ runtime/ net/' },
  view: {
    isStanding: true,
    files: `scenario/ahead scenario/duration scenario/expression scenario/goals scenario/manifestcheck scenario/plan
      scenario/scenario scenario/telling scenario/terminals scenario/tracker view/`,
  },
  kubectl: { files: 'api/patch/strategicdiff kubectl/' },
};

const names = Object.keys(packs);
/** Those that every cluster has. */
export const standing = names.filter((name) => packs[name]?.isStanding);

/** What is in no pack although its folder is: chunks that the thread itself asks for bring it. */
const OUTSIDE = `api/texts/added kubectl/manifest scheduler/counterfactual/ scheduler/explain scheduler/facts
  view/differences view/lanes view/timeline view/timescale view/why/`;

/** The pack of a file; '' for the base, and for what such a chunk brings. */
export function packOf(path: string): string {
  return isAmong(OUTSIDE, path) ? '' : (names.find((name) => isAmong(packs[name]?.files ?? '', path)) ?? '');
}

function isAmong(files: string, path: string): boolean {
  return files
    .split(/\s+/)
    .some((file) => path === `sim/${file}.ts` || (file.endsWith('/') && path.startsWith(`sim/${file}`)));
}

/** Packs that are there whenever this one is: it calls their functions without a stub. */
export function leansOn(pack: string): readonly string[] {
  const { isStanding, on = [] } = packs[pack] ?? {};
  if (pack === 'api' || pack === '') return [];
  if (isStanding || pack === 'kubectl') return ['api'];
  return on.length > 0 ? [...on, 'api'] : standing;
}
