import { diff } from '../kubectl/commands/diff.ts';
import { edit } from '../kubectl/commands/edit.ts';
import { addWork, type Work } from '../kubectl/commands/later.ts';
import { replace } from '../kubectl/commands/replace.ts';
import { setEnv } from '../kubectl/commands/setenv.ts';
import { setResources } from '../kubectl/commands/setresources.ts';
import { setSelector } from '../kubectl/commands/setselector.ts';
import { setServiceAccount } from '../kubectl/commands/setserviceaccount.ts';
import { setSubject } from '../kubectl/commands/setsubject.ts';

const works = {
  diff,
  edit,
  replace,
  'set env': setEnv,
  'set resources': setResources,
  'set selector': setSelector,
  'set serviceaccount': setServiceAccount,
  'set subject': setSubject,
};

/** Brings the work of kubectl's commands that change what is there in rarer ways. Call it before a line that names one is typed. */
export function addEditing(): void {
  addWork(works as unknown as Readonly<Record<string, Work>>);
}
