import { customResourceDefinition } from '../api/extensions/definitionkind.ts';
import { admissionPolicy, policyBinding } from '../api/extensions/policykinds.ts';
import { ruling } from '../api/extensions/rules.ts';
import { addTexts } from '../api/texts/index.ts';
import { extensionsWith } from '../apiserver/extensions/extensions.ts';
import { validatingAdmissionPolicy } from '../apiserver/extensions/policies.ts';
import { addPack, type ClusterPack } from '../cluster/boot.ts';
import { celRules } from './celrules.ts';

const KINDS = [customResourceDefinition, admissionPolicy, policyBinding];

const pack: ClusterPack = {
  plugins: [validatingAdmissionPolicy],
  extending: extensionsWith(KINDS.map(({ resource }) => resource)),
};

/**
 * Kinds and admission policies of one's own, for clusters with the addon `extensions`. Call it before such a cluster
 * boots; clusters without it stay as they are.
 */
export function addExtensions(): void {
  for (const { texts } of KINDS) addTexts(texts);
  ruling.language = celRules;
  addPack(pack);
}
