/** What the reader of a lab writes: a program that a process of the cluster runs, or objects that kubectl applies. */
export type LabFile = 'program.ts' | 'program.yaml';

/** The author's files beside a lesson end as the reader's does: `solution.yaml` for `program.yaml`. */
export function besideOf(name: string, file: LabFile): string {
  return file.replace('program', name);
}
