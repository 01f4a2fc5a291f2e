// What: etcdctl and etcdutl on the reader's machine, and etcdutl on the machine of a member over ssh.
// Watches: the answers of etcd's members; nothing else.
// Writes: etcd, as the line says; snapshot files beside the terminal; a stopped member's disk (`snapshot restore`).
// Follows: etcd 3.6, etcdctl/ctlv3 and etcdutl, one file for each group of commands.
// Leaves out: log lines, TLS flags, formats json and protobuf, txn, watch, lock, elect, auth, check, make-mirror, scp.
import type { IO } from '../kernel/component.ts';
import { type AnyMessage, address, type MessageId, type Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import { PROGRAM_TIMER, type ProgramDesk, type ProgramStep, type TerminalProgram } from '../protocol/terminal.ts';
import type { Answer, Call, EtcdCommand, Job, Step } from './command.ts';
import { callTo, DEADLINE, err } from './command.ts';
import { commandNamed, type Read, readLine } from './line.ts';

/** Members are asked for so long: `--command-timeout`. */
const PATIENCE_MS: Millis = 5000;
/** A client whose connection is refused tries again, as gRPC does. */
const AGAIN_MS: Millis = 1000;

/** What a run keeps while it waits. */
interface Waiting {
  readonly line: Extract<Read, { readonly command: string }>;
  readonly then: string;
  readonly memory: Value;
  readonly endpoints: readonly string[];
  readonly isRace: boolean;
  readonly askedAt: Millis;
  readonly deadlineAt: Millis;
  /** When the timer rings that is set. */
  readonly timerAt: Millis;
  /** Each call, the message that asks it ('' before it is asked again), and its answer. */
  readonly asked: readonly { readonly call: Call; readonly id: MessageId; readonly answer?: Answer }[];
}

/** The stage in which the member that answers first is found. */
const CONNECT = 'etcdctl/connect';

/** See the head of this file. */
export const etcdTools: TerminalProgram = {
  name: 'etcdctl',

  claims: ([program = '', , ...rest]) =>
    /^etcd(ctl|utl)$/.test(program) || (program === 'ssh' && /^(sudo )?etcd(ctl|utl)\b/.test(rest.join(' '))),

  begin(desk, words, io) {
    const line = readLine(desk, words);
    if ('exit' in line) return { print: line.print, exit: line.exit };
    const command = commandNamed(line.command) as EtcdCommand;
    const { endpoints } = line;
    const job = jobOf(desk, line, endpoints, null);
    if (!command.isForOne || endpoints.length === 1) return carryOut(desk, line, endpoints, command.start(job), io);
    const calls = endpoints.map((endpoint) => callTo(job, endpoint, 'status', null));
    return carryOut(desk, line, endpoints, { calls, then: CONNECT, isRace: true }, io);
  },

  resume(desk, data, message, io) {
    const next = hear(data as unknown as Waiting, desk.run, message, io);
    const { line, asked, isRace, deadlineAt } = next;
    const isOver = io.now >= deadlineAt;
    const has = isRace ? asked.some(({ answer }) => answer) : asked.every(({ answer }) => answer);
    if (!isOver && !has) return wait(next);
    const answers = asked.map(({ call, answer }) => answer ?? { call, body: undefined, tookMs: io.now - next.askedAt });
    const command = commandNamed(line.command) as EtcdCommand;
    if (next.then !== CONNECT) {
      const stage = command.stages?.[next.then] as (job: Job, answers: readonly Answer[]) => Step;
      return carryOut(desk, line, next.endpoints, stage(jobOf(desk, line, next.endpoints, next.memory), answers), io);
    }
    const found = answers.find(({ body }) => body !== undefined);
    if (found === undefined) return { print: err(`Error: ${DEADLINE}`), exit: 1 };
    const endpoints = [found.call.endpoint];
    return carryOut(desk, line, endpoints, command.start(jobOf(desk, line, endpoints, null)), io);
  },
};

function jobOf(desk: ProgramDesk, line: Waiting['line'], endpoints: readonly string[], memory: Value): Job {
  const { words, flags, machine } = line;
  return { words, flags, endpoints, desk, machine, memory };
}

/** Puts down what has come: an answer, a refusal after which one asks again, or a timer. */
function hear(waiting: Waiting, run: string, { kind, replyTo, body }: AnyMessage, io: IO): Waiting {
  const isTimer = kind === PROGRAM_TIMER;
  if (isTimer && (body as { at: Millis }).at !== waiting.timerAt) return waiting;
  const asked = waiting.asked.map((one) => {
    const { call } = one;
    if (isTimer) return one.id === '' && one.answer === undefined ? { call, id: send(call, io) } : one;
    if (one.id === '' || one.id !== replyTo) return one;
    if (kind === 'refused') return { call, id: '' };
    const answer = { call, body: body as Answer['body'], tookMs: io.now - waiting.askedAt };
    return { ...one, answer };
  });
  return { ...waiting, asked, timerAt: isTimer ? setTimer(run, waiting.deadlineAt, io) : waiting.timerAt };
}

/** One timer: for asking again, or for the end. */
function setTimer(run: string, deadlineAt: Millis, io: IO): Millis {
  const at = Math.min(io.now + AGAIN_MS, deadlineAt);
  if (at > io.now) io.after(at - io.now, PROGRAM_TIMER, { run, at }, { routine: true });
  return at;
}

function send({ process, kind, body }: Call, io: IO): MessageId {
  return process === '' ? '' : io.send(address<Record<string, Value>>(process), kind, body);
}

function carryOut(
  desk: ProgramDesk,
  line: Waiting['line'],
  endpoints: readonly string[],
  step: Step,
  io: IO,
): ProgramStep {
  if ('exit' in step) return step;
  const patience = step.patienceMs ?? (line.timeoutMs || PATIENCE_MS);
  const asked = step.calls.map((call) => ({ call, id: send(call, io) }));
  const deadlineAt = io.now + patience;
  const { then, memory = null, isRace = false, print = [] } = step;
  const times = { askedAt: io.now, deadlineAt, timerAt: setTimer(desk.run, deadlineAt, io) };
  return { ...wait({ line, then, memory, endpoints, isRace, ...times, asked }), print };
}

function wait(waiting: Waiting): ProgramStep {
  const waits = waiting.asked.filter(({ id, answer }) => id !== '' && answer === undefined).map(({ id }) => id);
  return { data: waiting as unknown as Value, waits };
}
