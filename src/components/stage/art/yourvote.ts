import type { Scene, SceneActor } from '../../../../sim/view/scene.ts';

/**
 * The reader's rule of votes, drawn where other labs have their process: it has none of its own, a member of etcd asks
 * it. To choose it is to choose that member.
 */
export function yourVote({ etcd }: Scene): SceneActor | undefined {
  const member = etcd.members.find(({ isYours }) => isYours);
  if (member === undefined) return undefined;
  const { id, isUp } = member;
  return { id, kind: 'lab', title: 'my vote', port: 'your rule', isUp, line: `${id} asks it`, isListening: false };
}
