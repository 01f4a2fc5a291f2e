import { describe, expect, it } from 'vitest';
import type { Answered, Launch, Step } from './program.ts';
import { execute, resume, shell } from './shell.ts';

const launch: Launch = {
  argv: [],
  env: { NAME: 'Ann' },
  hostname: 'web-1',
  namespace: 'default',
  files: {},
  now: 0,
};

/** Runs a script through its sleeps and gives its lines, when it slept, and its exit code. */
function play(script: string, wakes = 20): { lines: string[]; slept: number[]; code: number | undefined; step: Step } {
  let here: Launch = { ...launch, argv: ['sh', '-c', script] };
  let step = shell.start(here);
  const lines = [...(step.lines ?? [])];
  const slept: number[] = [];
  for (let wake = 0; wake < wakes && step.wakeMs !== undefined; wake++) {
    slept.push(step.wakeMs);
    here = { ...here, now: here.now + step.wakeMs, files: step.files ?? here.files };
    step = shell.wake?.(step.state, here) ?? step;
    lines.push(...(step.lines ?? []));
  }
  return { lines, slept, code: step.exitCode, step };
}

describe('the shell', () => {
  it.each([
    ['echo hello', ['hello'], 0],
    ['echo "a  b" \'$NAME\' "$NAME" $HOSTNAME $?', ['a  b $NAME Ann web-1 0'], 0],
    ['echo one; echo two && echo three || echo four', ['one', 'two', 'three'], 0],
    ['false || echo four; false && echo five', ['four'], 1],
    ['x=3; y=$((x*2)); echo $y $((y + 1))', ['6 7'], 0],
    ['if [ -f /a ]; then echo yes; elif [ 2 -gt 1 ]; then echo maybe; else echo no; fi', ['maybe'], 0],
    ['touch /a\nif test -f /a\nthen\n  echo yes\nfi', ['yes'], 0],
    ['! false; echo $?', ['0'], 0],
    ['echo a > /f; echo b >> /f; cat /f', ['a', 'b'], 0],
    ['cat /none', ["cat: can't open '/none': No such file or directory"], 1],
    ['echo Sleep expired > /dev/termination-log', [], 0],
    ['date; hostname', ['Thu Jan  1 00:00:00 UTC 2026', 'web-1'], 0],
    ['exit 3; echo never', [], 3],
    ['echo \\\n  joined # a remark', ['joined'], 0],
  ])('%s', (script, lines, code) => {
    const played = play(script);
    expect(played.lines).toEqual(lines);
    expect(played.code).toBe(code);
  });

  it('sleeps between the turns of a loop', () => {
    const played = play('i=0; while [ $i -lt 3 ]; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done; echo end', 10);
    expect(played.lines).toEqual([
      '0: Thu Jan  1 00:00:00 UTC 2026',
      '1: Thu Jan  1 00:00:01 UTC 2026',
      '2: Thu Jan  1 00:00:02 UTC 2026',
      'end',
    ]);
    expect(played.slept).toEqual([1000, 1000, 1000]);
    expect(played.code).toBe(0);
  });

  it('lets a loop that never waits breathe', () => {
    const played = play('while true; do true; done', 3);
    expect(played.slept).toEqual([100, 100, 100]);
    expect(played.code).toBeUndefined();
  });

  it.each([
    ['perl -e 1', 'perl: not found'],
    ['ls | wc', '"|" is not modelled'],
    ['for i in 1 2; do echo $i; done', '"for" is not modelled'],
    ['while true', 'do expected'],
    ['echo "open', 'cannot read'],
  ])('says that it does not know: %s', (script, text) => {
    const played = play(script);
    expect(played.lines.join('\n')).toContain(text);
    expect(played.code).toBe(127);
  });

  it('ignores SIGTERM, as process 1 does', () => {
    expect(shell.terminate).toBeUndefined();
  });
});

describe('exec', () => {
  it('sees the files of the container and changes them', () => {
    const files = { '/tmp/healthy': '' };
    expect(execute(['cat', '/tmp/healthy'], { ...launch, files })).toMatchObject({ exitCode: 0, output: '' });
    expect(execute(['rm', '/tmp/healthy'], { ...launch, files }).files).toEqual({});
    expect(execute(['sh', '-c', 'exit 4'], launch).exitCode).toBe(4);
    expect(execute(['sleep', '5'], launch)).toMatchObject({ exitCode: 0, tookMs: 5000 });
    expect(execute(['sleep', '7200'], launch)).toMatchObject({ exitCode: 127 });
  });
});

describe('a command beside a process', () => {
  const files = { '/etc/resolv.conf': 'search a.svc b\nnameserver 10.96.0.10\noptions ndots:5\n' };
  const here = { ...launch, files, argv: ['nslookup', 'web'] };
  const answered = (payload: string, outcome: Answered['outcome'] = 'ok'): Answered => {
    return { tag: '', outcome, payload, tookMs: 1 };
  };

  /** What it asks for, answer by answer, and what it prints in the end. */
  function converse(argv: readonly string[], answers: readonly Answered[], own = here) {
    const asked: string[] = [];
    let result = execute(argv, own);
    let { output } = result;
    for (const answer of answers) {
      const [sent] = result.asks?.send ?? [];
      asked.push(`${sent?.protocol ?? 'tcp'} ${sent?.host}:${sent?.port} ${sent?.payload}`);
      if (result.asks !== undefined) result = resume(result.asks.state, answer, { ...own, argv });
      output += result.output;
    }
    return { ...result, asked, output };
  }

  it('asks for the names of its search path in turn', () => {
    const { asked, output, exitCode } = converse(here.argv, [
      answered('NXDOMAIN'),
      answered('NOERROR\nCNAME c\nA 1.2.3.4'),
    ]);
    expect(asked).toEqual(['udp 10.96.0.10:53 A web.a.svc', 'udp 10.96.0.10:53 A web.b']);
    const lines = ['Server:\t\t10.96.0.10', 'Address:\t10.96.0.10#53', '', 'web.b\tcanonical name = c.', 'Name:\tc'];
    expect(output.split('\n')).toEqual([...lines, 'Address: 1.2.3.4', '', '']);
    expect(exitCode).toBe(0);
  });

  it('says what it was asked for when nobody bears the name', () => {
    const { output, exitCode } = converse(here.argv, Array(3).fill(answered('NXDOMAIN')));
    expect(output).toContain("** server can't find web: NXDOMAIN\n");
    expect(exitCode).toBe(1);
  });

  it('asks three times where nobody answers', () => {
    const answers = [answered('', 'timeout'), answered('', 'refused'), answered('', 'timeout')];
    const { output, exitCode } = converse(here.argv, answers);
    expect(output.split('\n').map((line) => line.replace(/.*: /, ''))).toEqual([
      'timed out',
      'connection refused',
      'timed out',
      ';; no servers could be reached',
      '',
      '',
    ]);
    expect(exitCode).toBe(1);
    expect(converse(here.argv, [], { ...here, files: {} } as never).output).toContain(
      '127.0.0.1#53: connection refused',
    );
  });

  it('goes on after an answer, and is refused when it would ask after a sleep', () => {
    const script = ['sh', '-c', 'nslookup web. && echo $?; wget -qO- web'];
    const { output, asked } = converse(script, [answered('NOERROR\nA 1.2.3.4'), answered('200 hello')]);
    expect(asked[1]).toBe('tcp web:80 GET /');
    expect(output).toMatch(/Address: 1\.2\.3\.4\n\n0\nhello\n$/);
    expect(execute(['sh', '-c', 'sleep 1; wget web'], here)).toMatchObject({ exitCode: 127 });
  });
});
