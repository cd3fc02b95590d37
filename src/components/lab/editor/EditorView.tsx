import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Problem } from "../../../../lab-server/contract/problem.ts";
import { createDrafts } from "../../../lab/editor-drafts.ts";
import { type EditorTarget, looksLikeXml, type Opened, openTarget, type SaveOutcome, saveTarget, targetKey, targetName } from "../../../lab/editor-target.ts";
import { createFilesClient, problemOf } from "../../../lab/files-client.ts";
import { passing } from "../../../lab/kept.ts";
import { FILE_STRINGS } from "../../../lab/strings-files.ts";
import css from "../../../styles/lab-files.css?url&no-inline";
import { useLab } from "../lab-context.ts";
import { ProblemNote } from "../ProblemNote.tsx";
import { useSiteTheme } from "../use-site-theme.ts";
import type { CodeView, LineFault } from "./code-view.ts";
import { EditorQuestion } from "./EditorQuestion.tsx";

export type { EditorTarget } from "../../../lab/editor-target.ts";

interface Props {
  readonly seat: string;
  readonly shown: boolean;
  readonly target: EditorTarget;
  /** Whether there is something that is not saved, for a mark at the tab. */
  readonly onDirty?: (dirty: boolean) => void;
  /** F6. Without it the focus goes to the tab that this view belongs to. */
  readonly onLeave?: () => void;
}

type Question = "conflict" | "reload";
/** What was said last, under the buttons. */
type Note = { readonly kind: "none" | "saved" | "restored" | "new" | "tooLong" } | { readonly kind: "refused"; readonly message: string };

/** An editor of one target. A new target is a new editor. */
export function EditorView(props: Props): ReactNode {
  return <Editor key={targetKey(props.target)} {...props} />;
}
export default EditorView;

