import type { Note } from '../kernel/component.ts';
import type { Address } from '../kernel/message.ts';
import { lengthText } from './names.ts';

/** What a noted fact says, as the rest of a sentence whose subject is the actor. Numbers and names come from the note. */
export function decisionText(note: Note, by: Address): string {
  const known = SENTENCES[note.what];
  const detail = (name: string): string => textOf(note[name]);
  return known === undefined ? anyFact(note, by) : known(note.about ?? '', detail, note);
}

type Sentence = (about: string, detail: (name: string) => string, note: Note) => string;

const SENTENCES: Readonly<Record<string, Sentence>> = {
  'kubectl/printed': (_about, detail) => `prints: ${detail('text')}`,
  'scheduler/popped': (about) => `takes ${about} from its queue`,
  'scheduler/filtered': (_about, detail) =>
    `finds ${detail('feasible')} fitting${detail('reasons') === '' ? '' : ` (${detail('reasons')})`}`,
  'scheduler/scored': (_about, detail) => `gives ${detail('winner')} the best score, ${detail('score')}`,
  'scheduler/bound': (about, detail) => `has ${about} bound to ${detail('node')}`,
  'scheduler/unschedulable': (about, detail) => `finds no node for ${about}: ${detail('message') || detail('reasons')}`,
  'apiserver/authenticated': (_about, detail) => `knows who asks: ${detail('user')}`,
  'apiserver/authorized': (about, detail) => `allows it: ${detail('verb')} ${about}`,
  'client/connection-lost': (_about, detail) => `gives up its connection to the API server: ${detail('reason')}`,
};

/** A fact without a sentence of its own: its words and what it carries. */
function anyFact(note: Note, _by: Address): string {
  const words = note.what.slice(note.what.indexOf('/') + 1).replaceAll('-', ' ');
  const details = Object.entries(note)
    .filter(([name, value]) => name !== 'what' && name !== 'about' && textOf(value) !== '')
    .map(
      ([name, value]) =>
        `${name} ${name.endsWith('Ms') && typeof value === 'number' ? lengthText(value) : textOf(value)}`,
    );
  const about = note.about === undefined ? '' : ` ${note.about}`;
  return `notes: ${words}${about}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, inner]) => `${textOf(inner)} ${name}`)
      .join(', ');
  }
  return value === undefined || value === null ? '' : String(value);
}
