import { hashText } from '../kernel/random.ts';

/** A part of an image's files: what a registry serves and a node keeps once, however many images are made of it. */
export interface Layer {
  readonly digest: string;
  /** Compressed, as it travels. */
  readonly sizeBytes: number;
}

/** An image as a registry serves it. */
export interface Image {
  /** `docker.io/library/nginx:1.27` */
  readonly reference: string;
  /** `docker.io/library/nginx@sha256:…` */
  readonly digest: string;
  /** Of its config, without `sha256:`: the name that crictl shows. */
  readonly id: string;
  /** From the bottom up. */
  readonly layers: readonly Layer[];
  /** Compressed, all layers. */
  readonly sizeBytes: number;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Why there is no image: the registry says so, or it hides whether it has one. */
export type Missing = 'absent' | 'hidden';

/** Where images come from: a pack's part of the runtime. */
export const registry: { find: (image: string) => Image | Missing } = { find: () => 'absent' };

/**
 * Splits a reference and fills in Docker Hub's defaults: `nginx` is `docker.io/library/nginx` with the tag `latest`.
 */
export function parseReference(image: string): { readonly repository: string; readonly tag: string } {
  const [name = '', digest = ''] = image.split('@');
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  const path = hasTag ? name.slice(0, colon) : name;
  const tag = hasTag ? name.slice(colon + 1) : digest === '' ? 'latest' : digest;
  const [first = '', ...rest] = path.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const named = hasHost ? path : `docker.io/${path}`;
  const repository = named
    .replace(/^(?:index\.)?docker\.io\//, 'docker.io/')
    .replace(/^docker\.io\/([^/]+)$/, 'docker.io/library/$1');
  return { repository, tag };
}

/** The name under which a runtime keeps an image. Kept: every pod asks, and a cluster has few images. */
export function canonicalReference(image: string): string {
  const known = references.get(image);
  if (known !== undefined) return known;
  const { repository, tag } = parseReference(image);
  const reference = `${repository}${tag.startsWith('sha256:') ? '@' : ':'}${tag}`;
  if (references.size >= MOST_KEPT) references.clear();
  references.set(image, reference);
  return reference;
}

const references = new Map<string, string>();
/** Readers type names of images: what is kept does not grow for ever. */
const MOST_KEPT = 1000;

/** 64 hexadecimal digits that depend on a text: the shape of a digest or a container id. */
export function hexId(text: string): string {
  let id = '';
  for (let part = 0; part < 8; part++)
    id += hashText(text, part * 0x9e3779b1)
      .toString(16)
      .padStart(8, '0');
  return id;
}
