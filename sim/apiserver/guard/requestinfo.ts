import { parseFieldSelector } from '../../api/selector.ts';
import type { HttpRequest } from '../../protocol/http.ts';

/** What a request is about, as the authorizers see it: known before anybody asks whether there is such a resource. */
export interface Attributes {
  /** `list`, `create` … ; for what is no resource the method in small letters. */
  readonly verb: string;
  readonly isResource: boolean;
  readonly path: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** The `spec.nodeName` that a list or watch is limited to; '' for none. */
  readonly node: string;
}

const NO_RESOURCE = { isResource: false, group: '', resource: '', subresource: '', namespace: '', name: '', node: '' };

/** Follows apiserver/pkg/endpoints/request/requestinfo.go. */
export function requestInfo({ path, method, query = {} }: HttpRequest): Attributes {
  const parts = path.split('/').filter((part) => part !== '');
  const isCore = parts[0] === 'api';
  const rest = parts.slice(isCore ? 2 : 3);
  if ((!isCore && parts[0] !== 'apis') || rest.length === 0) {
    return { ...NO_RESOURCE, verb: method.toLowerCase(), path };
  }
  const group = isCore ? '' : (parts[1] ?? '');
  const isBelow = rest[0] === 'namespaces' && rest.length > 1;
  const namespace = isBelow ? (rest[1] ?? '') : '';
  const inside = isBelow && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize' ? rest.slice(2) : rest;
  const [resource = '', given = '', subresource = ''] = inside;
  const selector = given === '' && query.fieldSelector ? parseFieldSelector(query.fieldSelector) : undefined;
  const equal = (field: string) => {
    const found = selector?.ok ? selector.value.find((one) => one.field === field && one.equal) : undefined;
    return found?.value ?? '';
  };
  const name = given || equal('metadata.name');
  return {
    verb: verbOf(method, given, query),
    isResource: true,
    path,
    group,
    resource,
    subresource,
    namespace,
    name,
    node: equal('spec.nodeName'),
  };
}

function verbOf(method: HttpRequest['method'], name: string, query: Readonly<Record<string, string>>): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    case 'GET':
      if (name !== '') return 'get';
      return query.watch === 'true' || query.watch === '1' ? 'watch' : 'list';
  }
}
