import type { JsonObject, JsonValue } from '../../../sim/api/meta.ts';
import { draw, type RandomCounts } from '../../../sim/kernel/random.ts';

// Random Pods over few names, so that two of them share much, and random patches that fit them, more or less.

/** A source of random choices that a seed repeats. */
export class Dice {
  readonly #counts: RandomCounts = new Map();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return draw(this.#counts, this.#seed, 'patches', bound);
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** Some of the choices, in random order, none twice. */
  some<T>(choices: readonly T[]): readonly T[] {
    const rest = [...choices];
    const count = this.below(choices.length + 1);
    return Array.from({ length: count }, () => rest.splice(this.below(rest.length), 1)[0] as T);
  }

  isLucky(percent: number): boolean {
    return this.below(100) < percent;
  }
}

const WORDS = ['a', 'b', 'c', 'x/y', 't~w'] as const;

/** A Pod with lists of every kind: merged by a key, of scalars that merge, and replaced as a whole. */
export function drawPod(dice: Dice, name = 'web'): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...optional(dice, 'labels', () => drawMap(dice)),
      ...optional(dice, 'annotations', () => drawMap(dice)),
      ...optional(dice, 'finalizers', () => [...dice.some(['k.io/a', 'k.io/b', 'k.io/c'])]),
    },
    spec: {
      containers: drawContainers(dice, 1),
      ...optional(dice, 'initContainers', () => drawContainers(dice, 0)),
      ...optional(dice, 'nodeSelector', () => drawMap(dice)),
      ...optional(dice, 'restartPolicy', () => dice.one(['Always', 'Never'])),
      ...optional(dice, 'terminationGracePeriodSeconds', () => dice.below(3)),
      ...optional(dice, 'tolerations', () => dice.some(WORDS).map((key) => ({ key, operator: 'Exists' }))),
      ...optional(dice, 'imagePullSecrets', () => dice.some(WORDS).map((secret) => ({ name: secret }))),
      ...optional(dice, 'hostAliases', () => drawAliases(dice)),
      ...optional(dice, 'volumes', () => dice.some(WORDS).map((volume) => drawVolume(dice, volume))),
      ...optional(dice, 'securityContext', () => optional(dice, 'runAsUser', () => dice.below(3))),
    },
  };
}

function optional(dice: Dice, key: string, value: () => JsonValue): JsonObject {
  return dice.isLucky(60) ? { [key]: value() } : {};
}

function drawMap(dice: Dice): JsonObject {
  return Object.fromEntries(dice.some(WORDS).map((key) => [key, dice.one(['1', '2'])]));
}

function drawContainers(dice: Dice, least: number): readonly JsonObject[] {
  const names = dice.some(['a', 'b', 'c']);
  return (names.length < least ? ['a'] : names).map((name) => drawContainer(dice, name));
}

function drawContainer(dice: Dice, name: string): JsonObject {
  return {
    name,
    image: dice.one(['nginx', 'redis']),
    ...optional(dice, 'args', () => [...dice.some(WORDS)]),
    ...optional(dice, 'env', () => dice.some(WORDS).map((key) => ({ name: key, value: dice.one(['1', '2']) }))),
    ...optional(dice, 'ports', () => dice.some([80, 81, 82]).map((port) => drawPort(dice, port))),
    ...optional(dice, 'volumeMounts', () => dice.some(WORDS).map((path) => ({ name: 'a', mountPath: `/${path}` }))),
    ...optional(dice, 'resources', () => ({ requests: { cpu: dice.one(['1', '2']) } })),
  };
}

function drawPort(dice: Dice, containerPort: number): JsonObject {
  return { containerPort, ...optional(dice, 'protocol', () => dice.one(['TCP', 'UDP'])) };
}

function drawAliases(dice: Dice): readonly JsonObject[] {
  return dice.some(['10.0.0.1', '10.0.0.2']).map((ip) => ({ ip, hostnames: [...dice.some(WORDS)] }));
}

function drawVolume(dice: Dice, name: string): JsonObject {
  const kind = dice.one(['emptyDir', 'hostPath', 'configMap']);
  const source = { emptyDir: {}, hostPath: { path: '/x' }, configMap: { name: 'a' } } as const;
  return { name, [kind]: source[kind as keyof typeof source] };
}

/** RFC 7386: parts of another Pod, with nulls among them. */
export function drawMergePatch(dice: Dice): JsonObject {
  return withNulls(dice, drawPod(dice)) as JsonObject;
}

