import type { PageSpec } from '../session/page.ts';
import type { Saved } from '../session/saved.ts';
import { keyOf } from '../session/saved.ts';
import type { Store } from '../session/store.ts';

/** Where the author was when the page was left for its next version. */
interface Kept {
  readonly path: string;
  readonly scroll: number;
  readonly view: string | undefined;
  /** The beat that was present and those before it, the latest last. */
  readonly beats: readonly string[];
  readonly isAtBeat: boolean;
  /** What each session was made of. */
  readonly signs: Readonly<Record<string, string>>;
}

/** What has to be done once the page is awake again. */
interface Return extends Kept {
  /** The beat to play to; undefined: the kept commands have led to the same moment. */
  readonly beat: string | undefined;
  /** The beat is gone, and so are all before it. */
  readonly isAtStart: boolean;
}

const KEY = 'preview-place';

/** Writes down where the author is. */
export function keepPlace(store: Store | undefined): void {
  const spec = specOf(document);
  const frame = store?.frames.value[store.page.stage.id];
  const reached = frame?.reached ?? [];
  const present = reached.findIndex(({ id }) => id === (frame?.beat ?? reached.at(-1)?.id));
  const kept: Kept = {
    path: location.pathname,
    scroll: scrollY,
    view: store?.view.value,
    beats: reached.slice(0, present + 1).map(({ id }) => id),
    isAtBeat: reached[present]?.at === frame?.now,
    signs: spec === undefined ? {} : signsOf(spec),
  };
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

/**
 * Before the page wakes: a session whose scenario, files, plan or goals are no longer what they were begins anew; the
 * others come back by their kept commands. Gives what is left to do afterwards.
 */
export function takePlace(): Return | undefined {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const kept = text === null ? undefined : (JSON.parse(text) as Kept);
  const spec = specOf(document);
  if (kept === undefined || kept.path !== location.pathname) return undefined;
  if (spec === undefined) return { ...kept, beat: undefined, isAtStart: false };
  const signs = signsOf(spec);
  const changed = Object.keys(signs).filter((id) => signs[id] !== kept.signs[id]);
  forget(changed);
  const ids = beatsOf(spec);
  const nearest = kept.beats.findLast((id) => ids.includes(id));
  const isMoved = changed.includes(spec.stage.id) || nearest !== kept.beats.at(-1);
  const beat = isMoved || kept.isAtBeat ? nearest : undefined;
  return { ...kept, beat, isAtStart: isMoved && nearest === undefined };
}

/** Once the page is awake: the same view, moment and place in the text. */
export async function returnTo(place: Return, store: Store): Promise<void> {
  if (place.view !== undefined) store.showView(place.view as Store['view']['value']);
  if (place.beat !== undefined) store.seekBeat(place.beat);
  else if (place.isAtStart) store.seek(0);
  await store.settled();
  scrollTo({ top: place.scroll, behavior: 'instant' });
}

/** The page's own data; undefined for a page without a stage. */
function specOf(root: Document): PageSpec | undefined {
  const text = root.getElementById('page-spec')?.textContent;
  return text ? (JSON.parse(text) as PageSpec) : undefined;
}

/** Beats may be reworded and moved without a new beginning: only their ids matter, and what leads to them. */
function signsOf({ sessions }: PageSpec): Readonly<Record<string, string>> {
  const entries = Object.entries(sessions).map(([id, { spec, files }]) => {
    const plan = spec.plan.map((item) => (item.kind === 'do' ? item.command : `${item.id} ${item.at}`));
    return [id, JSON.stringify([spec.scenario, spec.goals, plan, files])];
  });
  return Object.fromEntries(entries);
}

function beatsOf({ stage, sessions }: PageSpec): readonly string[] {
  return (sessions[stage.id]?.spec.plan ?? []).flatMap((item) => (item.kind === 'beat' ? [item.id] : []));
}

function forget(changed: readonly string[]): void {
  const key = keyOf(location.pathname);
  const saved = JSON.parse(localStorage.getItem(key) ?? 'null') as Saved | null;
  if (saved === null) return;
  const sessions = Object.entries(saved.sessions).filter(([id]) => !changed.includes(id));
  localStorage.setItem(key, JSON.stringify({ ...saved, sessions: Object.fromEntries(sessions) }));
}
