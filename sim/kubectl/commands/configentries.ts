import { type Command, defineCommand, err, fail, failUsage, type Job, out, type Step } from '../command.ts';
import { CONFIG_FILE, type Context, type KubeConfig, sorted } from '../kubeconfig.ts';

/** kubectl config delete-context. Follows pkg/cmd/config/delete_context.go. */
const deleteContext = defineCommand({
  name: 'config delete-context',
  usage: 'config delete-context NAME',
  summary: 'Delete the specified context from the kubeconfig',
  flags: '',
  start({ args, config }) {
    const [name = ''] = args.words;
    if (args.words.length !== 1) return failUsage('config delete-context', unexpected(args.words));
    const contexts = config.contexts.filter((context) => context.name !== name);
    if (contexts.length === config.contexts.length) return fail(`cannot delete context ${name}, not in ${CONFIG_FILE}`);
    const warning = `warning: this removed your active context, use "kubectl config use-context" to select a different one`;
    const print = [
      ...(name === config.current ? err(warning) : []),
      ...out(`deleted context ${name} from ${CONFIG_FILE}`),
    ];
    return { print, config: { ...config, contexts }, exit: 0 };
  },
});

/** kubectl config delete-user. Follows pkg/cmd/config/delete_user.go. */
const deleteUser = defineCommand({
  name: 'config delete-user',
  usage: 'config delete-user NAME',
  summary: 'Delete the specified user from the kubeconfig',
  flags: '',
  start({ args, config }) {
    const [name] = args.words;
    if (name === undefined) return failUsage('config delete-user', 'user to delete is required');
    const users = config.users.filter((user) => user.name !== name);
    if (users.length === config.users.length) return fail(`cannot delete user ${name}, not in ${CONFIG_FILE}`);
    return { print: out(`deleted user ${name} from ${CONFIG_FILE}`), config: { ...config, users }, exit: 0 };
  },
});

/** kubectl config rename-context. Follows pkg/cmd/config/rename_context.go. */
const renameContext = defineCommand({
  name: 'config rename-context',
  usage: 'config rename-context CONTEXT_NAME NEW_NAME',
  summary: 'Rename a context from the kubeconfig file',
  flags: '',
  start({ args, config }) {
    const [from = '', to = ''] = args.words;
    if (args.words.length !== 2) return failUsage('config rename-context', unexpected(args.words));
    const old = config.contexts.find(({ name }) => name === from);
    const refused = `cannot rename the context "${from}", `;
    if (old === undefined) return fail(`${refused}it's not in ${CONFIG_FILE}`);
    if (config.contexts.some(({ name }) => name === to)) {
      return fail(`${refused}the context "${to}" already exists in ${CONFIG_FILE}`);
    }
    const contexts = sorted([...config.contexts.filter((context) => context !== old), { ...old, name: to }]);
    const current = config.current === from ? to : config.current;
    return { print: out(`Context "${from}" renamed to "${to}".`), config: { ...config, contexts, current }, exit: 0 };
  },
});

/**
 * kubectl config set and unset. Follow pkg/cmd/config/{set,unset}.go for the current context and what a context holds;
 * certificates, tokens and the one cluster stay as they are.
 */
const setProperty = defineCommand({
  name: 'config set',
  usage: 'config set PROPERTY_NAME PROPERTY_VALUE',
  summary: 'Set an individual value in a kubeconfig file',
  flags: '',
  others: 'set-raw-bytes!',
  start(job) {
    const [path = '', value = ''] = job.args.words;
    if (job.args.words.length !== 2) return failUsage('config set', unexpected(job.args.words));
    return write(job, path, value);
  },
});

const unsetProperty = defineCommand({
  name: 'config unset',
  usage: 'config unset PROPERTY_NAME',
  summary: 'Unset an individual value in a kubeconfig file',
  flags: '',
  start(job) {
    const [path = ''] = job.args.words;
    if (job.args.words.length !== 1) return failUsage('config unset', unexpected(job.args.words));
    return write(job, path, undefined);
  },
});

/** `contexts.admin.namespace`; undefined takes a value away. */
function write({ config }: Job, path: string, value: string | undefined): Step {
  const next = changed(config, path.split('.'), value);
  if (typeof next === 'string') return fail(next);
  return { print: out(`Property "${path}" ${value === undefined ? 'unset' : 'set'}.`), config: next, exit: 0 };
}

function changed(config: KubeConfig, steps: readonly string[], value: string | undefined): KubeConfig | string {
  const [first = '', name, field, ...more] = steps;
  if (first === 'current-context' && name === undefined) return { ...config, current: value ?? '' };
  if (!['contexts', 'users', 'clusters', 'preferences', 'extensions'].includes(first)) {
    return `unable to parse ${steps.join('.')} after [] at api.Config`;
  }
  const isField = ['cluster', 'user', 'namespace'].includes(field ?? '') && more.length === 0;
  if (first === 'contexts' && name !== undefined && isField) {
    return withField(config, name, field as 'cluster' | 'user' | 'namespace', value);
  }
  if (value === undefined && field === undefined && name !== undefined) {
    if (first === 'contexts') return { ...config, contexts: config.contexts.filter((other) => other.name !== name) };
    if (first === 'users') return { ...config, users: config.users.filter((other) => other.name !== name) };
  }
  const can = 'current-context and contexts.NAME.namespace, .user and .cluster';
  return `${steps.join('.')} is not a value of the kubeconfig in this simulator that can change; those are ${can}`;
}

function withField(
  config: KubeConfig,
  name: string,
  field: 'cluster' | 'user' | 'namespace',
  value: string | undefined,
): KubeConfig | string {
  const old = config.contexts.find((context) => context.name === name);
  if (old === undefined && value === undefined) return `current map key \`${name}\` is invalid`;
  const context: Context = { ...(old ?? { name, cluster: '', user: '', namespace: '' }), [field]: value ?? '' };
  return { ...config, contexts: sorted([...config.contexts.filter((other) => other !== old), context]) };
}

function unexpected(words: readonly string[]): string {
  return `Unexpected args: [${words.join(' ')}]`;
}

/** The commands that take entries of the kubeconfig away, or change one value of it. */
export const configEntries: readonly Command[] = [deleteContext, deleteUser, renameContext, setProperty, unsetProperty];
