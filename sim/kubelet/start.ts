import { goDuration } from '../api/duration.ts';
import type { Container } from '../api/kinds/pod.ts';
import { allContainers } from '../api/podspec/initcontainers.ts';
import { milliValue, wholeValue } from '../api/quantity.ts';
import type { IO } from '../kernel/component.ts';
import type { CriClientProtocol } from '../protocol/cri.ts';
import { backOffOf, isBackingOff, nextBackOff } from './backoff.ts';
import { finishRun } from './finish.ts';
import { endContainer, hooking } from './hooking.ts';
import { filledIn, mounting } from './mounting.ts';
import { containerEvent, podText } from './podevents.ts';
import { ask, type CriAnswer } from './runtime.ts';
import {
  isEnding,
  type KubeletState,
  latest,
  type PodWork,
  type ProbeType,
  type StartRun,
  statusOf,
  updateWork,
} from './state.ts';

/**
 * Starts containers one after the other: ImageStatus, PullImage, CreateContainer, StartContainer. One that fails does
 * not keep the next from starting. Upstream: `kuberuntime_container.go` startContainer, `images/image_manager.go`
 * EnsureImageExists.
 */
export function beginContainers(state: KubeletState, work: PodWork, io: IO): void {
  const { uid, run } = work;
  if (run?.kind !== 'start') return;
  const [name, ...todo] = run.todo;
  if (name === undefined || isEnding(work)) {
    finishRun(state, uid, run, io);
    return;
  }
  const container = specOf(work, name);
  const next = updateWork(state, uid, { run: { ...run, container: name, todo, step: 'image', id: '', imageId: '' } });
  if (next === undefined || container === undefined) return;
  if (isCrashLooping(state, next, name, io)) return;
  const { image = '' } = container;
  if (!isReference(image)) {
    const reason = `couldn't parse image name "${image}": ${referenceProblem(image)}`;
    const message = `Failed to apply default image tag "${image}": ${reason}`;
    containerEvent(state, io, next, name, 'Warning', 'InspectFailed', message);
    fail(state, next, 'InvalidImageName', message, io);
  } else ask(state, io, 'imageStatus', { image }, 'image', { uid });
}

/** Why a running container must end: a probe that failed, or another image in the pod's spec. */
export type Fault = ProbeType | 'Definition';

/** Ends containers that may not go on; those that are to be started again are, in the same sync. */
export function stopUnfit(state: KubeletState, work: PodWork, unfit: ReadonlyMap<string, Fault>, io: IO): void {
  const { uid, run, pod } = work;
  if (run?.kind !== 'start') return;
  updateWork(state, uid, { run: { ...run, step: 'stop', waiting: unfit.size, hasActed: true } });
  for (const [name, fault] of unfit) {
    const what = fault === 'Definition' ? 'definition changed' : `failed ${fault.toLowerCase()} probe`;
    const message = `Container ${name} ${what}${run.todo.includes(name) ? ', will be restarted' : ''}`;
    containerEvent(state, io, work, name, 'Normal', 'Killing', message);
    io.note({ what: 'kubelet/killing', about: `pod/${pod.metadata.name}`, container: name, reason: message });
    const spec = specOf(work, name);
    const probe = {
      Liveness: spec?.livenessProbe,
      Startup: spec?.startupProbe,
      Readiness: undefined,
      Definition: undefined,
    };
    const own = probe[fault]?.terminationGracePeriodSeconds;
    const grace = own ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    endContainer(state, work, { name, id: latest(work.view, name)?.id ?? '' }, grace, 'stopped', io);
  }
}

/** Goes on with a start when the runtime has answered a step of it. */
export function continueStart(state: KubeletState, uid: string, answer: CriAnswer, io: IO): void {
  const work = state.works.get(uid);
  if (work?.run?.kind !== 'start') return;
  switch (answer.then) {
    case 'stopped': {
      const waiting = work.run.waiting - 1;
      const next = updateWork(state, uid, { run: { ...work.run, waiting } });
      if (waiting === 0 && next !== undefined) beginContainers(state, next, io);
      return;
    }
    case 'unhooked':
      beginContainers(state, work, io);
      return;
    case 'image':
      imageKnown(state, work, work.run, answer, io);
      return;
    case 'pulled':
      pulled(state, work, work.run, answer, io);
      return;
    case 'created':
      created(state, work, work.run, answer, io);
      return;
    case 'started':
      started(state, work, answer, io);
      return;
  }
}

