// CodeMirror, put together from what a lab needs. It writes style sheets, which the page's policy forbids in the
// document; in a shadow root it adopts constructed ones, which no policy has to allow.
import { acceptCompletion, autocompletion, type Completion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { typescriptLanguage } from '@codemirror/lang-javascript';
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { offersAt } from '../../lab/completion/complete.ts';
import type { ApiMember, ApiTable } from '../../lab/completion/table.ts';
import { type CodeEditor, type EditorEnds, TAB_LEAVES } from './codeeditor.ts';
import { yamlMode } from './yamlmode.ts';

/** Names for what stands at the caret are looked for in so many characters before it. */
const LOOK_BACK = 20_000;

/** An editor in a shadow root of `place`. */
export function codeMirror(
  place: HTMLElement,
  begun: { readonly text: string; readonly caret: number },
  ends: EditorEnds,
  table: ApiTable | undefined,
): CodeEditor {
  const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' });
  const state = EditorState.create({
    doc: begun.text,
    selection: { anchor: Math.min(begun.caret, begun.text.length) },
    extensions: extensionsFor(ends, table),
  });
  const view = new EditorView({ state, root, parent: root });
  const atLine = (line: number) => view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
  return {
    text: () => view.state.doc.toString(),
    setText: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    mark: (marks) => {
      const places = marks.map(({ line }) => atLine(line).from);
      view.dispatch({ effects: setMarks.of([...new Set(places)].sort((a, b) => a - b)) });
      view.contentDOM.setAttribute('aria-invalid', String(marks.length > 0));
    },
    goTo: (line) => {
      view.dispatch({ selection: { anchor: atLine(line).from }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    dispose: () => view.destroy(),
  };
}

function extensionsFor(ends: EditorEnds, table: ApiTable | undefined) {
  const attributes = {
    'aria-label': ends.label,
    'aria-description': 'Escape, then Tab, leaves the editor.',
    spellcheck: 'false',
    autocapitalize: 'off',
    // An editable element has the focus without it; a checker of scrolling regions does not see that.
    tabindex: '0',
  };
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    indentUnit.of('  '),
    EditorState.tabSize.of(2),
    ends.isYaml ? yamlMode : typescriptLanguage,
    syntaxHighlighting(colours),
    autocompletion({
      override: table === undefined ? [] : [completionsFrom(table)],
      icons: false,
      // Below the list, for on a narrow page it would lie over it.
      positionInfo: () => ({ style: 'top: 100%; left: -1.5px; right: -1.5px; max-width: none' }),
    }),
    wrongLines,
    keymap.of([
      { key: 'Escape', run: freeTab(ends) },
      { key: 'Tab', run: (view) => acceptCompletion(view) || indentMore(view), shift: indentLess },
      ...completionKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    EditorView.contentAttributes.of(attributes),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      update.view.setTabFocusMode(false);
      ends.onText(update.state.doc.toString());
    }),
    EditorView.domEventHandlers({ blur: (_event, view) => view.setTabFocusMode(false) }),
    look,
  ];
}

/** Escape gives Tab back to the page, until something is typed or the focus goes. It closes the list of names first. */
function freeTab(ends: EditorEnds) {
  return (view: EditorView): boolean => {
    if (view.dom.querySelector('.cm-tooltip-autocomplete') !== null) return false;
    view.setTabFocusMode(true);
    ends.onSay(TAB_LEAVES);
    return true;
  };
}

function completionsFrom(table: ApiTable) {
  return (context: { readonly pos: number; readonly state: EditorState; readonly explicit: boolean }) => {
    const start = Math.max(0, context.pos - LOOK_BACK);
    const offer = offersAt(table, context.state.sliceDoc(start, context.pos));
    if (offer === undefined) return null;
    return { from: start + offer.from, options: offer.options.map(optionOf), validFor: /^[\w$]*$/ };
  };
}

function optionOf({ name, signature, doc, isMethod }: ApiMember): Completion {
  const detail = signature.startsWith(name) ? signature.slice(name.length) : signature;
  const apply = isMethod ? `${name}(` : name;
  return { label: name, apply, ...(detail === '' ? {} : { detail }), ...(doc === '' ? {} : { info: doc }) };
}

const setMarks = StateEffect.define<readonly number[]>();
const wrong = Decoration.line({ class: 'cm-wrong' });

/** Lines that were found wrong. A change of the text moves them along. */
const wrongLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (lines, { changes, effects }) => {
    const set = effects.find((effect) => effect.is(setMarks));
    return set === undefined ? lines.map(changes) : Decoration.set(set.value.map((from) => wrong.range(from)));
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The colours of `styles/code.css`: a style sheet of the page does not reach in here, its tokens do. */
const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink3)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword], color: 'var(--focus)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--ok)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--warn)' },
  { tag: [tags.typeName, tags.className], color: 'var(--radio)' },
  { tag: tags.function(tags.definition(tags.variableName)), fontWeight: '700' },
  { tag: [tags.punctuation, tags.operator, tags.bracket], color: 'var(--ink2)' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--ink)', background: 'var(--card)', fontSize: '14px' },
  '&.cm-focused': { outline: '3px solid var(--focus)', outlineOffset: '-3px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', overflow: 'auto', maxHeight: '70vh' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeft: '2px solid var(--ink)' },
  '.cm-gutters': { background: 'var(--sea0)', color: 'var(--ink3)', borderRight: '1px solid var(--hair)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { background: 'var(--sea2)' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--sea2)', outline: '1px solid var(--line)' },
  '.cm-wrong': {
    background: 'var(--badbg)',
    textDecoration: 'underline wavy var(--bad) 1.5px',
    textUnderlineOffset: '4px',
  },
  '.cm-tooltip': { background: 'var(--card)', color: 'var(--ink)', border: '1.5px solid var(--ink)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--focus)', color: 'var(--card)' },
  '.cm-completionDetail': { color: 'inherit', fontStyle: 'normal', opacity: '0.85' },
  '.cm-completionInfo': { maxWidth: '320px', padding: '6px 10px', font: '400 15px/1.4 var(--sans)' },
});