function Editor({ seat, shown, target, onDirty, onLeave }: Props): ReactNode {
  const { locale } = useLab();
  const strings = FILE_STRINGS[locale];
  const dark = useSiteTheme() === "dark";
  const [client] = useState(() => createFilesClient(seat));
  const [drafts] = useState(() => createDrafts(seat, passing()));
  const key = targetKey(target);
  const name = targetName(target, strings);

  const view = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const code = useRef<CodeView>(undefined);
  /** What the host has, as far as is known. */
  const base = useRef<Opened>({ text: "", version: "new" });
  const [state, setState] = useState<"loading" | "open" | "failed">("loading");
  const [busy, setBusy] = useState(false);
  const [dirty, setDirty] = useState(false);
  const [wrap, setWrap] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [question, setQuestion] = useState<Question>();
  const [note, setNote] = useState<Note>({ kind: "none" });
  const [faults, setFaults] = useState<readonly LineFault[]>([]);
  const [loads, setLoads] = useState(0);

  const compare = (): void => {
    const text = code.current?.text() ?? "";
    const changed = text !== base.current.text;
    setDirty(changed);
    if (!changed) drafts.remove(key);
    else if (!drafts.set(key, { text, version: base.current.version })) setNote({ kind: "tooLong" });
  };
  const leave = (): void => {
    const panel = view.current?.closest("[role=tabpanel]");
    const tab = document.getElementById(panel?.getAttribute("aria-labelledby") ?? "");
    if (onLeave !== undefined) onLeave();
    else (tab ?? view.current?.querySelector("button"))?.focus();
  };

  const save = async (version = base.current.version): Promise<void> => {
    const editor = code.current;
    if (editor === undefined || busy) return;
    const text = editor.text();
    setBusy(true);
    setProblem(undefined);
    setQuestion(undefined);
    try {
      told(await saveTarget(client, target, text, version), text);
    } catch (thrown) {
      const why = problemOf(thrown);
      if (why.code === "file_changed" || why.code === "file_exists") setQuestion("conflict");
      else setProblem(why);
    } finally {
      setBusy(false);
    }
  };
  const told = (outcome: SaveOutcome, sent: string): void => {
    const editor = code.current;
    if (outcome.outcome === "refused") {
      setNote({ kind: "refused", message: outcome.message });
      editor?.refuse(outcome.faults);
      return;
    }
    base.current = { text: outcome.text ?? sent, version: outcome.version };
    // libvirt writes a definition anew. What was typed meanwhile is not taken away.
    if (editor?.text() === sent) editor.replace(base.current.text);
    else editor?.refuse([]);
    setNote({ kind: "saved" });
    compare();
  };
  /** Takes what the host has in place of what is here. */
  const reload = async (): Promise<void> => {
    setQuestion(undefined);
    setProblem(undefined);
    setBusy(true);
    try {
      base.current = await openTarget(client, target);
      code.current?.replace(base.current.text);
      setNote({ kind: base.current.version === "new" ? "new" : "none" });
      compare();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };

  const actions = useRef({ compare, leave, save });
  actions.current = { compare, leave, save };
  const firstLook = useRef({ dark, wrap });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the target is the component's key; the rest is in the refs. `loads` is another try.
  useEffect(() => {
    const leaving = new AbortController();
    setState("loading");
    void (async () => {
      try {
        const [{ openCode }, opened] = await Promise.all([import("./code-view.ts"), openTarget(client, target)]);
        if (leaving.signal.aborted || place.current === null) return;
        const draft = drafts.get(key);
        base.current = draft === undefined ? opened : { text: opened.text, version: draft.version };
        const editor = openCode(place.current, {
          ...firstLook.current,
          text: draft?.text ?? opened.text,
          xml: looksLikeXml(target, draft?.text ?? opened.text),
          label: strings.editorOf(name),
          phrases: strings.phrases,
          wordsOf: ({ kind, name: subject, other }) => strings.faults[kind](subject, other),
          onChange: () => actions.current.compare(),
          onFaults: setFaults,
          onSave: () => void actions.current.save(),
          onLeave: () => actions.current.leave(),
        });
        code.current = editor;
        leaving.signal.addEventListener("abort", () => {
          editor.dispose();
          code.current = undefined;
        });
        setNote({ kind: draft !== undefined ? "restored" : opened.version === "new" ? "new" : "none" });
        actions.current.compare();
        setState("open");
      } catch (thrown) {
        if (leaving.signal.aborted) return;
        setProblem(problemOf(thrown));
        setState("failed");
      }
    })();
    return () => leaving.abort();
  }, [loads]);

  useEffect(() => code.current?.look({ dark, wrap }), [dark, wrap]);
  useEffect(() => onDirty?.(dirty), [dirty, onDirty]);
  // Whoever opens an editor from the panel wants to write in it.
  useEffect(() => {
    const focus = document.activeElement;
    if (shown && state === "open" && focus?.closest(".lab-panel") != null && focus.getAttribute("role") !== "tab") code.current?.focus();
  }, [shown, state]);

  const answer = (action: "overwrite" | "theirs" | "cancel"): void => {
    setQuestion(undefined);
    if (action === "overwrite") void save("any");
    else if (action === "theirs") void reload();
    code.current?.focus();
  };
  const first = faults[0];
  return (
    <div className="lab-editor" ref={view}>
      <link rel="stylesheet" href={css} precedence="lab" />
      <div className="lab-editor-bar">
        <span className="lab-editor-name" title={name}>
          {name}
        </span>
        {dirty && <span className="lab-editor-dirty">{strings.unsaved}</span>}
        <span className="lab-editor-buttons">
          <button type="button" className="lab-button small primary" aria-disabled={busy || state !== "open"} onClick={() => void save()}>
            {busy ? strings.saving : strings.save}
          </button>
          <button
            type="button"
            className="lab-button small"
            aria-disabled={busy || state === "loading"}
            onClick={() => {
              if (busy || state === "loading") return;
              if (state === "failed") {
                setProblem(undefined);
                setLoads(loads + 1);
              } else if (dirty) setQuestion("reload");
              else void reload();
            }}
          >
            {strings.reload}
          </button>
          <button type="button" className="lab-button small" aria-disabled={state !== "open"} onClick={() => code.current?.find()}>
            {strings.find}
          </button>
          <button type="button" className="lab-button small lab-toggle-button" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
            {strings.wrap}
          </button>
        </span>
      </div>
      {problem !== undefined && <ProblemNote problem={problem} onDismiss={() => setProblem(undefined)} />}
      {question !== undefined && <EditorQuestion about={question} name={name} strings={strings} onAnswer={answer} />}
      <div className="lab-editor-note" role="status" data-kind={note.kind}>
        {state === "loading" ? strings.loading : <NoteText note={note} target={target} />}
      </div>
      <div className="lab-editor-code" ref={place} />
      <div className="lab-editor-foot">
        <span className="lab-editor-fault" role="status" data-severity={first?.severity}>
          {first === undefined ? "" : `${strings.line(first.line)}: ${first.message}`}
          {faults.length > 1 && ` (+${faults.length - 1})`}
        </span>
        <span className="lab-editor-keys">{strings.keys}</span>
      </div>
    </div>
  );
}

function NoteText({ note, target }: { readonly note: Note; readonly target: EditorTarget }): ReactNode {
  const strings = FILE_STRINGS[useLab().locale];
  switch (note.kind) {
    case "none":
      return "";
    case "saved":
      return target.kind === "file" ? strings.saved : strings.defined[target.kind];
    case "restored":
      return strings.restored;
    case "new":
      return strings.newFile;
    case "tooLong":
      return strings.draftTooLarge;
    case "refused":
      return (
        <>
          <strong>{strings.refused}</strong>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
          <pre tabIndex={0}>{note.message}</pre>
        </>
      );
  }
}
