import { resources } from '../api/index.ts';
import type { Advice, ParsedFile, Printed } from '../protocol/terminal.ts';

/** What advice is computed from: a run that has just ended. */
export interface EndedRun {
  readonly words: readonly string[];
  readonly line: string;
  readonly output: readonly Printed[];
  readonly files: Readonly<Record<string, ParsedFile>>;
}

interface Rule {
  readonly when: RegExp;
  advise(match: RegExpExecArray, run: EndedRun): Advice | undefined;
}

/** The second and third line of an error that teaches: a sentence of cause, and a command that is worth running. */
export function advise(run: EndedRun, earlier: readonly (readonly string[])[] = []): Advice | undefined {
  const errors = run.output.filter(({ stream }) => stream === 'err').map(({ text }) => text);
  for (const text of errors.slice(-20)) {
    for (const rule of rules) {
      const match = rule.when.exec(text);
      const advice = match === null ? undefined : rule.advise(match, run);
      if (advice !== undefined) return advice;
    }
  }
  return adviseWish(run.words, earlier);
}

/** A pod of a Deployment, deleted for the second time. */
const OWNED = /^(?:pods?\/)?(.+)-[a-z0-9]{6,10}-[a-z0-9]{5}$/;

function adviseWish(words: readonly string[], earlier: readonly (readonly string[])[]): Advice | undefined {
  const owner = deletedOwner(words);
  if (owner === undefined || !earlier.some((others) => deletedOwner(others) === owner)) return undefined;
  return {
    sentence: 'The Deployment still wants as many, so a new pod appears each time. Change the wish, not the pod.',
    run: `kubectl scale deployment ${owner} --replicas=2`,
  };
}

function deletedOwner(words: readonly string[]): string | undefined {
  if (words[0] !== 'delete') return undefined;
  return words.map((word) => OWNED.exec(word)?.[1]).find((owner) => owner !== undefined);
}

const rules: readonly Rule[] = [
  { when: /doesn't have a resource type "([^"]+)"/, advise: ([, word = ''], run) => adviseType(word, run) },
  {
    when: /no matches for kind "([^"]+)" in version "([^"]+)"/,
    advise: ([, kind = '', version = '']) => adviseKind(kind, version),
  },
  { when: /the path "([^"]+)" does not exist/, advise: ([, path = ''], run) => adviseFile(path, run) },
  {
    when: /^The connection to the server .* was refused|^Unable to connect to the server/,
    advise: () => ({ sentence: 'Nobody answers at the API server. What runs on the nodes keeps running.' }),
  },
  {
    when: /^No resources found in (\S+) namespace/,
    advise: ([, name = ''], run) =>
      run.words.some((word) => word === '-n' || word.startsWith('--namespace') || word.startsWith('-n'))
        ? {
            sentence: `An empty list and a missing namespace look the same. Does ${name.replace(/\.$/, '')} exist?`,
            run: 'kubectl get namespaces',
          }
        : undefined,
  },
  {
    when: /namespaces "([^"]+)" not found/,
    advise: ([, name = '']) => ({
      sentence: `The namespace ${name} does not exist yet.`,
      run: `kubectl create namespace ${name}`,
    }),
  },
  {
    when: /\(NotFound\): (\w+)(?:\.\S+)? "([^"]+)" not found/,
    advise: ([, plural = '', name = '']) => ({
      sentence: `There is no ${name} among the ${plural}. Names are exact; generated ones end in letters of their own.`,
      run: `kubectl get ${plural}`,
    }),
  },
  {
    when: /\(AlreadyExists\)/,
    advise: () => ({ sentence: 'create makes new objects only; apply also changes those that exist.' }),
  },
  {
    when: /unknown field "(?:[\w.[\]]*\.)?(\w+)"/,
    advise: ([, field = '']) => ({
      sentence: `The API has no field called ${field} at this place. Check its spelling and its depth.`,
    }),
  },
  {
    when: /^error: unknown command "(\S+)" for "kubectl"/,
    advise: (_match, run) => adviseVerb(run),
  },
  {
    when: /^(\S+): command not found/,
    advise: ([, word = ''], run) =>
      KUBECTL_VERBS.test(word)
        ? { sentence: 'Commands begin with kubectl.', run: `kubectl ${run.line.trim()}` }
        : undefined,
  },
  {
    when: /^error: error (?:executing|parsing) jsonpath/,
    advise: () => ({
      sentence: "Put the whole expression in single quotes: -o jsonpath='{...}'. The shell takes others away.",
    }),
  },
  {
    when: /exceeded its progress deadline/,
    advise: () => ({
      sentence: 'The new pods did not become ready in time. Look at them for the reason.',
      run: 'kubectl get pods',
    }),
  },
  {
    when: /error converting YAML to JSON: yaml: line (\d+)/,
    advise: ([, line = '']) => ({
      sentence: `The file is not valid YAML: look at line ${line} and at the one above it.`,
    }),
  },
];

