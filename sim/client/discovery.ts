import { isBuiltIn } from '../api/index.ts';
import type { JsonObject, JsonValue, KubeObject } from '../api/meta.ts';
import { defineResource, type Resource, type Subresource } from '../api/resource.ts';
import { metaSchemas } from '../api/schemas/metaschemas.ts';
import { schemaOf } from '../api/schemas/schema.ts';
import type { HttpRequest } from '../protocol/http.ts';

const TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** What a client asks that does not know a kind: which there are now. */
export const DISCOVERY: HttpRequest = { method: 'GET', path: '/apis', headers: { accept: TYPE } };

const known = new WeakMap<JsonObject, readonly Resource[]>();

/** The kinds in a discovery document that no client knows by itself. */
export function kindsIn(document: JsonObject | undefined): readonly Resource[] {
  if (document === undefined) return [];
  const found = known.get(document) ?? read(document);
  known.set(document, found);
  return found;
}

function read(document: JsonObject): readonly Resource[] {
  return listOf(document.items).flatMap((group) => {
    const { name = '' } = group.metadata as { readonly name?: string };
    return listOf(group.versions).flatMap(({ version, resources }) =>
      listOf(resources)
        .filter(({ resource }) => !isBuiltIn(`${resource as string}.${name}`))
        .map((one) => kindFrom(name, String(version), one)),
    );
  });
}

/** Where a server names no singular, the kind is one (client-go restmapper/discovery.go): `podmetrics`. */
function kindFrom(group: string, version: string, described: JsonObject): Resource {
  const { kind = '' } = described.responseKind as { readonly kind?: string };
  const { resource = '', singularResource = '', scope, shortNames = [], categories = [], verbs = [] } = described;
  const fields = ['apiVersion', 'kind', 'metadata', 'spec', 'status'].map((name) => {
    const type =
      name === 'metadata'
        ? { type: 'struct' as const, struct: schemaOf(metaSchemas, 'ObjectMeta') }
        : { type: 'any' as const };
    return [name, { name, type, required: false, mergeKey: undefined, retainKeys: false }] as const;
  });
  return defineResource<KubeObject>({
    group,
    version,
    kind,
    plural: String(resource),
    singular: String(singularResource) || kind.toLowerCase(),
    namespaced: scope === 'Namespaced',
    shortNames: shortNames as readonly string[],
    categories: categories as readonly string[],
    verbs: verbs as readonly string[],
    subresources: listOf(described.subresources).map(({ subresource }) => subresource as Subresource),
    schema: { name: kind, fields: new Map(fields) },
    custom: {
      described: {},
      decode: (body) => ({ object: body as JsonObject, problems: [] }),
      validateStatus: () => [],
    },
    validate: () => [],
    columns: [],
  });
}

function listOf(value: JsonValue): readonly JsonObject[] {
  return (value ?? []) as readonly JsonObject[];
}
