/** The YAML parser in a chunk of its own: loaded before the first file is read. */
export { type ManifestError, type Manifests, parseManifests, toParsedFile } from '../kubectl/manifest.ts';
