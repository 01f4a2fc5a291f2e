import { commandText, hashTexts, type LoggedCommand, type ParsedFile, parseFault, Session } from '../../sim/index.ts';
import { hashOf } from './frame.ts';
import type { Deed, FileText, Moment } from './moment.ts';
import type { OpenSession } from './protocol.ts';

type Texts = Readonly<Record<string, string>>;
type Files = Readonly<Record<string, ParsedFile>>;

/** The present moment of a session, as it can be shared. `files` are the page's, as their author wrote them. */
export function momentOf(id: string, session: Session, opened: Pick<OpenSession, 'files' | 'saved'>): Moment {
  const { world } = session.timeline;
  const scenario = opened.saved?.scenario;
  let texts = opened.files;
  const deeds = session.commands.slice(0, world.commanded).map((logged) => {
    const deed = deedOf(logged, texts);
    if (deed.kind === 'kubectl') texts = { ...texts, ...Object.fromEntries(deed.files) };
    return deed;
  });
  const place = { at: session.now, delivered: world.delivered };
  return { session: id, deeds, ...place, hash: fingerprint(session), ...(scenario === undefined ? {} : { scenario }) };
}

/**
 * A session at a shared moment: a new one, in which the same was done. Throws a sentence when that is not possible.
 * The parser of files is a chunk of its own, and so is handed in.
 */
export function sessionAt(
  { spec, files: texts }: Pick<OpenSession, 'spec' | 'files'>,
  moment: Moment,
  toParsedFile: (text: string, name: string) => ParsedFile,
): { readonly session: Session; readonly files: Files; readonly isSame: boolean } {
  const session = new Session(spec);
  let files: Files = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, toParsedFile(text, name)]));
  const commands = moment.deeds.map((deed): LoggedCommand => {
    const { at, delivered } = deed;
    if (deed.kind === 'kubectl') {
      const { run, line } = deed;
      files = { ...files, ...Object.fromEntries(deed.files.map(([name, text]) => [name, toParsedFile(text, name)])) };
      return { at, delivered, command: { kind: 'kubectl', run, line, files } };
    }
    if (deed.kind === 'interrupt') return { at, delivered, command: { kind: 'interrupt', run: deed.run } };
    if (deed.kind === 'saved') {
      const file = toParsedFile(deed.text, 'edited-file');
      return { at, delivered, command: { kind: 'saved', run: deed.run, file } };
    }
    const fault = parseFault(deed.line, session.timeline.world);
    if (typeof fault === 'string') throw new Error(fault);
    return { at, delivered, command: { kind: 'fault', fault } };
  });
  session.replay(commands, moment.at, moment.delivered);
  return { session, files, isSame: fingerprint(session) === moment.hash };
}

function deedOf({ command, at, delivered }: LoggedCommand, before: Texts): Deed {
  const place = { at, delivered };
  if (command.kind === 'fault') return { ...place, kind: 'fault', line: commandText(command) };
  const run = String(command['run']);
  if (command.kind === 'interrupt') return { ...place, kind: 'interrupt', run };
  if (command.kind === 'saved') return { ...place, kind: 'saved', run, text: (command['file'] as ParsedFile).text };
  const files = Object.entries((command['files'] ?? {}) as Files)
    .map(([name, { text }]): FileText => [name, text])
    .filter(([name, text]) => before[name] !== text);
  return { ...place, kind: 'kubectl', run, line: String(command['line']), files };
}

function fingerprint(session: Session): string {
  return hashTexts(hashOf(session), (hash) => hash);
}