const KUBECTL_VERBS =
  /^(?:get|describe|apply|create|delete|run|scale|logs|rollout|set|taint|cordon|drain|label|expose)$/;

function adviseVerb(run: EndedRun): Advice | undefined {
  const guess = run.output.map(({ text }) => /^\t(\S+)$/.exec(text)?.[1]).find((name) => name !== undefined);
  const [verb = '', ...rest] = run.words;
  if (guess === undefined) return undefined;
  return { sentence: `kubectl has no ${verb}. Did you mean ${guess}?`, run: ['kubectl', guess, ...rest].join(' ') };
}

/** Kinds of real clusters that are not modelled. */
const UNMODELLED = /^(?:certificatesigningrequests?|csr|customresourcedefinitions?|crds?|endpoints|ep|podtemplates?)$/i;

function adviseType(word: string, run: EndedRun): Advice {
  if (UNMODELLED.test(word)) {
    return {
      sentence: `Real clusters have ${word}; this harbour does not model them yet.`,
      run: 'kubectl api-resources',
    };
  }
  const names = resources.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]);
  const near = names.filter((name) => isNear(word.toLowerCase(), name));
  const [guess] = near;
  if (guess === undefined) {
    return {
      sentence: 'The API server looks kinds up by exact name, and has none of this name.',
      run: 'kubectl api-resources',
    };
  }
  const sentence =
    isSwap(word, guess) && word.length === guess.length
      ? 'Two letters are swapped. The API server looks kinds up by exact name.'
      : `Did you mean ${guess}? The API server looks kinds up by exact name.`;
  return { sentence, run: run.line.trim().replace(word, guess) };
}

function adviseKind(kind: string, version: string): Advice {
  const same = resources.find((resource) => resource.kind.toLowerCase() === kind.toLowerCase());
  if (same !== undefined) {
    const right = same.group === '' ? same.version : `${same.group}/${same.version}`;
    if (same.kind !== kind) return { sentence: `Kinds are written with capitals: kind: ${same.kind}.` };
    return { sentence: `${kind} belongs to apiVersion: ${right}, not ${version}.` };
  }
  if (UNMODELLED.test(kind)) return { sentence: `Real clusters have ${kind}; this harbour does not model it yet.` };
  const near = resources.find((resource) => isNear(kind.toLowerCase(), resource.kind.toLowerCase()));
  if (near !== undefined) return { sentence: `Did you mean kind: ${near.kind}?` };
  return { sentence: 'The API server has no kind of this name.', run: 'kubectl api-resources' };
}

function adviseFile(path: string, run: EndedRun): Advice {
  const names = Object.keys(run.files).sort();
  const [first] = names;
  if (first === undefined) return { sentence: 'There is no such file: the editor is empty.' };
  const near = names.find((name) => stem(name) === stem(path)) ?? names.find((name) => isNear(path, name)) ?? first;
  const have = names.length === 1 ? first : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
  return { sentence: `There is no such file here. You have ${have}.`, run: run.line.trim().replace(path, near) };
}

function stem(name: string): string {
  return name.replace(/\.\w+$/, '');
}

/** One letter more, less or different, or two neighbours swapped. */
function isNear(a: string, b: string): boolean {
  if (a === b || isSwap(a, b)) return true;
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1 || short.length < 2) return false;
  let at = 0;
  while (at < short.length && long[at] === short[at]) at += 1;
  return long.slice(at + 1) === short.slice(long.length === short.length ? at + 1 : at);
}

function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}
