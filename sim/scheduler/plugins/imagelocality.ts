import { countByDomain } from '../domaincounts.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import { MAX_SCORE, type Plugin } from '../plugin.ts';

/**
 * ImageLocality: prefers nodes that already have the pod's images, the larger the better.
 * Reads: the images of the pod's containers and status.images of all nodes, by exact name.
 * Refuses: nothing. An image counts by the share of nodes that have it, so that one node does not attract everything.
 * Upstream: `pkg/scheduler/framework/plugins/imagelocality/image_locality.go`.
 * Leaves out: init containers and image volumes.
 */
export const imageLocality: Plugin<never, readonly ImageWeight[]> = {
  name: 'ImageLocality',
  weight: 1,
  preScore({ spec }, { nodes }) {
    return spec.containers.map(({ image = '' }) => {
      const name = withTag(image);
      const has = ({ images }: NodeInfo) => Number(name in images);
      const having = countByDomain(`image ${name}`, nodes, () => '', has).get('') ?? 0;
      return { name, having, of: nodes.length };
    });
  },
  score({ spec }, { images: sizes }, images) {
    let sum = 0;
    for (const { name, having, of } of images) sum += Math.trunc((sizes[name] ?? 0) * (having / of));
    const max = MAX_BYTES * spec.containers.length;
    const clamped = Math.min(Math.max(sum, MIN_BYTES), max);
    return Math.trunc((MAX_SCORE * (clamped - MIN_BYTES)) / (max - MIN_BYTES));
  },
  requeueOn: [],
};

interface ImageWeight {
  readonly name: string;
  /** Nodes that have it, out of so many. */
  readonly having: number;
  readonly of: number;
}

const MIN_BYTES = 23 * 1024 * 1024;
const MAX_BYTES = 1000 * 1024 * 1024;

function withTag(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}
