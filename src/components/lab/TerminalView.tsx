import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Problem } from "../../../lab-server/contract/problem.ts";
import { attachTerminal, type OpenTerminal, turnTo } from "../../lab/current-terminal.ts";
import { type ConnectionState, connectTerminal, type TerminalConnection } from "../../lab/terminal-connection.ts";
import type { PreferencesStore } from "../../lab/terminal-preferences.ts";
import { sends, type TouchKey, withCtrl } from "../../lab/touch-keys.ts";
import { useLab, useStore } from "./lab-context.ts";
import { PasteQuestion } from "./PasteQuestion.tsx";
import { ProblemNote } from "./ProblemNote.tsx";
import { TerminalSearch } from "./TerminalSearch.tsx";
import { TouchKeys } from "./TouchKeys.tsx";
import { useSiteTheme } from "./use-site-theme.ts";
import { openXterm, type XtermView } from "./xterm-view.ts";

interface Props {
  readonly seat: string;
  /** As the server names it: a number, or `console:GUEST`. */
  readonly terminal: string;
  /** Whose console it is; a shell of the host has none. */
  readonly guest: string | undefined;
  /** What its tab is called. */
  readonly name: string;
  readonly shown: boolean;
  readonly preferences: PreferencesStore;
  readonly onNewShell: () => void;
  /** Told whether the shell, or the console, is over. */
  readonly onEnded: (over: boolean) => void;
  /** Whether the learner looks for something in this terminal. */
  readonly searching: boolean;
  readonly onSearch: (on: boolean) => void;
}

