import { listOf, plainName } from './names.ts';

/** What was broken or mended, as its command says it. */
export interface Fault {
  readonly verb: string;
  readonly target: string;
}

/** What a person did to the cluster, as a sentence. */
export function faultText(fault: Fault): string {
  const { verb, target } = fault;
  const name = target.replace(/^(node|pod)\//, '');
  if (target.startsWith('link/')) return linkText(verb, target);
  const texts: Readonly<Record<string, string>> = {
    kill: `You cut the power of ${name}. Nothing is sent.`,
    cut: `You pull the network cable of ${name}. What runs there goes on.`,
    heal: `You put the network cable of ${name} back.`,
    wipe: `You end ${name}, and its disk is lost.`,
    stop: `You stop ${plainName(target)}.`,
    crash: `You make a container of pod ${name.replace('default/', '')} exit.`,
    repair: 'You mend everything that was broken.',
  };
  const start = target.startsWith('node/')
    ? `You give ${name} its power back.`
    : `You start ${plainName(target)} again.`;
  return texts[verb] ?? start;
}

/** One machine loses its line to another, or to several. */
function linkText(verb: string, target: string): string {
  const [, first = '', ...others] = target.split('/');
  const line = `${others.length > 1 ? 'lines' : 'line'} between ${first} and ${listOf(others)}`;
  return verb === 'cut'
    ? `You cut the ${line}. ${others.length > 1 ? 'All' : 'Both'} run on.`
    : `You mend the ${line}.`;
}
