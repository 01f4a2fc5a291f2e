import type { IO } from '../../kernel/component.ts';
import type { AnyMessage, MessageId } from '../../kernel/message.ts';
import type { Value } from '../../kernel/value.ts';
import { type KubeletClientProtocol, type KubeletProtocol, kubeletOf } from '../../protocol/kubelet.ts';
import { err } from '../command.ts';
import { type Desk, finish, print, type Run } from '../engine.ts';
import { CONNECT_MS, type Refusal, SSH, strangeHost } from './hosts.ts';

/** Where a node's kubelet looks for pods in files. */
export const MANIFESTS = '/etc/kubernetes/manifests';

/** What is done to one file there, or to the directory; `path` is as it was typed. */
export interface ManifestCall {
  readonly verb: KubeletProtocol['manifests']['verb'];
  readonly file: string;
  readonly path: string;
}

/** `ls DIRECTORY` and `rm DIRECTORY/FILE`; undefined for any other command. */
export function readManifestCommand(program: string, args: readonly string[]): ManifestCall | Refusal | undefined {
  if (program !== 'ls' && program !== 'rm') return undefined;
  const [path = '', ...more] = args.filter((word) => word !== '-f' || program !== 'rm');
  const isFlag = path.startsWith('-');
  if (isFlag || more.length > 0) {
    return { lines: [`${program} can do this; this harbour cannot yet: ${isFlag ? path : more[0]}`], exit: 1 };
  }
  const inside = path.startsWith(`${MANIFESTS}/`) ? path.slice(MANIFESTS.length + 1) : undefined;
  if (program === 'ls' && (path === MANIFESTS || inside === '')) return { verb: 'ls', file: '', path };
  if (program === 'rm' && inside && !inside.includes('/')) return { verb: 'rm', file: inside, path };
  return { lines: [`Files of a node are shown here in ${MANIFESTS} alone.`], exit: 1 };
}

/** Asks the node's kubelet, beside which the directory is kept whether it runs or not. */
export function askManifests(host: string, { verb, file }: ManifestCall, io: IO, document?: Value): MessageId {
  return io.send(kubeletOf(host), 'manifests', { verb, file, ...(document === undefined ? {} : { document }) });
}

/** What the command prints. */
export function manifestLines({ manifests }: { readonly manifests: ManifestCall }, body: AnyMessage['body']): Refusal {
  const { lines, exit } = body as KubeletClientProtocol['manifestsDone'];
  if (exit === 0) return { lines, exit };
  return { lines: [`${manifests.verb}: cannot remove '${manifests.path}': No such file or directory`], exit };
}

/**
 * `scp FILE NODE:/etc/kubernetes/manifests/`: a file of the editor becomes one of the node, and so a static pod. Leaves
 * out: every other direction and place, and what scp says of its progress (it says nothing where there is no terminal).
 */
export function startScp(desk: Desk, run: Run, io: IO): void {
  run.command = SSH;
  const read = readScp(desk, run);
  if ('lines' in read) {
    print(run, err(...read.lines), io);
    finish(desk, run, read.exit, io);
    return;
  }
  const { host, file, document } = read;
  const manifests: ManifestCall = { verb: 'put', file, path: '' };
  run.data = { host, runtime: 'containerd', manifests: { ...manifests }, greps: [] };
  run.waitingFor = askManifests(host, manifests, io, document);
  io.after(CONNECT_MS, 'kubectl/unreachable', { run: run.id });
}

interface Copy {
  readonly host: string;
  readonly file: string;
  readonly document: Value;
}

function readScp(desk: Desk, { words, files }: Run): Copy | Refusal {
  const [source = '', target = '', ...more] = words;
  if (source === '' || target === '') return { lines: ['usage: scp source ... target'], exit: 1 };
  const flag = words.find((word) => word.startsWith('-')) ?? more[0];
  if (flag !== undefined) return { lines: [`scp can do this; this harbour cannot yet: ${flag}`], exit: 1 };
  const [, host = '', path = ''] = /^(?:[^@:]*@)?([^:]+):(.*)$/.exec(target) ?? [];
  const name = path.startsWith(`${MANIFESTS}/`) ? path.slice(MANIFESTS.length + 1) : undefined;
  if (host === '' || (path !== MANIFESTS && (name === undefined || name.includes('/')))) {
    return { lines: [`Files go to the manifests of a node: scp FILE NODE:${MANIFESTS}/`], exit: 1 };
  }
  const stranger = strangeHost(desk, host);
  if (stranger !== undefined) return { ...stranger, exit: 1 };
  const found = files[source];
  if (found === undefined) return { lines: [`scp: stat local "${source}": No such file or directory`], exit: 1 };
  return { host, file: name || source, document: found.documents?.[0] ?? null };
}
