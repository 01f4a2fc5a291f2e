import { parseExpectation, parseGoal } from '../../sim/index.ts';

/** What is wrong with a question of a hint such as `pod/web condition=Ready and did kubectl label`; or nothing. */
export function problemOfAsk(ask: string): string | undefined {
  const said = ask.split(' and ').map((part) => {
    const did = /^did (.*)/.exec(part)?.[1];
    return did === undefined ? parseExpectation(part) : parseGoal({ did });
  });
  return said.find((problem) => typeof problem === 'string');
}
