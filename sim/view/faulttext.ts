import { plainName } from './names.ts';

/** What was broken or mended, as its command says it. */
export interface Fault {
  readonly verb: string;
  readonly target: string;
}

/** What a person did to the cluster, as a sentence. */
export function faultText(fault: Fault): string {
  const { verb, target } = fault;
  const name = target.replace(/^(node|pod)\//, '');
  const link = target.startsWith('link/') ? target.split('/').slice(1).join(' and ') : undefined;
  if (link !== undefined) {
    return verb === 'cut' ? `You cut the line between ${link}. Both run on.` : `You mend the line between ${link}.`;
  }
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
