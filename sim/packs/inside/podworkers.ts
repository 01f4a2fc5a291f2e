import { objectKey } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';
import { type KubeletState, latest, type PodWork, type ProbeWork, type Run } from '../../kubelet/state.ts';
import { clockText, lengthText } from '../../view/names.ts';
import { type Cell, cell, count, type Section, table } from './section.ts';

/** kubelet has a worker for each pod: what it is at, and what it waits for. */
export function podsOf(state: KubeletState, now: Millis): Section {
  const rows = [...state.works.values()].map((work) => [
    { ...cell(objectKey(work.pod)), pod: objectKey(work.pod) },
    stageCell(work),
    cell(work.run === undefined ? restText(work) : runText(work.run, now)),
    cell(containersText(work)),
    cell(waitsText(state, work, now) || 'nothing'),
  ]);
  const note =
    'A worker has one pod and does one thing at a time. It compares what the pod’s record wants with what the runtime has.';
  return table(
    'kubelet’s pod workers',
    note,
    ['Pod', 'Stage', 'Doing', 'Containers', 'Waits for'],
    rows,
    'No pod is here.',
    60,
  );
}

function stageCell({ stage, ended, isGone }: PodWork): Cell {
  const more = ended?.reason ?? (isGone ? 'its record is gone' : '');
  const mark = stage === 'synced' ? 'ok' : stage === 'rejected' ? 'bad' : stage === 'terminated' ? 'none' : 'wait';
  return cell(stage, mark, more);
}

function restText({ isStale, finalizing, isPatching, status }: PodWork): string {
  if (finalizing === 'asked') return 'asks the API to delete the record';
  if (isPatching) return 'writes its status';
  if (isStale) return 'waits until PLEG has looked at the runtime again';
  return status === undefined ? 'has not begun' : 'rests: all is as wanted';
}

const START = {
  stop: 'ends containers that failed a probe',
  sandbox: 'asks for a sandbox',
  image: 'looks whether the image is there, for',
  pull: 'has the image fetched, for',
  create: 'has it created:',
  start: 'has it started:',
  hook: 'runs the postStart hook of',
} as const;

function runText(run: Run, now: Millis): string {
  if (run.kind === 'start')
    return `${START[run.step]} ${run.step === 'stop' || run.step === 'sandbox' ? '' : run.container}`.trim();
  if (run.step === 'sandbox') return 'has the sandbox stopped';
  if (run.step === 'list') return 'asks how the containers ended';
  const left = Math.max(0, run.graceSeconds * 1000 - (now - run.since));
  return `waits for ${count(run.waiting, 'container')} to end, ${lengthText(left)} of grace left`;
}

function containersText({ pod, view }: PodWork): string {
  const names = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ name }) => name);
  const words = names.map((name) => {
    const own = latest(view, name);
    if (own === undefined) return `${name}: none yet`;
    const end = own.state === 'exited' ? ` with ${own.exitCode}` : '';
    return `${name}: ${own.state}${end}${own.attempt > 0 ? `, attempt ${own.attempt}` : ''}`;
  });
  return words.join('; ');
}

/** Back-offs that have not run out, and what has failed. */
function waitsText(state: KubeletState, work: PodWork, now: Millis): string {
  const { uid, view, failures, mounts, reading } = work;
  const backOffs = [...state.backOffs].flatMap(([key, { delayMs, updatedAt }]) => {
    const [kind = '', rest = ''] = key.split(' ');
    if (!rest.startsWith(`${uid}/`)) return [];
    const what = rest.slice(uid.length + 1);
    const since = kind === 'crash' ? (latest(view, what)?.finishedAt ?? updatedAt) : updatedAt;
    const isRunning = kind === 'crash' && latest(view, what)?.state === 'running';
    if (isRunning || since + delayMs <= now) return [];
    return [`back-off of ${lengthText(delayMs)} for ${what}, until ${clockText(since + delayMs)}`];
  });
  const rest = [
    mounts === 'asked' ? 'its claims' : '',
    reading === 'tokens' ? 'tokens of its account' : '',
    reading === 'objects' ? 'the first list of its ConfigMaps and Secrets' : '',
    ...failures.map(({ container, reason }) => `${container}: ${reason}`),
  ];
  return [...backOffs, ...rest].filter((text) => text !== '').join('; ');
}

/** Each probe of each container, and what it has decided. */
export function probesOf({ probes, works }: KubeletState): Section {
  const rows = [...probes.values()].map((probe) => {
    const pod = works.get(probe.uid)?.pod;
    return [
      cell(pod === undefined ? probe.uid : objectKey(pod)),
      cell(probe.container),
      cell(probe.type),
      resultCell(probe),
      cell(`${count(probe.count, 'time')} ${probe.last}`),
      cell(probe.onHold ? 'decided: not asked again' : probe.isTimed ? 'goes on' : 'waits until the container runs'),
    ];
  });
  const columns = ['Pod', 'Container', 'Probe', 'Result', 'In a row', 'Timer'];
  return table(
    'Probes',
    'What kubelet asks containers, and believes.',
    columns,
    rows,
    'No container here has a probe.',
  );
}

function resultCell({ result }: ProbeWork): Cell {
  return cell(result, result === 'success' ? 'ok' : result === 'failure' ? 'bad' : 'wait');
}
