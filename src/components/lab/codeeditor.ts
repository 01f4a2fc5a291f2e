/** A line of the program that is wrong, and what is said about it. */
export interface LineMark {
  readonly line: number;
  /** Where in the line, where that is known. */
  readonly column?: number;
  readonly message: string;
}

/** An editor of one text. A plain text area is one; CodeMirror, loaded on focus, is the other. */
export interface CodeEditor {
  text(): string;
  /** Replaces the whole text, so that the editor's own undo takes it back. */
  setText(text: string): void;
  /** Marks lines; they stay marked until the next call. */
  mark(marks: readonly LineMark[]): void;
  /** Moves the caret to the beginning of a line, and the focus with it. */
  goTo(line: number): void;
  focus(): void;
  dispose(): void;
}

/** What an editor is told by its owner, and tells. */
export interface EditorEnds {
  readonly label: string;
  /** Whether it is a file of objects; else it is TypeScript. */
  readonly isYaml: boolean;
  /** Every change. */
  onText(text: string): void;
  /** Something for the status region. */
  onSay(sentence: string): void;
}

/** Said when Tab has been set free. */
export const TAB_LEAVES = 'Tab now leaves the editor. Type, and it indents again.';

/** The text area as an editor: what is there from the beginning, and when nothing better can be loaded. */
export function plainEditor(area: HTMLTextAreaElement, ends: EditorEnds): CodeEditor {
  const onInput = (): void => ends.onText(area.value);
  area.addEventListener('input', onInput);
  return {
    text: () => area.value,
    setText: (text) => {
      area.value = text;
      ends.onText(text);
    },
    mark: (marks) => area.setAttribute('aria-invalid', String(marks.length > 0)),
    goTo: (line) => {
      const lines = area.value.split('\n');
      const start = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0);
      area.focus();
      area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    },
    focus: () => area.focus(),
    dispose: () => area.removeEventListener('input', onInput),
  };
}
