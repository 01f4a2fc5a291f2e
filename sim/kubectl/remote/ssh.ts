import type { IO } from '../../kernel/component.ts';
import type { AnyMessage } from '../../kernel/message.ts';
import type { Value } from '../../kernel/value.ts';
import { engineOf, RUNTIMES, type RuntimeName, runtimeOf } from '../../protocol/cri.ts';
import { type NodeNetworkClientProtocol, networkOf } from '../../protocol/network.ts';
import { err, out } from '../command.ts';
import { type Desk, finish, print, type Run } from '../engine.ts';
import { type CrictlCall, crictlLines, type Listing, readCrictl } from './crictl.ts';
import { type DockerCall, dockerLines, NO_DAEMON, readDocker } from './docker.ts';
import { CONNECT_MS, type Refusal, SSH, strangeHost } from './hosts.ts';
import { askManifests, MANIFESTS, type ManifestCall, manifestLines, readManifestCommand } from './manifests.ts';

/** What runs on the node, and the texts that each `| grep` after it lets through. Data: the run keeps it. */
interface Errand {
  readonly host: string;
  readonly runtime: RuntimeName;
  readonly crictl?: CrictlCall;
  readonly docker?: DockerCall;
  /** A command that prints the kernel's rules. */
  readonly command?: string;
  /** What is done to the manifest directory. */
  readonly manifests?: ManifestCall;
  readonly greps: readonly string[];
}

/**
 * `ssh NODE COMMAND`: asks the runtime or the kernel of a machine, past the API server. Known there: crictl ps, pods
 * and images, docker ps where Docker Engine is, iptables-save, ipvsadm -Ln, nft list table ip kube-proxy, and
 * `| grep WORD` after each; ls and rm for files of the manifest directory. Leaves out: sshd's own hop (the question
 * travels straight to the process), keys, passwords and sessions; crictl's three list calls are one.
 */
export function startSsh(desk: Desk, run: Run, io: IO): void {
  run.command = SSH;
  const [destination = '', ...rest] = run.words;
  const host = destination.replace(/^[^@]*@/, '');
  const errand = readErrand(desk, host, rest.join(' '));
  if ('lines' in errand) {
    end(desk, run, errand.lines, errand.exit, io);
    return;
  }
  run.data = errand as unknown as Value;
  const { runtime, crictl, docker, manifests, command = '' } = errand;
  if (crictl !== undefined) run.waitingFor = io.send(runtimeOf(host, runtime), 'listContainers', null);
  else if (docker !== undefined) run.waitingFor = io.send(engineOf(host, runtime), 'listContainers', null);
  else if (manifests !== undefined) run.waitingFor = askManifests(host, manifests, io);
  else run.waitingFor = io.send(networkOf(host), 'saveRules', { command });
  io.after(CONNECT_MS, 'kubectl/unreachable', { run: run.id });
}

/** The run over ssh that waits for this message. */
export function sshRunOf(runs: ReadonlyMap<string, Run>, { kind, replyTo, body }: AnyMessage): Run | undefined {
  const isTimer = kind === 'kubectl/unreachable';
  for (const run of runs.values()) {
    if (run.command !== SSH || run.exitCode !== undefined) continue;
    if (isTimer ? run.id === (body as { run: string }).run : replyTo !== '' && run.waitingFor === replyTo) return run;
  }
  return undefined;
}

/** The machine has answered, or never will. */
export function answerSsh(desk: Desk, run: Run, { kind, body }: AnyMessage, io: IO): void {
  const { host, runtime, crictl, docker, command = '', greps } = run.data as unknown as Errand;
  if (kind === 'kubectl/unreachable') {
    end(desk, run, [`ssh: connect to host ${host} port 22: Connection timed out`], 255, io);
  } else if (kind === 'refused') {
    const silence = docker === undefined ? `${command}: nothing answers on ${host}` : NO_DAEMON;
    end(desk, run, [crictl === undefined ? silence : dialError(runtime)], 1, io);
  } else if (kind === 'manifestsDone') {
    const { lines, exit } = manifestLines(run.data as unknown as { manifests: ManifestCall }, body);
    end(desk, run, lines, exit, io);
  } else if (kind === 'failed') {
    end(desk, run, [`FATA[0000] listing containers: ${(body as { message: string }).message}`], 1, io);
  } else {
    const printed = body as NodeNetworkClientProtocol['rulesSaved'];
    const listing = body as Listing;
    const ofEngine = docker === undefined ? printed.lines : dockerLines(docker, listing, io.now);
    const lines = crictl === undefined ? ofEngine : crictlLines(crictl, listing, io.now);
    if (crictl === undefined && docker === undefined && printed.exit > 0) {
      end(desk, run, lines, printed.exit, io);
      return;
    }
    const passed = lines.filter((line) => greps.every((word) => line.includes(word)));
    print(run, out(...passed), io);
    finish(desk, run, passed.length === 0 && greps.length > 0 ? 1 : 0, io);
  }
}

