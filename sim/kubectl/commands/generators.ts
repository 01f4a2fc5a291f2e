import type { JsonObject } from '../../api/meta.ts';
import { generateName } from '../../api/names.ts';
import { wrapped } from '../changing.ts';
import { type Command, defineCommand, fail, type Job, type Step } from '../command.ts';
import { CREATE_FLAGS, CREATE_OTHERS, created, createOne, metadataOf, oneName } from '../creating.ts';
import { flag, listed } from '../flags.ts';
import { literalData } from './literaldata.ts';

/** kubectl create deployment. Follows pkg/cmd/create/create_deployment.go. */
const createDeployment = generator({
  name: 'create deployment',
  aliases: ['create deploy'],
  usage: 'create deployment NAME --image=image -- [COMMAND] [args...]',
  summary: 'Create a deployment with the specified name',
  flags: 'image* port# replicas/r#',
  required: ['image'],
  object(job, name) {
    const images = listed(job.args, 'image');
    const command = job.args.words.slice(1);
    if (images.length > 1 && command.length > 0) return 'cannot specify multiple --image options and command';
    const labels = { app: name };
    const port = flag(job.args, 'port') === '' ? undefined : Number(flag(job.args, 'port'));
    const containers = images.map((image, index) => ({
      ...(command.length > 0 ? { command } : {}),
      image,
      name: containerName(job, image),
      ...(port === undefined || index > 0 ? {} : { ports: [{ containerPort: port }] }),
      resources: {},
    }));
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadataOf(job, name, labels),
      spec: {
        replicas: Number(flag(job.args, 'replicas') || 1),
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { creationTimestamp: null, labels }, spec: { containers } },
      },
      status: {},
    };
  },
  failure: 'failed to create deployment',
});

/** The image's last part without its tag; names that are no DNS labels are changed and made unique. */
function containerName(job: Job, image: string): string {
  const name = (image.split('/').pop() ?? '').split(':')[0]?.split('@')[0] ?? '';
  return /[_.]/.test(name) ? generateName(`${name.replace(/[_.]/g, '-')}-`, (bound) => job.random(bound)) : name;
}

/** kubectl create namespace */
const createNamespace = generator({
  name: 'create namespace',
  aliases: ['create ns'],
  usage: 'create namespace NAME',
  summary: 'Create a namespace with the specified name',
  flags: '',
  object: (_job, name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { creationTimestamp: null, name },
    spec: {},
    status: {},
  }),
  failure: '',
});

/** kubectl create configmap */
const createConfigMap = generator({
  name: 'create configmap',
  aliases: ['create cm'],
  usage: 'create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1]',
  summary: 'Create a config map from a file or literal value',
  flags: 'from-file+ from-literal+',
  others: 'append-hash! from-env-file+',
  object(job, name) {
    const data = literalData(job, name, 'ConfigMap');
    if (typeof data === 'string') return data;
    const head = { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(job, name) };
    return Object.keys(data).length === 0 ? head : { ...head, data };
  },
  failure: 'failed to create configmap',
});

const SERVICES = {
  ClusterIP: { flags: 'clusterip' },
  NodePort: { flags: 'node-port#' },
  LoadBalancer: { flags: '' },
  ExternalName: { flags: 'external-name', required: ['external-name'] },
};

/** kubectl create service, one for each type. Follows pkg/cmd/create/create_service.go. */
const createService: readonly Command[] = Object.entries(SERVICES).map(([type, { flags, ...more }]) =>
  generator({
    name: `create service ${type.toLowerCase()}`,
    aliases: [`create svc ${type.toLowerCase()}`],
    usage: `create service ${type.toLowerCase()} NAME [--tcp=<port>:<targetPort>]`,
    summary: `Create a ${type} service`,
    flags: `tcp* ${flags}`,
    ...more,
    object: (job, name) => serviceObject(job, name, type),
    failure: `failed to create ${type} service`,
  }),
);

function serviceObject(job: Job, name: string, type: string): JsonObject | string {
  const clusterIP = flag(job.args, 'clusterip');
  const texts = listed(job.args, 'tcp');
  const externalName = flag(job.args, 'external-name');
  if (texts.length === 0 && clusterIP !== 'None' && externalName === '')
    return 'at least one tcp port specifier must be provided';
  const nodePort = Number(flag(job.args, 'node-port') || 0);
  const ports = texts.map((text) => {
    const [port = '', target = port] = text.split(':');
    const targetPort = /^\d+$/.test(target) ? Number(target) : target;
    const at = nodePort > 0 ? { nodePort } : {};
    return { name: text.replace(/:/g, '-'), ...at, port: Number(port), protocol: 'TCP', targetPort };
  });
  const wrong = ports.find(({ port }) => !Number.isInteger(port) || port < 1 || port > 65_535);
  if (wrong !== undefined) return `invalid port: ${wrong.name}, must be between 1 and 65535`;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(job, name, { app: name }),
    spec: {
      ...(clusterIP === '' ? {} : { clusterIP }),
      ...(externalName === '' ? {} : { externalName }),
      ...(ports.length > 0 ? { ports } : {}),
      selector: { app: name },
      type,
    },
    status: { loadBalancer: {} },
  };
}

/** A command that makes one object from its flags. */
export interface Generator {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly flags: string;
  readonly others?: string;
  readonly required?: readonly string[];
  /** The object, or why it cannot be made. */
  object(job: Job, name: string): JsonObject | string;
  /** What stands before the server's refusal; '' when it is printed as it is. */
  readonly failure: string;
}

/** The command of a generator. */
export function generator({ object, failure, flags, others = '', ...rest }: Generator): Command {
  return defineCommand({
    ...rest,
    flags: `${flags} ${CREATE_FLAGS}`,
    others: `${others} ${CREATE_OTHERS}`,
    start(job): Step {
      const name = oneName(job, rest.name);
      if (typeof name !== 'string') return name;
      const made = object(job, name);
      return typeof made === 'string' ? fail(made) : createOne(job, made, 'kubectl-create');
    },
    stages: { created: created((refusal) => (failure === '' ? refusal : wrapped(refusal, failure))) },
  });
}

/** The commands that make an object from their flags: `create deployment` and so on. */
export const generators: readonly Command[] = [createConfigMap, createDeployment, createNamespace, ...createService];
