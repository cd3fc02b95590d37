import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import type { Problem } from "../../../lab-server/contract/problem.ts";
import { attachTerminal } from "../../lab/current-terminal.ts";
import { type ConnectionState, connectTerminal, type TerminalConnection } from "../../lab/terminal-connection.ts";
import type { PreferencesStore } from "../../lab/terminal-preferences.ts";
import { useLab, useStore } from "./lab-context.ts";
import { PasteQuestion } from "./PasteQuestion.tsx";
import { ProblemNote } from "./ProblemNote.tsx";
import { TerminalSearch } from "./TerminalSearch.tsx";
import { useSiteTheme } from "./use-site-theme.ts";
import { openXterm, type XtermView } from "./xterm-view.ts";

interface Props {
  readonly seat: string;
  readonly number: number;
  readonly selected: boolean;
  readonly preferences: PreferencesStore;
  /** Takes the focus when a learner leaves the terminal by key. */
  readonly exit: RefObject<HTMLElement | null>;
  readonly onNewShell: () => void;
  /** Whether the learner looks for something in this terminal. */
  readonly searching: boolean;
  /** Must stay the same function: a new one is a new terminal. */
  readonly onSearch: (on: boolean) => void;
}

/** One terminal: an xterm, and its connection for as long as it is mounted. */
export function TerminalView({ seat, number, selected, preferences, exit, onNewShell, searching, onSearch }: Props): ReactNode {
  const { strings } = useLab();
  const { fontSize, screenReader } = useStore(preferences);
  const theme = useSiteTheme();
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<XtermView>(undefined);
  const connection = useRef<TerminalConnection>(undefined);
  const firstLook = useRef({ fontSize, screenReader, theme });
  const [state, setState] = useState<ConnectionState>("connecting");
  const [problem, setProblem] = useState<Problem>();
  /** Pasted, and not sent before the learner has said so. */
  const [pasted, setPasted] = useState<string>();

  useEffect(() => {
    const place = element.current;
    if (place === null) return;
    const leaving = new AbortController();
    void openXterm(place, {
      ...firstLook.current,
      onInput: (data) => connection.current?.sendInput(data),
      onLeave: () => exit.current?.focus(),
      onSearch: () => onSearch(true),
      onRiskyPaste: setPasted,
    })
      .then((opened) => {
        if (leaving.signal.aborted) return opened.dispose();
        opened.fit();
        const connected = connectTerminal({ url: terminalUrl(seat, number), port: opened.port, ...opened.size });
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
  }, [seat, number, exit, onSearch]);

  useEffect(() => {
    view.current?.look({ fontSize, screenReader, theme });
    fitTo(view.current, connection.current);
  }, [fontSize, screenReader, theme]);

  useEffect(() => {
    if (!selected || state !== "open") return;
    view.current?.accelerate(true);
    const detach = attachTerminal({ number, send: (text) => connection.current?.sendInput(text) });
    return () => {
      detach();
      view.current?.accelerate(false);
    };
  }, [selected, state, number]);

  // Whoever is in the panel when a terminal opens wants to type there. Whoever is in the text reads on, and
  // whoever walks along the tabs by key walks on.
  useEffect(() => {
    const focus = document.activeElement;
    const inPanel = focus !== null && focus.closest(".lab-panel") !== null && focus.getAttribute("role") !== "tab";
    if (selected && state === "open" && inPanel) view.current?.focus();
  }, [selected, state]);

  const ended = state === "exited" || state === "closed";
  return (
    <div className="lab-terminal" role="tabpanel" id={`lab-terminal-${number}`} aria-labelledby={`lab-tab-${number}`} hidden={!selected}>
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
      <section className="lab-xterm" ref={element} aria-label={strings.terminal(number)} />
      <div className="lab-terminal-state" role="status" data-state={state}>
        {strings.terminalStates[state]}
        {ended && (
          <button type="button" className="lab-button small" onClick={onNewShell}>
            {strings.newShell}
          </button>
        )}
      </div>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </div>
  );
}

function terminalUrl(seat: string, number: number): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/seats/${encodeURIComponent(seat)}/terminals/${number}`;
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
