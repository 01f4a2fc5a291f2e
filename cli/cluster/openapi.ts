import { createHash } from 'node:crypto';
import { rootOf, servedVersions } from '../../sim/index.ts';
import { openApiDocument } from '../../sim/packs/extensions.ts';

/** The index and the documents of OpenAPI v3 as texts, each document under the hash of its content. */
export class OpenApi {
  readonly #documents = new Map<string, { readonly text: string; readonly hash: string }>();

  constructor() {
    const versions = servedVersions();
    for (const root of new Set(versions.map(rootOf))) {
      const text = JSON.stringify(openApiDocument(versions.filter((resource) => rootOf(resource) === root)));
      this.#documents.set(root, { text, hash: createHash('sha256').update(text).digest('hex').toUpperCase() });
    }
  }

  /** The index, with the documents that the server has of kinds that definitions describe. */
  index(more: Readonly<Record<string, unknown>>): string {
    return JSON.stringify({ paths: { ...this.#index(), ...more } });
  }

  /** The answer to a path below /openapi/v3; `hash` marks a document that may be kept for ever. */
  answer(path: string): { readonly text: string; readonly hash?: string } | undefined {
    return path.startsWith('/openapi/v3/') ? this.#documents.get(path.slice('/openapi/v3/'.length)) : undefined;
  }

  #index(): Readonly<Record<string, { readonly serverRelativeURL: string }>> {
    const entries = [...this.#documents].map(([root, { hash }]) => {
      return [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hash}` }] as const;
    });
    return Object.fromEntries(entries);
  }
}
