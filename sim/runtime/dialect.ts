/** What differs from one runtime to another, and their words for what goes wrong. */
export interface Dialect {
  /** Bytes of an image as this runtime counts them, from those that travelled. */
  sizeOf(compressedBytes: number): number;
  /** Whether containers go on running while its process is restarted. */
  readonly keepsContainers: boolean;
  /** The registry has no such image; some registries hide that, and ask who you are. */
  missing(image: { readonly reference: string; readonly asked: string }, isHidden: boolean): string;
  /** The disk is full. */
  noRoom(reference: string, blob: string): string;
  /** The image has no such executable: found when the container is made, or, without this, when it is started. */
  readonly createError?: (executable: string) => string;
  startError(executable: string): string;
}

/** Files of a layer take so much more than the archive that travelled. */
export const UNPACKED = 2.5;

const containerd: Dialect = {
  sizeOf: (bytes) => bytes,
  keepsContainers: true,
  missing({ reference }, isHidden) {
    const head = `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": `;
    if (!isHidden) return `rpc error: code = NotFound desc = ${head}${reference}: not found`;
    const reason = 'pull access denied, repository does not exist or may require authorization: ';
    return `${head}${reason}server message: insufficient_scope: authorization failed`;
  },
  noRoom(reference, blob) {
    const ingest = `/var/lib/containerd/io.containerd.content.v1.content/ingest/${blob}/data`;
    return `failed to pull and unpack image "${reference}": failed to copy: write ${ingest}: no space left on device`;
  },
  startError: (executable) => `failed to create containerd task: ${shimError(executable)}`,
};

/** By component: others come with a pack. */
export const dialects = new Map<string, Dialect>([['containerd', containerd]]);

/** The dialect of a runtime's process. */
export function dialectOf(engine: string): Dialect {
  return dialects.get(engine) ?? containerd;
}

/** runc's words, through containerd's shim, for a command that the image does not have. */
export function shimError(executable: string): string {
  const runc = 'failed to create shim task: OCI runtime create failed: runc create failed: ';
  return `${runc}unable to start container process: error during container init: ${notFound(executable)}: unknown`;
}

/** Go's words for a missing executable. */
export function notFound(executable: string): string {
  return executable.includes('/')
    ? `exec: "${executable}": stat ${executable}: no such file or directory`
    : `exec: "${executable}": executable file not found in $PATH`;
}
