import type { JsonObject } from '../../api/meta.ts';
import { metadataOf } from '../creating.ts';
import { flag, listed } from '../flags.ts';
import { generator } from './generators.ts';

const RULE =
  /^(?<host>[^/,=]*)(?<path>\/[^,=]*)?=(?<service>[^,:=]+):(?<port>[^,:=]+)(?<tls>,tls(?:=(?<secret>[^,]*))?)?$/;
const RULE_FORM = 'is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]';
const NOTHING =
  'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) ' +
  'or a list of rules (which catch specific paths)';

/** kubectl create ingress. Follows pkg/cmd/create/create_ingress.go. */
export const createIngress = generator({
  name: 'create ingress',
  aliases: ['create ing'],
  usage: 'create ingress NAME --rule=host/path=service:port[,tls[=secret]]',
  summary: 'Create an ingress with the specified name',
  flags: 'annotation+ class default-backend rule+',
  object(job, name) {
    const [className, standard] = ['class', 'default-backend'].map((one) => flag(job.args, one));
    const [texts, notes] = ['rule', 'annotation'].map((one) => listed(job.args, one)) as [
      readonly string[],
      readonly string[],
    ];
    if (!standard && texts.length === 0) return NOTHING;
    const wrong = texts.find((text) => !RULE.test(text));
    if (wrong !== undefined) return `rule ${wrong} ${RULE_FORM}`;
    const odd = notes.find((text) => !/^[^=]+=/.test(text));
    if (odd !== undefined) return `annotation ${odd} is invalid and should be in format key=[value]`;
    const [service = '', port = '', ...rest] = standard?.split(':') ?? [];
    if (standard && (port === '' || rest.length > 0)) {
      return 'default-backend should be in format servicename:serviceport';
    }
    const rules = texts.map((text) => RULE.exec(text)?.groups ?? {});
    const [tls, byHost] = [tlsOf(rules), rulesOf(rules)];
    const annotations = Object.fromEntries(notes.map((text) => text.split(/=(.*)/s).slice(0, 2)));
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { ...metadataOf(job, name), ...(notes.length > 0 ? { annotations } : {}) },
      spec: {
        ...(standard ? { defaultBackend: backend(service, port) } : {}),
        ...(className ? { ingressClassName: className } : {}),
        ...(byHost.length > 0 ? { rules: byHost } : {}),
        ...(tls.length > 0 ? { tls } : {}),
      },
      status: { loadBalancer: {} },
    };
  },
  failure: 'failed to create ingress',
});

type Rule = Readonly<Record<string, string | undefined>>;

function backend(name: string, port: string): JsonObject {
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

/** One rule for each host, in the order in which hosts come. */
function rulesOf(rules: readonly Rule[]): readonly JsonObject[] {
  const hosts = [...new Set(rules.map(({ host = '' }) => host))];
  return hosts.map((host) => {
    const paths = rules
      .filter((rule) => (rule['host'] ?? '') === host)
      .map(({ path = '', service = '', port = '' }) => ({
        backend: backend(service, port),
        path: path.replace(/\*$/, ''),
        pathType: path.endsWith('*') ? 'Prefix' : 'Exact',
      }));
    return { ...(host === '' ? {} : { host }), http: { paths } };
  });
}

/** Hosts by their secret; a host counts once. */
function tlsOf(rules: readonly Rule[]): readonly JsonObject[] {
  const hosts = new Map<string, Set<string>>();
  const seen = new Set<string>();
  for (const { host = '', tls, secret = '' } of rules) {
    if (tls === undefined || seen.has(host)) continue;
    seen.add(host);
    hosts.set(secret, (hosts.get(secret) ?? new Set()).add(host));
  }
  return [...hosts].flatMap(([secretName, names]) => {
    const named = [...names].filter((host) => host !== '');
    if (named.length === 0 && secretName === '') return [];
    return [{ ...(named.length > 0 ? { hosts: named } : {}), ...(secretName === '' ? {} : { secretName }) }];
  });
}