function withNulls(dice: Dice, value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value as JsonObject).filter(([key]) => IDENTITY.includes(key) || dice.isLucky(70));
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, !IDENTITY.includes(key) && dice.isLucky(15) ? null : withNulls(dice, inner)]),
  );
}

const IDENTITY: readonly string[] = [
  'apiVersion',
  'kind',
  'metadata',
  'spec',
  'name',
  'ip',
  'containerPort',
  'mountPath',
];

/** A strategic merge patch: parts of another Pod with nulls and, in places, each of the directives. */
export function drawStrategicPatch(dice: Dice): JsonObject {
  return directed(dice, withNulls(dice, drawPod(dice))) as JsonObject;
}

function directed(dice: Dice, value: JsonValue, key = ''): JsonValue {
  if (Array.isArray(value)) return directedList(dice, value as readonly JsonValue[], key);
  if (typeof value !== 'object' || value === null) return value;
  const fields: Record<string, JsonValue> = {};
  for (const [name, inner] of Object.entries(value as JsonObject)) {
    fields[name] = directed(dice, inner, name);
    const order = orderOf(inner, name);
    if (order !== undefined && dice.isLucky(30)) fields[`$setElementOrder/${name}`] = order;
  }
  if (key === 'metadata' && dice.isLucky(30)) Object.assign(fields, scalarDeletion(fields['finalizers']));
  const isReplaceable = ['labels', 'annotations', 'nodeSelector', 'securityContext', 'resources'].includes(key);
  if (isReplaceable && dice.isLucky(20)) fields['$patch'] = dice.one(['replace', 'delete', 'merge']);
  return fields;
}

/** Of what the same patch does not add: which of the two upstream does first is the whim of a Go map. */
function scalarDeletion(added: JsonValue | undefined): JsonObject {
  const list = Array.isArray(added) ? (added as readonly JsonValue[]) : [];
  return { '$deleteFromPrimitiveList/finalizers': ['k.io/a', 'k.io/b'].filter((one) => !list.includes(one)) };
}

/** The lists that merge, and by which key. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  ports: 'containerPort',
  volumeMounts: 'mountPath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  volumes: 'name',
};

function directedList(dice: Dice, list: readonly JsonValue[], key: string): JsonValue {
  const mergeKey = MERGE_KEYS[key];
  if (mergeKey === undefined) return list;
  const items = list.map((item) => {
    const field = (item as JsonObject)[mergeKey] as JsonValue;
    if (dice.isLucky(20)) return { [mergeKey]: field, $patch: 'delete' };
    const inner = directed(dice, item) as JsonObject;
    if (key !== 'volumes' || dice.isLucky(50)) return inner;
    return { ...inner, $retainKeys: Object.keys(inner) };
  });
  return dice.isLucky(15) ? [...items, { $patch: 'replace' }] : items;
}

/** The order a patch may ask for: of the items it brings. */
function orderOf(value: JsonValue, key: string): JsonValue | undefined {
  const mergeKey = MERGE_KEYS[key];
  if (!Array.isArray(value)) return undefined;
  if (key === 'finalizers') return value;
  if (mergeKey === undefined) return undefined;
  return (value as readonly JsonObject[]).map((item) => ({ [mergeKey]: item[mergeKey] as JsonValue }));
}

/** An operation of RFC 6902. */
export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: JsonValue;
}

/** Operations on places of the object, some of which are not there. */
export function drawJsonPatch(dice: Dice, object: JsonObject): readonly Operation[] {
  const places = [...pointersOf(object, '')].filter((path) => !PROTECTED.includes(path));
  return Array.from({ length: 1 + dice.below(3) }, () => {
    const path = dice.isLucky(10) ? `${dice.one(places)}/nowhere` : dice.one(places);
    const op = dice.one(['add', 'add', 'remove', 'replace', 'replace', 'move', 'copy', 'test']);
    if (op === 'remove') return { op, path };
    if (op === 'move' || op === 'copy') return { op, path, from: dice.one(places) };
    const value = dice.one<JsonValue>(['1', 7, true, ['1'], { a: '1' }]);
    const inList = path.replace(/\/\d+$/, '/-');
    return { op, path: op === 'add' && dice.isLucky(50) ? inList : path, value };
  });
}

const PROTECTED = ['/apiVersion', '/kind', '/metadata', '/metadata/name', '/spec'];

function* pointersOf(value: JsonValue, path: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const below = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    yield below;
    yield* pointersOf(inner as JsonValue, below);
  }
}
