import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { autoCloseTags, xmlLanguage } from "@codemirror/lang-xml";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { type Diagnostic, forceLinting, linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import type { DefinitionFault } from "../../../../lab-server/contract/files.ts";
import { codeLook } from "./code-look.ts";
import { completeLibvirt } from "./xml-complete.ts";
import { type Fault, faultsOf } from "./xml-faults.ts";

/** Something wrong, by its line from 1, in words. */
export interface LineFault {
  readonly line: number;
  readonly severity: "error" | "warning";
  readonly message: string;
}

export interface CodeOptions {
  readonly text: string;
  readonly xml: boolean;
  readonly label: string;
  readonly dark: boolean;
  readonly wrap: boolean;
  /** CodeMirror's own words in the page's language. */
  readonly phrases: Record<string, string>;
  readonly wordsOf: (fault: Fault) => string;
  /** The text has changed by hand. */
  readonly onChange: () => void;
  readonly onFaults: (faults: readonly LineFault[]) => void;
  readonly onSave: () => void;
  readonly onLeave: () => void;
}

/** One editor in the page. */
export interface CodeView {
  /** With the line ends that it came with. */
  text(): string;
  /** Another text in place of this one; the places that are the same stay where they are. */
  replace(text: string): void;
  /** What the host said of lines; it goes with the next `replace` or `refuse`. */
  refuse(faults: readonly DefinitionFault[]): void;
  look(look: { readonly dark: boolean; readonly wrap: boolean }): void;
  find(): void;
  focus(): void;
  dispose(): void;
}

const LINT_AFTER_MS = 350;
const setRefused = StateEffect.define<readonly Diagnostic[]>();

/** What the host refused stays at its place while the text around it changes. */
const refusedField = StateField.define<readonly Diagnostic[]>({
  create: () => [],
  update(faults, transaction) {
    const { changes } = transaction;
    let next = changes.empty ? faults : faults.map((fault) => ({ ...fault, from: changes.mapPos(fault.from), to: changes.mapPos(fault.to) }));
    for (const effect of transaction.effects) if (effect.is(setRefused)) next = effect.value;
    return next;
  },
});

export function openCode(parent: HTMLElement, options: CodeOptions): CodeView {
  const look = new Compartment();
  const wrapping = new Compartment();
  const separator = /\r\n/.test(options.text) && !/[^\r]\n/.test(options.text) ? "\r\n" : "\n";
  let quiet = false;

  const faultsIn = (view: EditorView): Diagnostic[] => {
    const found: Diagnostic[] = options.xml
      ? faultsOf(view.state).map((fault) => ({ from: fault.from, to: fault.to, severity: fault.severity, message: options.wordsOf(fault) }))
      : [];
    const all = [...view.state.field(refusedField), ...found].sort(
      (a, b) => Number(a.severity === "warning") - Number(b.severity === "warning") || a.from - b.from,
    );
    const lines = all.map(
      ({ from, severity, message }) => ({ line: view.state.doc.lineAt(from).number, severity: severity === "warning" ? "warning" : "error", message }) as const,
    );
    options.onFaults(lines);
    return all;
  };

  const extensions: Extension[] = [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    foldGutter(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    refusedField,
    linter(faultsIn, {
      delay: LINT_AFTER_MS,
      needsRefresh: ({ transactions }) => transactions.some(({ effects }) => effects.some((effect) => effect.is(setRefused))),
    }),
    lintGutter(),
    options.xml ? [xmlLanguage, autoCloseTags, autocompletion({ override: [completeLibvirt], icons: false })] : [],
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => act(options.onSave) },
      { key: "F6", run: () => act(options.onLeave) },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      // Escape lets the next Tab move the focus (CodeMirror's guide, "Tab handling").
      indentWithTab,
    ]),
    look.of(codeLook(options.dark)),
    wrapping.of(options.wrap ? EditorView.lineWrapping : []),
    EditorState.lineSeparator.of(separator),
    EditorState.tabSize.of(8),
    EditorState.phrases.of(options.phrases),
    EditorView.contentAttributes.of({ "aria-label": options.label, tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
    EditorView.updateListener.of(({ docChanged }) => docChanged && !quiet && options.onChange()),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc: options.text, extensions }) });

  const silently = (work: () => void): void => {
    quiet = true;
    work();
    quiet = false;
  };
  return {
    text: () => view.state.sliceDoc(),
    replace(text) {
      const before = view.state.sliceDoc();
      const { from, end } = difference(before, text);
      const insert = view.state.toText(text.slice(from, text.length - end));
      // Positions count a line break as one, whatever it is written as.
      const breaks = (part: string): number => (separator === "\n" ? 0 : part.split(separator).length - 1);
      const start = from - breaks(before.slice(0, from));
      const stop = view.state.doc.length - (end - breaks(before.slice(before.length - end)));
      silently(() => view.dispatch({ changes: { from: start, to: stop, insert }, effects: setRefused.of([]) }));
      forceLinting(view);
    },
    refuse(faults) {
      const { doc } = view.state;
      const diagnostics = faults.map(({ line, message }): Diagnostic => {
        const { from, to, text } = doc.line(Math.min(line, doc.lines));
        return { from: from + (text.length - text.trimStart().length), to, severity: "error", source: "libvirt", message };
      });
      view.dispatch({ effects: setRefused.of(diagnostics) });
      const first = diagnostics[0];
      if (first !== undefined) view.dispatch({ selection: { anchor: first.from }, effects: EditorView.scrollIntoView(first.from, { y: "center" }) });
      forceLinting(view);
    },
    look: ({ dark, wrap }) => view.dispatch({ effects: [look.reconfigure(codeLook(dark)), wrapping.reconfigure(wrap ? EditorView.lineWrapping : [])] }),
    find: () => openSearchPanel(view),
    focus: () => view.focus(),
    dispose: () => view.destroy(),
  };
}

function act(action: () => void): true {
  action();
  return true;
}

/** How much two texts have in common at the beginning and at the end. */
function difference(before: string, after: string): { from: number; end: number } {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from += 1;
  // A pair of characters is not taken apart.
  if (from > 0 && /[\r\uD800-\uDBFF]/.test(before[from - 1] ?? "")) from -= 1;
  let end = 0;
  while (end < most - from && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  if (end > 0 && /[\n\uDC00-\uDFFF]/.test(before[before.length - end] ?? "")) end -= 1;
  return { from, end };
}
