import { decode, formatPath } from '../api/decode.ts';
import { resourceOfKind } from '../api/index.ts';
import type { JsonObject, KubeObject } from '../api/meta.ts';
import type { FieldError, Resource } from '../api/resource.ts';
import { renderFieldError } from '../api/status.ts';

/** One problem of a manifest, at its place. Lines and columns count from 1. */
export interface ManifestProblem {
  readonly line: number;
  readonly column: number;
  /** The YAML is wrong, a field is, or a value makes no sense. */
  readonly class: 'syntax' | 'shape' | 'sense';
  /** What is wrong there; it does not say the line again. */
  readonly message: string;
  /** A word to put in the place of another, when one edit is surely right. */
  readonly fix?: { readonly from: string; readonly to: string };
}

type Place = Pick<ManifestProblem, 'line' | 'column'>;

/** What the YAML parser gave: structurally `Manifests` of `sim/packs/yaml.ts`, which is a chunk of its own. */
interface Manifests {
  readonly documents: readonly { readonly object: unknown; readonly place: Place; placeOf(path: string): Place }[];
  readonly error?: { readonly line: number; readonly column: number; readonly sentence: string };
}

/** What an editor should mark before anything is sent: the same checks as the API server makes, at their lines. */
export function checkManifests(manifests: Manifests): readonly ManifestProblem[] {
  const problems = manifests.documents.flatMap((document) => {
    const { object, place, placeOf } = document;
    return checkObject(object).map(({ path, ...found }) => ({ ...(path === '' ? place : placeOf(path)), ...found }));
  });
  const { error } = manifests;
  if (error === undefined) return problems;
  const { line, column, sentence } = error;
  return [...problems, { line, column, class: 'syntax', message: sentence.replace(/^Line \d+: /, '') }];
}

type Found = Omit<ManifestProblem, 'line' | 'column'> & { readonly path: string };

function checkObject(object: unknown): readonly Found[] {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    return [{ path: '', class: 'shape', message: 'A manifest is a map that begins with apiVersion and kind.' }];
  }
  const { apiVersion, kind } = object as Partial<KubeObject>;
  if (typeof kind !== 'string' || kind === '') return [{ path: '', class: 'shape', message: 'kind is missing.' }];
  if (typeof apiVersion !== 'string') return [{ path: '', class: 'shape', message: 'apiVersion is missing.' }];
  const resource = resourceOfKind(apiVersion, kind);
  if (resource === undefined) {
    const message = `There is no kind "${kind}" in version "${apiVersion}" here.`;
    return [{ path: 'kind', class: 'shape', message }];
  }
  return checkKnown(object as JsonObject, resource);
}

function checkKnown(object: JsonObject, resource: Resource): readonly Found[] {
  const decoded = resource.custom?.decode(object) ?? decode(object, resource.schema);
  if (decoded.problems.length > 0) {
    return decoded.problems.map(({ path, message, suggestion }) => {
      const meant = suggestion === undefined ? '' : `: did you mean ${suggestion}?`;
      const found = { path: formatPath(path), class: 'shape' as const, message: `${message}${meant}` };
      return suggestion === undefined ? found : { ...found, fix: { from: String(path.at(-1)), to: suggestion } };
    });
  }
  const written = inNamespace(decoded.object as KubeObject, resource);
  const refused = resource.refusals?.(written) ?? [];
  return [...refused, ...resource.validate(resource.prepareForCreate(resource.defaults(written)))].map(sense);
}

/** kubectl fills the namespace of the current context in. */
function inNamespace(object: KubeObject, { namespaced }: Resource): KubeObject {
  return namespaced ? { ...object, metadata: { namespace: 'default', ...object.metadata } } : object;
}

function sense(error: FieldError): Found {
  return { path: error.field, class: 'sense', message: renderFieldError(error) };
}
