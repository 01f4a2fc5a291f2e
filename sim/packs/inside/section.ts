/** How a cell stands: each has a shape of its own beside its word. */
export type Mark = 'ok' | 'wait' | 'bad' | 'none';

/** A cell in words. */
export interface Cell {
  readonly text: string;
  readonly mark?: Mark;
  /** A second line, smaller. */
  readonly more?: string;
  /** A pod, `default/web`, whose decisions can be opened from here. */
  readonly pod?: string;
}

/** A table: what it shows, and what is said when it has no rows. */
export interface TableSection {
  readonly type: 'table';
  readonly title: string;
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly empty: string;
  /** Rows that are not listed. */
  readonly left: number;
}

/** Terms and what they are now. */
export interface FactSection {
  readonly type: 'facts';
  readonly title: string;
  readonly facts: readonly (readonly [term: string, is: Cell])[];
}

/** What a stage did with a request; `here`: it is there now, `never`: it will not come there. */
export interface Stage {
  readonly name: string;
  readonly state: 'passed' | 'done' | 'stopped' | 'here' | 'later' | 'never';
  readonly text: string;
}

/** Requests, newest first, and the stages that each goes through. */
export interface ChainSection {
  readonly type: 'chain';
  readonly title: string;
  readonly note: string;
  readonly requests: readonly {
    readonly id: string;
    readonly at: string;
    /** As HTTP has it, and as the log tells it. */
    readonly text: string;
    readonly sentence: string;
    /** The command that it follows from; '' for none. */
    readonly origin: string;
    readonly answer: string;
    readonly stages: readonly Stage[];
  }[];
  readonly empty: string;
}

/** What a command prints. */
export interface TextSection {
  readonly type: 'text';
  readonly title: string;
  readonly note: string;
  readonly command: string;
  readonly lines: readonly string[];
}

/** A part of an inside. */
export type Section = TableSection | FactSection | ChainSection | TextSection;

/** A component or a node, opened at one instant. */
export interface Inside {
  /** The part that was asked for. */
  readonly part: string;
  readonly title: string;
  /** The whole in one or two sentences. */
  readonly summary: string;
  readonly sections: readonly Section[];
  /** Processes of this cluster that can be opened too, and that no view draws by itself. */
  readonly others?: readonly string[];
}

/** A plain cell. */
export function cell(text: string | number, mark?: Mark, more?: string): Cell {
  return { text: String(text), ...(mark && { mark }), ...(more !== undefined && more !== '' && { more }) };
}

/** A table of at most so many rows. */
export function table(
  title: string,
  note: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  empty: string,
  most = 40,
): TableSection {
  const shown = rows.slice(0, most);
  return { type: 'table', title, note, columns, rows: shown, empty, left: rows.length - shown.length };
}

/** `3 pods`, `1 pod`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
