import { ageColumn, column, nameColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import { controllerOf, type JsonObject, type ObjectMeta } from '../meta.ts';
import { defineResource, type Resource, sameJson } from '../resource.ts';
import { schemaOf } from '../schemas/schema.ts';
import { workloadSchemas } from '../schemas/workloadschemas.ts';
import { readTexts } from '../texts/read.ts';
import {
  type Errors,
  IMMUTABLE,
  invalidValue,
  nonNegative,
  required,
  subdomainName,
  validateMeta,
} from '../validate.ts';

/** One template that a StatefulSet or DaemonSet has had. */
export type ControllerRevision = {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'ControllerRevision';
  readonly metadata: ObjectMeta;
  /** A patch that brings the template back. */
  readonly data?: JsonObject;
  readonly revision: number;
};

const texts = readTexts(`
ControllerRevision A template that a StatefulSet or DaemonSet has had, so that it can go back to it.
ControllerRevision.data What the template was, as a patch.
ControllerRevision.revision Its number; the highest is the newest.
`);

/** Upstream registry/apps/controllerrevision strategy. */
const revisions = defineResource<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
  schema: schemaOf(workloadSchemas, 'ControllerRevision'),
  validate: validateRevision,
  columns: [
    nameColumn(),
    column('Controller', (revision) => {
      const owner = controllerOf(revision);
      return owner === undefined ? '<none>' : `${owner.kind.toLowerCase()}.apps/${owner.name}`;
    }),
    column('Revision', ({ revision }) => revision ?? 0),
    ageColumn(),
  ],
});

/** Upstream ValidateControllerRevisionCreate and ValidateControllerRevisionUpdate. */
function validateRevision({ metadata, data, revision }: ControllerRevision, old?: ControllerRevision): Errors {
  return [
    ...validateMeta(metadata, true, subdomainName),
    ...(data === undefined ? [required('data', 'data is mandatory')] : []),
    ...nonNegative('revision', revision),
    ...(old === undefined || sameJson(data, old.data) ? [] : [invalidValue('data', data ?? null, IMMUTABLE)]),
  ];
}

/** The kind ControllerRevision. */
export const controllerRevision: Kind = { resource: revisions as unknown as Resource, texts, rules: [] };