/** One terminal: an xterm, and its connection for as long as it is mounted. */
export function TerminalView({ seat, terminal, guest, name, shown, preferences, onNewShell, onEnded, searching, onSearch }: Props): ReactNode {
  const { strings } = useLab();
  const { fontSize, screenReader } = useStore(preferences);
  const theme = useSiteTheme();
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<XtermView>(undefined);
  const connection = useRef<TerminalConnection>(undefined);
  const firstLook = useRef({ fontSize, screenReader, theme });
  const search = useRef(onSearch);
  search.current = onSearch;
  const [state, setState] = useState<ConnectionState>("connecting");
  const [problem, setProblem] = useState<Problem>();
  /** Ctrl of the touch keys is down for the next key. */
  const ctrl = useRef(false);
  const [ctrlDown, setCtrlDown] = useState(false);
  const onTouchKey = (key: TouchKey): void => {
    const text = sends(key, view.current?.applicationKeys ?? false);
    ctrl.current = text === undefined && !ctrl.current;
    setCtrlDown(ctrl.current);
    if (text !== undefined) connection.current?.sendInput(text);
    view.current?.focus();
  };
  /** Pasted, and not sent before the learner has said so. */
  const [pasted, setPasted] = useState<string>();

  useEffect(() => {
    const place = element.current;
    if (place === null) return;
    const leaving = new AbortController();
    void openXterm(place, {
      ...firstLook.current,
      onInput: (data) => {
        connection.current?.sendInput(ctrl.current && typeof data === "string" ? withCtrl(data) : data);
        ctrl.current = false;
        setCtrlDown(false);
      },
      onLeave: () => tabOf(place)?.focus(),
      onSearch: () => search.current(true),
      onRiskyPaste: setPasted,
    })
      .then((opened) => {
        if (leaving.signal.aborted) return opened.dispose();
        opened.fit();
        const connected = connectTerminal({ url: terminalUrl(seat, terminal), port: opened.port, ...opened.size });
        view.current = opened;
        connection.current = connected;
        connected.onState((next, why) => {
          setState(next);
          setProblem(why);
        });
        setState(connected.state);
        const stopWatching = watchPlace(place, opened, connected);
        leaving.signal.addEventListener("abort", () => {
          stopWatching();
          connected.close();
          opened.dispose();
          view.current = undefined;
          connection.current = undefined;
        });
      })
      .catch(() => !leaving.signal.aborted && setState("closed"));
    return () => leaving.abort();
  }, [seat, terminal]);

  useEffect(() => {
    view.current?.look({ fontSize, screenReader, theme });
    fitTo(view.current, connection.current);
  }, [fontSize, screenReader, theme]);

  useEffect(() => {
    if (!shown || state !== "open") return;
    view.current?.accelerate(true);
    const own: OpenTerminal = { name, ...(guest === undefined ? {} : { guest }), send: (text) => connection.current?.sendInput(text) };
    const detach = attachTerminal(own);
    const place = element.current;
    const onFocus = (): void => turnTo(own);
    place?.addEventListener("focusin", onFocus);
    return () => {
      detach();
      place?.removeEventListener("focusin", onFocus);
      view.current?.accelerate(false);
    };
  }, [shown, state, name, guest]);

  // Whoever is in the panel when a terminal opens wants to type there. Whoever is in the text reads on, and
  // whoever walks along the tabs by key walks on.
  useEffect(() => {
    const focus = document.activeElement;
    const inPanel = focus !== null && focus.closest(".lab-panel") !== null && focus.getAttribute("role") !== "tab";
    if (shown && state === "open" && inPanel) view.current?.focus();
  }, [shown, state]);

  const ended = state === "exited" || state === "closed";
  const tellEnd = useRef(onEnded);
  tellEnd.current = onEnded;
  useEffect(() => tellEnd.current(ended), [ended]);
  return (
    <div className="lab-terminal">
      {searching && (
        <TerminalSearch
          onFind={(text, direction) => view.current?.find(text, direction) ?? false}
          onClose={() => {
            onSearch(false);
            view.current?.focus();
          }}
        />
      )}
      {pasted !== undefined && (
        <PasteQuestion
          text={pasted}
          onAnswer={(yes) => {
            setPasted(undefined);
            if (yes) view.current?.paste(pasted);
            view.current?.focus();
          }}
        />
      )}
      <section className="lab-xterm" ref={element} aria-label={name} />
      <TouchKeys ctrl={ctrlDown} onKey={onTouchKey} />
      <div className="lab-terminal-state" role="status" data-state={state}>
        {guest !== undefined && ended ? strings.consoleEnded : strings.terminalStates[state]}
        {ended && (
          <button
            type="button"
            className="lab-button small"
            onClick={(event) => {
              // The button goes with the old shell; from the panel the focus finds the new one.
              event.currentTarget.closest<HTMLElement>(".lab-panel")?.focus({ preventScroll: true });
              onNewShell();
            }}
          >
            {guest === undefined ? strings.newShell : strings.consoleAgain}
          </button>
        )}
      </div>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </div>
  );
}

/** The tab of the pane in which an element is shown. */
function tabOf(element: HTMLElement): HTMLElement | null | undefined {
  return element.closest(".lab-pane")?.querySelector<HTMLElement>("[role=tab][aria-selected=true]");
}

function terminalUrl(seat: string, terminal: string): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/v1/seats/${encodeURIComponent(seat)}/terminals/${encodeURIComponent(terminal)}`;
}

function fitTo(view: XtermView | undefined, connection: TerminalConnection | undefined): void {
  const size = view?.fit();
  if (size !== undefined) connection?.resize(size.cols, size.rows);
}

/** Follows the room that the terminal has, and tells the server whether anybody can see it. */
function watchPlace(place: HTMLElement, view: XtermView, connection: TerminalConnection): () => void {
  let onScreen = true;
  const tell = (): void => connection.setVisible(onScreen && document.visibilityState === "visible");
  const sizes = new ResizeObserver(() => fitTo(view, connection));
  const sight = new IntersectionObserver(([entry]) => {
    onScreen = entry?.isIntersecting ?? true;
    tell();
  });
  sizes.observe(place);
  sight.observe(place);
  document.addEventListener("visibilitychange", tell);
  return () => {
    sizes.disconnect();
    sight.disconnect();
    document.removeEventListener("visibilitychange", tell);
  };
}