/** True when the container must wait: the restart counts against a delay from its last end. */
function isCrashLooping(state: KubeletState, work: PodWork, name: string, io: IO): boolean {
  const exited = work.view.containers.find((container) => container.name === name && container.state === 'exited');
  if (exited === undefined || work.run?.kind !== 'start') return false;
  const key = `crash ${work.uid}/${name}`;
  if (!isBackingOff(state, key, exited.finishedAt, io.now)) {
    nextBackOff(state, key, exited.finishedAt, io.now);
    return false;
  }
  const { delayMs } = backOffOf(state, key);
  const text = podText(work);
  containerEvent(
    state,
    io,
    work,
    name,
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${name} in pod ${text}`,
  );
  const message = `back-off ${goDuration(delayMs)} restarting failed container=${name} pod=${text}`;
  io.note({ what: 'kubelet/back-off', about: `pod/${work.pod.metadata.name}`, container: name, delayMs });
  const until = exited.finishedAt + delayMs;
  const known = work.run.backOffUntil;
  const run: StartRun = { ...work.run, backOffUntil: known === undefined ? until : Math.min(known, until) };
  skip(state, { ...work, run }, { container: name, reason: 'CrashLoopBackOff', message }, io);
  return true;
}

function imageKnown(state: KubeletState, work: PodWork, run: StartRun, answer: CriAnswer, io: IO): void {
  const { present, imageId } = (answer.body ?? { present: false, imageId: '' }) as CriClientProtocol['imageStatusDone'];
  const { image = '', imagePullPolicy = 'IfNotPresent' } = specOf(work, run.container) ?? {};
  if (answer.error !== '') {
    const message = `Failed to inspect image "${image}": ${answer.error}`;
    containerEvent(state, io, work, run.container, 'Warning', 'InspectFailed', message);
    fail(state, work, 'ImageInspectError', message, io);
  } else if (present && imagePullPolicy !== 'Always') {
    const text = `Container image "${image}" already present on machine and can be accessed by the pod`;
    containerEvent(state, io, work, run.container, 'Normal', 'Pulled', text);
    create(state, work, run, imageId, io);
  } else if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    containerEvent(state, io, work, run.container, 'Warning', 'ErrImageNeverPull', message);
    fail(state, work, 'ErrImageNeverPull', message, io);
  } else pull(state, work, run, image, io);
}

function pull(state: KubeletState, work: PodWork, run: StartRun, image: string, io: IO): void {
  const key = `pull ${work.uid}/${image}`;
  const { updatedAt, message: before } = backOffOf(state, key);
  if (isBackingOff(state, key, updatedAt, io.now)) {
    const text = `Back-off pulling image "${image}"`;
    containerEvent(state, io, work, run.container, 'Normal', 'BackOff', text);
    fail(state, work, 'ImagePullBackOff', before === '' ? text : `${text}: ${before}`, io);
    return;
  }
  containerEvent(state, io, work, run.container, 'Normal', 'Pulling', `Pulling image "${image}"`);
  io.note({ what: 'kubelet/pulling', about: `pod/${work.pod.metadata.name}`, image });
  updateWork(state, work.uid, { run: { ...run, step: 'pull' } });
  ask(state, io, 'pullImage', { image }, 'pulled', { uid: work.uid });
}

function pulled(state: KubeletState, work: PodWork, run: StartRun, answer: CriAnswer, io: IO): void {
  const { image = '' } = specOf(work, run.container) ?? {};
  if (answer.error !== '') {
    const message = `Failed to pull image "${image}": ${answer.error}`;
    containerEvent(state, io, work, run.container, 'Warning', 'Failed', message);
    nextBackOff(state, `pull ${work.uid}/${image}`, io.now, io.now, `ErrImagePull: ${answer.error}`);
    fail(state, work, 'ErrImagePull', answer.error, io);
    return;
  }
  const { imageId, sizeBytes, tookMs, waitedMs } = answer.body as CriClientProtocol['pullImageDone'];
  const times = `in ${goDuration(tookMs)} (${goDuration(waitedMs)} including waiting)`;
  const text = `Successfully pulled image "${image}" ${times}. Image size: ${sizeBytes} bytes.`;
  containerEvent(state, io, work, run.container, 'Normal', 'Pulled', text);
  create(state, work, run, imageId, io);
}

function create(state: KubeletState, work: PodWork, run: StartRun, imageId: string, io: IO): void {
  const container = specOf(work, run.container);
  if (container === undefined) return;
  const { name, image = '', command = [], args = [], ports = [], resources } = container;
  const previous = latest(work.view, name);
  const known = statusOf(work, name);
  const attempt = previous === undefined ? (known?.restartCount ?? 0) : previous.attempt + 1;
  const variables = mounting.mounter.environment(state, work, container, run.ip);
  if (typeof variables === 'string') {
    containerEvent(state, io, work, name, 'Warning', 'Failed', `Error: ${variables}`);
    fail(state, work, 'CreateContainerConfigError', variables, io, false);
    return;
  }
  const fill = (text: string) => filledIn(text, variables);
  const { terminationMessagePath = '/dev/termination-log', terminationMessagePolicy } = container;
  const body = {
    sandbox: run.sandbox,
    name,
    image,
    attempt,
    command: command.map(fill),
    args: args.map(fill),
    env: variables,
    mounts: mounting.mounter.mounts(state, work, container, io),
    termination: { path: terminationMessagePath, orLog: terminationMessagePolicy === 'FallbackToLogsOnError' },
    ports: ports.map(({ containerPort }) => containerPort),
    memoryLimitBytes: wholeValue(resources?.limits?.['memory']),
    ...(resources?.limits?.['cpu'] === undefined ? {} : { cpuLimitMilli: milliValue(resources.limits['cpu']) }),
  };
  updateWork(state, work.uid, { run: { ...run, step: 'create', imageId, hasActed: true } });
  ask(state, io, 'createContainer', body, 'created', { uid: work.uid });
}

function created(state: KubeletState, work: PodWork, run: StartRun, answer: CriAnswer, io: IO): void {
  if (answer.error !== '') {
    containerEvent(state, io, work, run.container, 'Warning', 'Failed', `Error: ${answer.error}`);
    fail(state, work, 'CreateContainerError', answer.error, io, false);
    return;
  }
  const { container } = answer.body as CriClientProtocol['createContainerDone'];
  containerEvent(state, io, work, run.container, 'Normal', 'Created', 'Container created');
  updateWork(state, work.uid, { run: { ...run, step: 'start', id: container } });
  ask(state, io, 'startContainer', { container }, 'started', { uid: work.uid });
  removeOld(state, work, run.container, io);
}

function started(state: KubeletState, work: PodWork, answer: CriAnswer, io: IO): void {
  const { run, uid } = work;
  if (run?.kind !== 'start') return;
  if (answer.error !== '') {
    containerEvent(state, io, work, run.container, 'Warning', 'Failed', `Error: ${answer.error}`);
    fail(state, work, 'RunContainerError', answer.error, io, false);
    return;
  }
  containerEvent(state, io, work, run.container, 'Normal', 'Started', 'Container started');
  const about = `pod/${work.pod.metadata.name}`;
  io.note({ what: 'kubelet/started', about, container: run.container, node: state.config.node });
  const failures = work.failures.filter(({ container }) => container !== run.container);
  const next = updateWork(state, uid, { failures });
  const spec = specOf(work, run.container);
  if (next === undefined || spec === undefined) return;
  const hasHook = spec.lifecycle?.postStart !== undefined;
  if (hasHook && hooking.runner?.begin(state, next, spec, run.id, { kind: 'PostStart' }, io)) return;
  beginContainers(state, next, io);
}

/** The postStart hook has ended: a failed one ends its container. */
export function afterPostStart(state: KubeletState, work: PodWork, id: string, problem: string, io: IO): void {
  const { run } = work;
  if (run?.kind !== 'start' || run.id !== id) return;
  if (problem === '') {
    beginContainers(state, work, io);
    return;
  }
  containerEvent(state, io, work, run.container, 'Normal', 'Killing', 'FailedPostStartHook');
  const failure = { container: run.container, reason: 'PostStartHookError', message: problem };
  const failures = [...work.failures.filter(({ container }) => container !== run.container), failure];
  updateWork(state, work.uid, { failures, run: { ...run, step: 'hook', hasFailed: true } });
  const grace = work.pod.spec.terminationGracePeriodSeconds ?? 30;
  endContainer(state, work, { name: run.container, id }, grace, 'unhooked', io);
}

/** The runtime keeps the last dead container of a name, for its log; older ones go. */
function removeOld(state: KubeletState, work: PodWork, name: string, io: IO): void {
  const dead = work.view.containers.filter((container) => container.name === name && container.state === 'exited');
  for (const { id } of dead.slice(1))
    ask(state, io, 'removeContainer', { container: id }, 'ignored', null, { routine: true });
}

/** Image errors get an Event `Error: <reason>` of their own; the next container is tried all the same. */
function fail(state: KubeletState, work: PodWork, reason: string, message: string, io: IO, isImage = true): void {
  if (work.run?.kind !== 'start') return;
  const { container } = work.run;
  if (isImage) containerEvent(state, io, work, container, 'Warning', 'Failed', `Error: ${reason}`);
  io.note({ what: 'kubelet/start-failed', about: `pod/${work.pod.metadata.name}`, container, reason });
  skip(state, { ...work, run: { ...work.run, hasFailed: true } }, { container, reason, message }, io);
}

function skip(state: KubeletState, work: PodWork, failure: PodWork['failures'][number], io: IO): void {
  const failures = [...work.failures.filter(({ container }) => container !== failure.container), failure];
  const next = updateWork(state, work.uid, { run: work.run, failures });
  if (next !== undefined) beginContainers(state, next, io);
}

function specOf({ pod, run }: PodWork, name: string): Container | undefined {
  const { spec } = run?.kind === 'start' ? run.pod : pod;
  return allContainers(spec).find((container) => container.name === name);
}

const HOST = '(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\\d+)?/)?';
const NAME = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(`^${HOST}${NAME}(?:/${NAME})*(?::[\\w][\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`);

function isReference(image: string): boolean {
  return REFERENCE.test(image);
}

/** What Go's `reference` package says about a name that it cannot read. Capitals are the mistake that it names. */
function referenceProblem(image: string): string {
  const problem = 'invalid reference format';
  const [, domain = '', rest = ''] = /^(?:([^/]*[.:][^/]*|localhost)\/)?(.*)$/.exec(image) ?? [];
  const path = rest.split('@')[0]?.split(':')[0] ?? '';
  const repository = domain === '' && !path.includes('/') ? `library/${path}` : path;
  return /[A-Z]/.test(path) ? `${problem}: repository name (${repository}) must be lowercase` : problem;
}
