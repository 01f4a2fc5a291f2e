import type { Condition, JsonObject, KubeObject, ObjectMeta } from '../meta.ts';
import type { JsonSchema } from './jsonschema.ts';

export type PrinterColumn = {
  readonly name?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath?: string;
};

export type DefinitionNames = {
  readonly plural?: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly kind?: string;
  readonly listKind?: string;
  readonly categories?: readonly string[];
};

export type ScalePaths = {
  readonly specReplicasPath?: string;
  readonly statusReplicasPath?: string;
  readonly labelSelectorPath?: string;
};

export type DefinitionVersion = {
  readonly name: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: JsonSchema };
  readonly subresources?: { readonly status?: JsonObject; readonly scale?: ScalePaths };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath?: string }[];
};

/** A noun of one's own: what the API server has to know to serve it. */
export type Definition = {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly group?: string;
    readonly names: DefinitionNames;
    readonly scope?: string;
    readonly versions: readonly DefinitionVersion[];
    readonly conversion?: { readonly strategy?: string };
    readonly preserveUnknownFields?: boolean;
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly acceptedNames?: DefinitionNames;
    readonly storedVersions?: readonly string[];
    readonly observedGeneration?: number;
  };
};

/** The finalizer that keeps a definition until no instance is left. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** Whether a condition of a definition is True. */
export function isTrue({ status }: Definition, type: string): boolean {
  return status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
}

/** An object that is known to be a definition. */
export function asDefinition(object: KubeObject): Definition {
  return object as unknown as Definition;
}
