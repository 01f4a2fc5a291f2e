import { type Dialect, shimError, UNPACKED } from './dialect.ts';

/**
 * CRI-O with crun. It says how large an image is unpacked, and crun looks for the executable when the container is
 * made. Leaves out: its second try, for OCI artifacts, and what that adds to its errors.
 */
export const crioDialect: Dialect = {
  sizeOf: (bytes) => Math.round(bytes * UNPACKED),
  keepsContainers: true,
  missing({ reference, asked }, isHidden) {
    const { repository, tag } = split(reference);
    const why = isHidden ? 'requested access to the resource is denied' : 'manifest unknown';
    return `initializing source docker://${withTag(asked)}: reading manifest ${tag} in ${repository}: ${why}`;
  },
  noRoom(_reference, blob) {
    const file = `/var/tmp/container_images_storage${blob.slice(0, 9)}/1`;
    return `writing blob: storing blob to file "${file}": write ${file}: no space left on device`;
  },
  createError: (executable) => `container create failed: ${crunError(executable)}: No such file or directory`,
  startError: (executable) => `container create failed: ${crunError(executable)}: No such file or directory`,
};

/**
 * Docker Engine. It says how large an image is unpacked. Without live-restore its containers end when its process is
 * started again.
 */
export const dockerDialect: Dialect = {
  sizeOf: (bytes) => Math.round(bytes * UNPACKED),
  keepsContainers: false,
  missing({ asked }, isHidden) {
    const daemon = 'Error response from daemon: ';
    if (!isHidden) return `${daemon}manifest for ${withTag(asked)} not found: manifest unknown: manifest unknown`;
    const name = asked.replace(/:[^/:]*$/, '');
    const login = "repository does not exist or may require 'docker login'";
    return `${daemon}pull access denied for ${name}, ${login}: denied: requested access to the resource is denied`;
  },
  noRoom: (_reference, blob) => `write /var/lib/docker/tmp/GetImageBlob${blob.slice(0, 10)}: no space left on device`,
  startError: (executable) =>
    `Error response from daemon: failed to create task for container: ${shimError(executable)}`,
};

function split(reference: string): { readonly repository: string; readonly tag: string } {
  const at = reference.includes('@') ? reference.indexOf('@') : reference.lastIndexOf(':');
  return { repository: reference.slice(0, at), tag: reference.slice(at + 1) };
}

function withTag(image: string): string {
  return /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
}

function crunError(executable: string): string {
  return `executable file \`${executable}\` not found${executable.includes('/') ? '' : ' in $PATH'}`;
}