function dialError(runtime: RuntimeName): string {
  const { socket } = RUNTIMES[runtime];
  const dial = `transport: Error while dialing: dial unix ${socket}: connect: connection refused`;
  const reason = `rpc error: code = Unavailable desc = connection error: desc = "${dial}"`;
  return `FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint "unix://${socket}": ${reason}`;
}

function readErrand(desk: Desk, host: string, command: string): Errand | Refusal {
  if (host === '') return { lines: ['usage: ssh destination [command [argument ...]]'], exit: 255 };
  if (host.startsWith('-')) return { lines: [`ssh can do this; this harbour cannot yet: ${host}`], exit: 255 };
  const stranger = strangeHost(desk, host);
  if (stranger !== undefined) return stranger;
  if (command === '') {
    const lines = ['This terminal opens no session on a machine: write the command on the same line.'];
    return { lines: [...lines, `Try: ssh ${host} crictl ps`], exit: 1 };
  }
  return readCommand(host, command, desk.runtimes[host] ?? 'containerd');
}

function readCommand(host: string, command: string, runtime: RuntimeName): Errand | Refusal {
  const [first = '', ...rest] = command.split('|').map((part) => part.trim());
  const greps = rest.map((part) => /^grep (?:--? )?["']?([^"'*+?[\]^$\\]+)["']?$/.exec(part)?.[1]?.trim());
  if (greps.includes(undefined)) return { lines: ['After a pipe this harbour has only: grep WORD'], exit: 1 };
  const words = first.split(/\s+/).filter((word) => word !== 'sudo');
  const [program = '', ...args] = words;
  const own = { host, runtime, greps: greps as readonly string[] };
  if (program === 'crictl') {
    const crictl = readCrictl(args);
    return typeof crictl === 'string' ? { lines: [crictl], exit: 1 } : { ...own, crictl };
  }
  if (program === 'docker' && runtime === 'docker') {
    const docker = readDocker(args);
    return typeof docker === 'string' ? { lines: [docker], exit: 1 } : { ...own, docker };
  }
  const manifests = readManifestCommand(program, args);
  if (manifests !== undefined) return 'lines' in manifests ? manifests : { ...own, manifests };
  const rules = readRulesCommand(program, args.join(' '));
  if (rules !== undefined) return 'lines' in rules ? rules : { ...own, ...rules };
  const known = `Known on a node of this harbour: crictl ps, crictl pods, crictl images, ${RULES}, ls ${MANIFESTS}.`;
  return { lines: [`bash: line 1: ${program}: command not found`, known], exit: 127 };
}

const RULES = 'iptables-save -t nat, ipvsadm -Ln, nft list table ip kube-proxy';

/** The forms of each command that prints rules. */
const FORMS: Readonly<Record<string, RegExp>> = {
  'iptables-save': /^(?:(?:-t|--table=?) ?(?:nat|filter))?$/,
  ipvsadm: /^(?:-Ln|-ln|-L -n|-l -n|--list --numeric)$/,
  nft: /^list (?:table ip kube-proxy|ruleset)$/,
};

function readRulesCommand(program: string, args: string): { readonly command: string } | Refusal | undefined {
  const form = FORMS[program];
  if (form === undefined) return undefined;
  const command = `${program} ${args}`.trim();
  if (form.test(args)) return { command };
  return { lines: [`${program} can do this; this harbour cannot yet: ${args}`], exit: 1 };
}

function end(desk: Desk, run: Run, lines: readonly string[], exit: number, io: IO): void {
  print(run, exit === 0 ? out(...lines) : err(...lines), io);
  finish(desk, run, exit, io);
}
