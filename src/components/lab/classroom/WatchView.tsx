import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Locale } from "../../../../lab-server/contract/locale.ts";
import { type Problem, problemText } from "../../../../lab-server/contract/problem.ts";
import { CLASSROOM_STRINGS } from "../../../lab/strings-classroom.ts";
import { type ConnectionState, connectTerminal, type TerminalConnection } from "../../../lab/terminal-connection.ts";
import css from "../../../styles/lab-classroom.css?url&no-inline";
import { useSiteTheme } from "../use-site-theme.ts";
import { openXterm, type XtermView } from "../xterm-view.ts";

interface Props {
  /** Address of the WebSocket below `/api/v1/`. */
  readonly path: string;
  readonly name: string;
  readonly locale: Locale;
  /** Whether what is typed here is sent. The server decides whether it counts. */
  readonly types?: boolean;
  /** Told whether the terminal is over. */
  readonly onOver?: (over: boolean) => void;
}

const LARGEST_PX = 13;
const SMALLEST_PX = 6;

/** Somebody else's terminal, in the size that it has there. */
export function WatchView({ path, name, locale, types = false, onOver }: Props): ReactNode {
  const strings = CLASSROOM_STRINGS[locale];
  const theme = useSiteTheme();
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<XtermView>(undefined);
  const first = useRef({ theme });
  const typing = useRef(types);
  typing.current = types;
  const fontSize = useRef(LARGEST_PX);
  const [state, setState] = useState<ConnectionState>("connecting");
  const [problem, setProblem] = useState<Problem>();

  useEffect(() => {
    const place = element.current;
    if (place === null) return;
    const leaving = new AbortController();
    let connection: TerminalConnection | undefined;
    const look = (px: number): void => {
      fontSize.current = px;
      view.current?.look({ fontSize: px, screenReader: false, theme: first.current.theme });
    };
    /** As large as the place allows: the grid is not ours to change. */
    const fitFont = (): void => {
      const width = place.querySelector<HTMLElement>(".xterm-screen")?.offsetWidth ?? 0;
      if (width === 0 || place.clientWidth === 0) return;
      const px = Math.floor(((fontSize.current * place.clientWidth) / width) * 4) / 4;
      const wanted = Math.min(LARGEST_PX, Math.max(SMALLEST_PX, px));
      if (wanted !== fontSize.current) look(wanted);
    };
    void openXterm(place, {
      fontSize: LARGEST_PX,
      screenReader: false,
      theme: first.current.theme,
      onInput: (data) => {
        if (typing.current) connection?.sendInput(data);
      },
      onLeave: () => place.closest<HTMLElement>("section")?.querySelector<HTMLElement>("button")?.focus(),
      onSearch: () => {},
      onRiskyPaste: () => {},
    })
      .then((opened) => {
        if (leaving.signal.aborted) return opened.dispose();
        view.current = opened;
        const port = {
          ...opened.port,
          resize: (cols: number, rows: number) => {
            opened.port.resize(cols, rows);
            requestAnimationFrame(fitFont);
          },
        };
        const scheme = location.protocol === "https:" ? "wss" : "ws";
        connection = connectTerminal({ url: `${scheme}://${location.host}/api/v1/${path}`, port, ...opened.size });
        connection.onState((next, why) => {
          setState(next);
          // Keys that do not count are no trouble.
          setProblem(why?.code === "not_allowed" && next === "open" ? undefined : why);
        });
        const sizes = new ResizeObserver(fitFont);
        sizes.observe(place);
        leaving.signal.addEventListener("abort", () => {
          sizes.disconnect();
          connection?.close();
          opened.dispose();
          view.current = undefined;
        });
      })
      .catch(() => !leaving.signal.aborted && setState("closed"));
    return () => leaving.abort();
  }, [path]);

  useEffect(() => {
    first.current.theme = theme;
    view.current?.look({ fontSize: fontSize.current, screenReader: false, theme });
  }, [theme]);

  const over = state === "exited" || state === "closed";
  const tellOver = useRef(onOver);
  tellOver.current = onOver;
  useEffect(() => tellOver.current?.(over), [over]);
  const why = problem && problemText(problem, locale);
  return (
    <section className="watch-view" aria-label={name}>
      <link rel="stylesheet" href={css} precedence="lab" />
      <div className="watch-screen" ref={element} data-types={types} />
      <p className="watch-state" role="status">
        {over ? (why?.message ?? strings.watchOver) : state === "open" ? (types ? "" : strings.readOnly) : strings.connecting}
      </p>
    </section>
  );
}
