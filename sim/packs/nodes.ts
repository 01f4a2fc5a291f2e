import { hostPorts } from '../api/podspec/hostports.ts';
import { tokenFiles } from '../api/podspec/tokenfiles.ts';
import { nodeRestriction } from '../apiserver/admission/noderestriction.ts';
import { answerReview } from '../apiserver/review.ts';
import { requestToken } from '../apiserver/tokenrequest.ts';
import type { ClusterPack } from '../cluster/boot.ts';
import { hooks } from '../kubelet/hooks.ts';
import { housekeeper } from '../kubelet/housekeeper.ts';
import { initContainers } from '../kubelet/initcontainers.ts';
import { volumeMounter } from '../kubelet/mounter.ts';
import { staticPods } from '../kubelet/staticpods.ts';
import { runtimeNamed } from '../runtime/cri.ts';
import { criDockerd } from '../runtime/cridockerd.ts';
import { crioDialect, dockerDialect } from '../runtime/dialects.ts';
import { agnhost } from '../runtime/programs/agnhost.ts';
import { client } from '../runtime/programs/client.ts';
import { daemon, daemonNames } from '../runtime/programs/daemon.ts';
import { findImage } from '../runtime/registry/catalogue.ts';
import { usageMeter } from '../runtime/usage.ts';

/** Where every node's images come from, with the programs of some. */
export const registry: ClusterPack = {
  findImage,
  containerPrograms: { agnhost, client, ...Object.fromEntries(daemonNames.map((name) => [name, daemon])) },
};

/** Runtimes beside containerd. */
const runtimes: ClusterPack = {
  programs: [runtimeNamed('crio'), runtimeNamed('dockerd'), criDockerd],
  dialects: { crio: crioDialect, dockerd: dockerDialect },
};

/** Parts of a node that few pods use, and what a kubelet may do. */
export const nodeParts: ClusterPack = {
  ...runtimes,
  plugins: [nodeRestriction],
  answering: { token: requestToken, review: answerReview },
  podParts: [hostPorts, tokenFiles],
  initializer: initContainers,
  mounter: volumeMounter,
  hooks,
  staticPods,
  housekeeper,
  meter: usageMeter,
};
