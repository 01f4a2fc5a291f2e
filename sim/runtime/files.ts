import type { CriProtocol } from '../protocol/cri.ts';
import type { Files } from './programs/program.ts';
import type { Process, RuntimeState } from './state.ts';

/** A directory of the node's disk is written anew, or removed: kubelet's doing, not part of CRI. */
export function writeFiles({ disk }: RuntimeState, { path, files }: CriProtocol['writeFiles']): void {
  for (const known of [...disk.keys()]) if (isBelow(known, path)) disk.delete(known);
  for (const [name, text] of Object.entries(files ?? {})) disk.set(`${path}/${name}`, text);
}

/** What a container's process sees: its own files, and below its mounts those of the node's disk. */
export function filesOf({ disk }: RuntimeState, { files, mounts }: Process): Files {
  if (mounts.length === 0) return files;
  const seen = new Map(Object.entries(files));
  for (const { containerPath, hostPath } of mounts) {
    for (const path of [...seen.keys()]) if (isBelow(path, containerPath)) seen.delete(path);
    for (const [path, text] of disk) {
      if (isBelow(path, hostPath)) seen.set(containerPath + path.slice(hostPath.length), text);
    }
  }
  return Object.fromEntries(seen);
}

/** Keeps what a process has written: on the node's disk what is below a mount, the rest with the container. */
export function keepFiles({ disk }: RuntimeState, { mounts }: Process, files: Files): Files {
  if (mounts.length === 0) return files;
  const own = new Map(Object.entries(files));
  for (const { containerPath, hostPath, readonly } of [...mounts].reverse()) {
    if (!readonly) for (const path of [...disk.keys()]) if (isBelow(path, hostPath)) disk.delete(path);
    for (const [path, text] of [...own]) {
      if (!isBelow(path, containerPath)) continue;
      own.delete(path);
      if (!readonly) disk.set(hostPath + path.slice(containerPath.length), text);
    }
  }
  return Object.fromEntries(own);
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
