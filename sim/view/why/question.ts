import { resourceOfWord } from '../../api/index.ts';

/** An object by its kind and name; `namespace` is '' for what has none. */
export interface ObjectName {
  /** Lower case, singular: `pod`. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What somebody asks why of. */
export type Question =
  | { readonly of: 'object' | 'place'; readonly object: ObjectName }
  | { readonly of: 'field'; readonly object: ObjectName; readonly path: string }
  | { readonly of: 'cell'; readonly object: ObjectName; readonly column: string }
  | { readonly of: 'line'; readonly seq: number }
  | { readonly of: 'step'; readonly number: number };

/**
 * Reads a question. Undefined when it is none. Its forms:
 *
 *   object pod/default/web                   all that can be asked of an object
 *   place pod/default/web                    where a pod is, or why it is nowhere
 *   field pod/default/web spec.nodeName      a field, as a path
 *   cell node/node-1 STATUS                  a cell of the table that `kubectl get` prints
 *   line 112                                 a line that kubectl printed, by its record
 *   step 12                                  a step of the log
 */
export function parseQuestion(text: string): Question | undefined {
  const [of = '', second = '', ...rest] = text.split(' ');
  if (of === 'line' || of === 'step') {
    const number = Number(second);
    if (!Number.isInteger(number) || number < 1) return undefined;
    return of === 'line' ? { of, seq: number } : { of, number };
  }
  const object = parseObject(second);
  const detail = rest.join(' ');
  if (object === undefined) return undefined;
  if (of === 'object' || of === 'place') return { of, object };
  if (detail === '') return undefined;
  if (of === 'field') return { of, object, path: detail };
  return of === 'cell' ? { of, object, column: detail } : undefined;
}

function parseObject(text: string): ObjectName | undefined {
  const [kind = '', ...names] = text.split('/');
  const resource = resourceOfWord(kind);
  const [namespace = '', name = ''] = names.length === 1 ? ['', ...names] : names;
  if (resource === undefined || name === '' || names.length > 2) return undefined;
  return { kind, namespace, name };
}

/** `pod/default/web`, as questions name it. */
export function referenceTo({ kind, namespace, name }: ObjectName): string {
  return [kind, namespace, name].filter((word) => word !== '').join('/');
}

/** `pod/web`, as sentences name it. */
export function shortName({ kind, name }: ObjectName): string {
  return `${kind}/${name}`;
}
