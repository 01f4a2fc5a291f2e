import type { JSX } from 'preact';
import { ISOLATED } from '../../lab/container/isolated.ts';

/** The same lab outside of this page: as a project to download, and in a Node that runs in the browser. */
export function Elsewhere(props: {
  /** The address of the lesson. */
  readonly lab: string;
  /** The program as it stands in the editor. */
  readonly text: string;
  onSay(sentence: string): void;
}): JSX.Element {
  const download = async (): Promise<void> => {
    try {
      const { downloadProject } = await import('./download.ts');
      props.onSay(`${await downloadProject(props.lab, props.text)} is downloaded, with what you have written.`);
    } catch {
      props.onSay('The project could not be loaded. Try again when this site can be reached.');
    }
  };
  return (
    <p class="exercise-actions lab-elsewhere">
      <button type="button" class="button" onClick={() => void download()}>
        Download as a project
      </button>
      <a href={`${ISOLATED}${props.lab}/`}>Run it as a Node project in the browser</a>
    </p>
  );
}
