import { type Signal, signal } from '@preact/signals';
import { beforeOf, forgetBefore, hasDeeds, libraryOf } from '../../session/playground.ts';
import type { SavedSession, ScenarioProblem } from '../../session/protocol.ts';
import type { Store } from '../../session/store.ts';
import { titleOf } from './shape.ts';

/** A cluster that waits for the reader's yes. */
export interface Wanted {
  readonly title: string;
  readonly cluster: SavedSession;
  /** The file it was read from; '' for one that was chosen in the page. */
  readonly file: string;
}

/** Why a file was not opened. */
export interface Refusal {
  readonly file: string;
  readonly problems: readonly ScenarioProblem[];
}

/** What a scenario file may weigh to be read at all, in bytes. */
const MOST_BYTES = 400_000;

/** What the parts of the playground share: the cluster on its stage, and the way to another one. */
export class Ground {
  readonly store: Store;
  /** Another cluster, while the reader is asked about the present one. */
  readonly wanted: Signal<Wanted | undefined> = signal(undefined);
  readonly refusal: Signal<Refusal | undefined> = signal(undefined);
  /** How often the cluster was changed: editors begin anew. */
  readonly turns = signal(0);

  constructor(store: Store) {
    this.store = store;
  }

  /** The scenario file of the cluster on the stage. */
  get scenario(): string {
    const { visit, saved, page } = this.store;
    const own = visit.value?.session ? visit.value.scenario : saved.value.sessions[page.stage.id]?.scenario;
    return own ?? libraryOf(this.store)?.[page.library ?? ''] ?? '';
  }

  /** The reader's manifests; those of a shared moment while one is looked at. */
  get files(): Readonly<Record<string, string>> {
    const { visit, saved, page } = this.store;
    const { id } = page.stage;
    if (visit.value?.session === id) return visit.value.files;
    return saved.value.sessions[id]?.files ?? page.sessions[id]?.files ?? {};
  }

  /** A new cluster from a scenario file. The reader's manifests come along; work is put aside only after a yes. */
  async chooseScenario(scenario: string, file = ''): Promise<void> {
    const { store, files } = this;
    store.pause();
    await store.settled();
    const wanted = { title: titleOf(scenario), cluster: { scenario, files, commands: '[]', now: 0 }, file };
    if (hasDeeds(store)) this.wanted.value = wanted;
    else await this.take(wanted);
  }

  /** The cluster that was put aside comes back, with all that was done there and its files. */
  async goBack(): Promise<void> {
    const { store } = this;
    store.pause();
    await store.settled();
    const before = beforeOf(store);
    if (before === undefined) return;
    const isSwapped = hasDeeds(store);
    const isTaken = await this.take({ title: this.titleOf(before), cluster: before, file: '' });
    if (isTaken && !isSwapped) forgetBefore(store);
  }

  /** What a cluster is called. */
  titleOf({ scenario }: SavedSession): string {
    return titleOf(scenario ?? libraryOf(this.store)?.[this.store.page.library ?? ''] ?? '');
  }

  /** Reads a file of the reader's device. */
  async bringIn(file: File): Promise<void> {
    const text = file.size > MOST_BYTES ? ' '.repeat(MOST_BYTES) : await file.text();
    await this.chooseScenario(text, file.name);
  }

  /** Puts a cluster on the stage, and says so; or says why not. */
  async take({ title, cluster, file }: Wanted): Promise<boolean> {
    const { store } = this;
    this.wanted.value = undefined;
    this.refusal.value = undefined;
    const isPutAside = hasDeeds(store);
    const { takeCluster } = await import('../../session/choosing.ts');
    const problems = await takeCluster(store, cluster);
    if (problems.length > 0) {
      this.refusal.value = { file: file || title, problems };
      store.say(`${file || title} is not opened. ${problems[0]?.title}.`);
      return false;
    }
    this.turns.value++;
    store.say(`${title} is on the stage.${isPutAside ? ' The cluster before it is put aside.' : ''}`);
    document.getElementById('now')?.focus();
    return true;
  }
}
