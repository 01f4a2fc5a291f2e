import { customResourceDefinition } from '../api/extensions/definitionkind.ts';
import { admissionPolicy, policyBinding } from '../api/extensions/policykinds.ts';
import { ruling } from '../api/extensions/rules.ts';
import type { Resource } from '../api/resource.ts';
import { kindsWithTexts } from '../api/texts/added.ts';
import { layerOf } from '../apiserver/extending.ts';
import { extensionsWith } from '../apiserver/extensions/extensions.ts';
import { validatingAdmissionPolicy } from '../apiserver/extensions/policies.ts';
import type { ApiServerState } from '../apiserver/state.ts';
import { addPack, type ClusterPack } from '../cluster/boot.ts';
import { discovery } from '../controllers/discovery.ts';
import type { Timeline } from '../kernel/timeline.ts';
import { celRules } from './celrules.ts';

const KINDS = [customResourceDefinition, admissionPolicy, policyBinding];

const pack: ClusterPack = {
  plugins: [validatingAdmissionPolicy],
  discovering: discovery,
  extending: extensionsWith(KINDS.map(({ resource }) => resource)),
};

/** The kinds that a cluster serves now beside everybody's; none in clusters without the addon. */
export function kindsNow({ world }: Timeline): readonly Resource[] {
  const server = world.actors.find(({ component }) => component === 'kube-apiserver')?.name ?? '';
  const state = world.states.get(server) as ApiServerState | undefined;
  return state === undefined ? [] : (layerOf(state)?.kinds(state) ?? []);
}

/**
 * Kinds and admission policies of one's own, for clusters with the addon `extensions`. Call it before such a cluster
 * boots; clusters without it stay as they are.
 */
export function addExtensions(): void {
  kindsWithTexts.push(...KINDS.filter((kind) => !kindsWithTexts.includes(kind)));
  ruling.language = celRules;
  addPack(pack);
}

export { openApiDocument } from '../api/openapi.ts';
