import { goJson } from '../../api/json.ts';
import { type Command, defineCommand, done, fail, failUsage, type Job, out, type Step } from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { CLUSTER, type Context, fileOf, type KubeConfig, sorted, type User } from '../kubeconfig.ts';
import { alignRows } from '../tabwriter.ts';
import { writeYaml } from '../yamlwriter.ts';

/** kubectl config get-contexts. Follows pkg/cmd/config/get_contexts.go. */
const getContexts = defineCommand({
  name: 'config get-contexts',
  usage: 'config get-contexts [NAME...] [-o name]',
  summary: 'Describe one or many contexts',
  flags: 'output/o no-headers!',
  start({ args, config }) {
    const format = flag(args, 'output');
    if (format !== '' && format !== 'name') {
      const why = `--output ${format} is not available in kubectl config get-contexts`;
      return fail(`${why}; resetting to default output format`);
    }
    const names = args.words.length > 0 ? [...args.words].sort() : config.contexts.map(({ name }) => name);
    const found = names.flatMap((name) => config.contexts.filter((context) => context.name === name));
    const missing = names.filter((name) => !found.some((context) => context.name === name));
    const failure = missing.map((name) => ({ type: 'text' as const, text: `context ${name} not found` }));
    if (format === 'name') return { print: out(...found.map(({ name }) => name)), failure, exit: 0 };
    const titles = isOn(args, 'no-headers') ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']];
    const rows = found.map((context) => rowOf(context, config.current));
    return { print: out(...alignRows([...titles, ...rows]).lines), failure, exit: 0 };
  },
});

function rowOf({ name, cluster, user, namespace }: Context, current: string): readonly string[] {
  return [name === current ? '*' : '', name, cluster, user, namespace];
}

const currentContext = defineCommand({
  name: 'config current-context',
  usage: 'config current-context',
  summary: 'Display the current-context',
  flags: '',
  start({ config }) {
    return config.current === '' ? fail('current-context is not set') : done(...out(config.current));
  },
});

const useContext = defineCommand({
  name: 'config use-context',
  aliases: ['config use'],
  usage: 'config use-context CONTEXT_NAME',
  summary: 'Set the current-context in a kubeconfig file',
  flags: '',
  start({ args, config }) {
    const [name = ''] = args.words;
    if (args.words.length !== 1) return fail(`Unexpected args: [${args.words.join(' ')}]`);
    if (!config.contexts.some((context) => context.name === name)) {
      return fail(`no context exists with the name: ${JSON.stringify(name)}`);
    }
    return {
      print: out(`Switched to context ${JSON.stringify(name)}.`),
      config: { ...config, current: name },
      exit: 0,
    };
  },
});

const setContext = defineCommand({
  name: 'config set-context',
  usage: 'config set-context [NAME | --current] [--user=USER] [--namespace=NAMESPACE]',
  summary: 'Set a context entry in kubeconfig',
  flags: 'current!',
  start(job) {
    const { args, config } = job;
    const isCurrent = isOn(args, 'current');
    if (args.words.length > 1) return failUsage('config set-context', `Unexpected args: [${args.words.join(' ')}]`);
    if (isCurrent && args.words.length > 0) return fail('you cannot specify both a context name and --current');
    const name = isCurrent ? config.current : (args.words[0] ?? '');
    if (name === '') {
      return fail(isCurrent ? 'no current context is set' : 'you must specify a non-empty context name or --current');
    }
    const old = config.contexts.find((context) => context.name === name);
    if (old === undefined && isCurrent) return fail(`no current context is set`);
    const next = changed(job, old ?? { name, cluster: '', user: '', namespace: '' });
    const contexts = sorted([...config.contexts.filter((context) => context.name !== name), next]);
    const what = old === undefined ? 'created' : 'modified';
    return { print: out(`Context ${JSON.stringify(name)} ${what}.`), config: { ...config, contexts }, exit: 0 };
  },
});

function changed({ args, isNamespaceGiven, namespace }: Job, context: Context): Context {
  return {
    ...context,
    cluster: flag(args, 'cluster') || context.cluster,
    user: flag(args, 'user') || context.user,
    namespace: isNamespaceGiven ? namespace : context.namespace,
  };
}

const setCredentials = defineCommand({
  name: 'config set-credentials',
  usage: 'config set-credentials NAME --token=bearer_token',
  summary: 'Set a user entry in kubeconfig',
  flags: '',
  others: 'embed-certs! username password auth-provider exec-command',
  start({ args, config }) {
    const [name = ''] = args.words;
    if (args.words.length !== 1)
      return failUsage('config set-credentials', `Unexpected args: [${args.words.join(' ')}]`);
    const token = flag(args, 'token');
    const old = config.users.find((user) => user.name === name);
    const next: User = token === '' ? (old ?? { name }) : { name, token };
    const users = sorted([...config.users.filter((user) => user.name !== name), next]);
    return { print: out(`User ${JSON.stringify(name)} set.`), config: { ...config, users }, exit: 0 };
  },
});

const getUsers = names('config get-users', 'Display users defined in the kubeconfig', ({ users }) =>
  users.map(({ name }) => name),
);
const getClusters = names('config get-clusters', 'Display clusters defined in the kubeconfig', () => [CLUSTER]);

function names(name: string, summary: string, list: (config: KubeConfig) => readonly string[]): Command {
  return defineCommand({
    name,
    usage: name,
    summary,
    flags: '',
    start: ({ config }) => done(...out('NAME', ...list(config))),
  });
}

const view = defineCommand({
  name: 'config view',
  usage: 'config view [--minify] [-o yaml|json]',
  summary: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags: 'minify! output/o',
  others: 'raw! flatten! merge! template',
  start({ args, config, server }): Step {
    const format = flag(args, 'output') || 'yaml';
    if (format !== 'yaml' && format !== 'json') return fail(`--output ${format} is not available here`);
    const shown = isOn(args, 'minify') ? minified(config) : config;
    if (shown === undefined) return fail(`cannot locate context ${config.current}`);
    const file = fileOf(shown, server);
    const text = format === 'json' ? goJson(file, '    ') : writeYaml(file).replace(/\n$/, '');
    return done(...out(...text.split('\n')));
  },
});

function minified(config: KubeConfig): KubeConfig | undefined {
  const context = config.contexts.find(({ name }) => name === config.current);
  if (context === undefined) return undefined;
  return { ...config, contexts: [context], users: config.users.filter(({ name }) => name === context.user) };
}

/** The commands about the kubeconfig of this machine. They ask no server. */
export const configCommands: readonly Command[] = [
  currentContext,
  getClusters,
  getContexts,
  getUsers,
  setContext,
  setCredentials,
  useContext,
  view,
];
