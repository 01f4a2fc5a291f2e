import { addressOfProject, type ProjectFiles, programIn } from '../../lab/project/project.ts';
import { zipOf } from '../../lab/project/zip.ts';

/** Saves the project of a lab with this program in it as a zip; gives the name of the file. */
export async function downloadProject(lab: string, program: string): Promise<string> {
  const response = await fetch(addressOfProject(lab));
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`);
  const files = (await response.json()) as ProjectFiles;
  const name = lab.split('/').at(-1) ?? 'lab';
  const archive = new Blob([zipOf(name, { ...files, [programIn(files)]: program })], { type: 'application/zip' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(archive);
  link.download = `${name}.zip`;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return link.download;
}
