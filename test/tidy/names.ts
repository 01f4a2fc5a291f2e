import { declaredNames, type Finding, isExported, lineOf, type Rule, type Source, stemOf } from './source.ts';

const empty = /(Manager|Helper|Util|Base|Impl)s?(?![a-z])/;
const emptyFile = /^(manager|helpers?|utils?|base|impl|common|misc)$/;
const registries = /^sim\/(api\/kinds|scheduler\/plugins|kubectl\/commands|apiserver\/admission|runtime\/programs)\//;
const components = /^src\/((components|layouts)\/(.*\/)?[A-Z][A-Za-z]*\.(astro|tsx)|pages\/.*\.astro)$/;

/** Names say what a thing is. Kubernetes' own words stay as they are: kube-controller-manager is one of them. */
export const nameRule: Rule = {
  name: 'names: files and exports',
  check: (source) => [...fileName(source), ...exportNames(source), ...mainExport(source)],
  examples: [
    { path: 'sim/kernel/workQueue.ts', code: '', says: 'lower case' },
    { path: 'src/components/stage/Diagram.ts', code: '', says: 'lower case' },
    { path: 'src/components/stage/diaGram.tsx', code: '', says: 'lower case' },
    { path: 'src/components/stage/Diagram.tsx', code: 'export function Drawing() {}', says: 'its main export' },
    { path: 'sim/kernel/utils.ts', code: '', says: 'says nothing' },
    { path: 'sim/x.ts', code: 'export class PodManager {}', says: 'PodManager: name what it does' },
    { path: 'sim/x.ts', code: 'export const podUtils = 1;', says: 'podUtils: name what it does' },
    { path: 'sim/x.ts', code: 'export abstract class BaseController {}', says: 'BaseController: name what it does' },
    { path: 'sim/api/kinds/pod.ts', code: 'export const thing = 1;', says: 'its main export' },
  ],
  fine: [
    { path: 'sim/controllers/manager.ts', code: 'export const kubeControllerManager = 1; export const database = 2;' },
    { path: 'sim/api/kinds/pod.ts', code: 'export interface Pod { a: 1 }' },
    { path: 'src/components/stage/Stage.astro', code: '' },
    { path: 'src/components/stage/Stage.tsx', code: 'export function Stage() {}' },
  ],
};

function fileName({ path }: Source): readonly Finding[] {
  const name = stemOf(path).replace(/\.(test|config|d)$/, '');
  if (components.test(path)) return [];
  const file = path.split('/').at(-1) ?? '';
  if (/[A-Z_]/.test(file))
    return [{ line: 1, message: `${path}: file names are lower case, one word where possible.` }];
  if (emptyFile.test(name) && path !== 'sim/controllers/manager.ts') {
    return [{ line: 1, message: `the file name "${name}" says nothing: name it after its one concept.` }];
  }
  return [];
}

function exportNames(source: Source): readonly Finding[] {
  return source.tree.statements.filter(isExported).flatMap((statement) =>
    declaredNames(statement)
      .filter((name) => empty.test(name.charAt(0).toUpperCase() + name.slice(1)))
      .filter((name) => !/ControllerManager/i.test(name) && !source.path.startsWith('sim/controllers/'))
      .map((name) => ({
        line: lineOf(source, statement),
        message: `${name}: name what it does, in Kubernetes' words.`,
      })),
  );
}

function mainExport(source: Source): readonly Finding[] {
  const base = stemOf(source.path);
  const isComponent = source.path.endsWith('.tsx') && components.test(source.path);
  if (!(registries.test(source.path) || isComponent) || source.isTest || /^(index|plugin|command|program)$/.test(base))
    return [];
  const names = source.tree.statements.filter(isExported).flatMap(declaredNames);
  const plain = base.replace(/[^A-Za-z0-9]/g, '');
  if (names.some((name) => name.toLowerCase().startsWith(plain.toLowerCase()))) return [];
  return [{ line: 1, message: `its main export should be named as the file: ${base}.` }];
}
