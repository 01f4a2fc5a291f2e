/** The YAML parser in a chunk of its own: loaded before the first file is read. */
export { type LineOf, type Manifests, type ManifestError, parseManifests, toParsedFile } from '../kubectl/manifest.ts';
