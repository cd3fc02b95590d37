import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { screenPath } from "../../../../lab-server/contract/screen.ts";
import { ScreenConnection, type ScreenStatus } from "../../../lab/screen-connection.ts";
import { KEY_COMBINATIONS } from "../../../lab/screen-keys.ts";
import { SCREEN_STRINGS, type ScreenStrings } from "../../../lab/strings-screen.ts";
import screenCss from "../../../styles/lab-screen.css?url&no-inline";
import { useLab } from "../lab-context.ts";
import { loadStyles } from "../load-styles.ts";
import { ProblemNote } from "../ProblemNote.tsx";
import { loadNovnc, type NovncView, openNovnc, type ScreenLook } from "./novnc-view.ts";
import { PasswordQuestion } from "./PasswordQuestion.tsx";
import { ScreenText } from "./ScreenText.tsx";
import { ScreenTools } from "./ScreenTools.tsx";

interface Props {
  /** The seat's id. */
  readonly seat: string;
  /** Whether the view can be seen now. A screen that nobody sees is let go after a while. */
  readonly shown: boolean;
  /** The guest's name as libvirt knows it; undefined for the host's own desktop. */
  readonly guest: string | undefined;
  /** Whether the guest runs, where that is known; else it is asked for now and then while it is off and somebody looks. */
  readonly running?: boolean | undefined;
  /** Where the focus goes when a learner leaves the screen by F6; without it to the screen's tools. */
  readonly onLeave?: () => void;
}

const FIRST_LOOK: ScreenLook = { fit: true, takesSize: false, viewOnly: false, quality: "medium" };
const FIRST_STATUS: ScreenStatus = { state: "connecting", wrongPassword: false };

/** The picture of a guest, or of the host's desktop, with its keys, its mouse and its clipboard. */
export function ScreenView({ seat, shown, guest, running, onLeave }: Props): ReactNode {
  const { locale } = useLab();
  const words = SCREEN_STRINGS[locale];
  const place = useRef<HTMLDivElement>(null);
  const whole = useRef<HTMLElement>(null);
  const view = useRef<NovncView>(undefined);
  const connection = useRef<ScreenConnection>(undefined);
  const [look, setLook] = useState<ScreenLook>({ ...FIRST_LOOK, takesSize: guest === undefined });
  const lookNow = useRef(look);
  const shownNow = useRef(shown);
  const runsNow = useRef(running);
  const [status, setStatus] = useState(FIRST_STATUS);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [texting, setTexting] = useState(false);
  const [copied, setCopied] = useState("");
  const description = useId();
  const name = guest === undefined ? words.desktop : words.screenOf(guest);
  const names = useRef({ label: name, describedBy: description });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt loads the code again.
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const leaving = new AbortController();
    setFailed(false);
    void Promise.all([loadNovnc(), loadStyles(screenCss)])
      .then(([novnc]) => {
        if (leaving.signal.aborted) return;
        const url = screenPath(seat, guest);
        const opened = new ScreenConnection({
          url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${url}`,
          openPort: (socket, events) => {
            const port = openNovnc(novnc, element, socket, { ...events, ...names.current, look: lookNow.current, onClipboard: setCopied });
            view.current = port;
            return port;
          },
          onStatus: setStatus,
        });
        connection.current = opened;
        opened.setGuestRuns(runsNow.current);
        const stopWatching = watchSight(element, (seen) => opened.setShown(seen && shownNow.current));
        leaving.signal.addEventListener("abort", () => {
          stopWatching();
          opened.close();
          connection.current = undefined;
          view.current = undefined;
        });
      })
      .catch(() => !leaving.signal.aborted && setFailed(true));
    return () => leaving.abort();
  }, [seat, guest, attempt]);

  useEffect(() => {
    shownNow.current = shown;
    connection.current?.setShown(shown && document.visibilityState === "visible");
  }, [shown]);
  useEffect(() => {
    runsNow.current = running;
    connection.current?.setGuestRuns(running);
  }, [running]);
  useEffect(() => {
    lookNow.current = look;
    view.current?.look(look);
  }, [look]);

  const leave = (event: KeyboardEvent): void => {
    if (event.key !== "F6" || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (!(event.target instanceof HTMLCanvasElement)) return;
    // noVNC listens on the picture itself, and would send the key.
    event.preventDefault();
    event.stopPropagation();
    if (onLeave === undefined) whole.current?.querySelector<HTMLElement>(".lab-screen-tools button, .lab-screen-tools select")?.focus();
    else onLeave();
  };
  const fullScreen = useCallback(() => {
    if (document.fullscreenElement === null) void whole.current?.requestFullscreen().catch(() => {});
    else void document.exitFullscreen();
  }, []);
  const open = status.state === "open";
  const retry = (): void => (failed ? setAttempt(attempt + 1) : connection.current?.retry());

  return (
    <section className="lab-screen" aria-label={name} data-state={failed ? "refused" : status.state} ref={whole} onKeyDownCapture={leave}>
      <ScreenTools
        words={words}
        open={open}
        look={look}
        onLook={setLook}
        hint={guest === undefined ? words.desktopHint : undefined}
        texting={texting}
        onText={() => setTexting(!texting)}
        onKeys={(keys) => {
          view.current?.press(KEY_COMBINATIONS[keys]);
          view.current?.focus();
        }}
        onFullScreen={fullScreen}
      />
      {texting && (
        <ScreenText
          words={words}
          desktop={guest === undefined}
          copied={copied}
          open={open && !look.viewOnly}
          onFill={(text) => view.current?.fillClipboard(text)}
          onStroke={(keys) => view.current?.press(keys)}
          onClose={() => {
            setTexting(false);
            view.current?.focus();
          }}
        />
      )}
      <p id={description} className="sr-only">
        {guest === undefined ? words.desktopForReaders : words.forReaders(guest)}
      </p>
      <div className="lab-screen-place" ref={place} />
      <div className="lab-screen-state">
        <p role="status" className={open ? "sr-only" : undefined}>
          {failed ? words.loadFailed : sentence(status, words, guest)}
        </p>
        {status.state === "password" && (
          <PasswordQuestion words={words} wrong={status.wrongPassword} onAnswer={(password) => connection.current?.sendPassword(password)} />
        )}
        {status.state === "refused" && status.problem !== undefined && <ProblemNote problem={status.problem} />}
        {(failed || status.state === "refused") && (
          <button type="button" className="lab-button small" onClick={retry}>
            {words.tryAgain}
          </button>
        )}
      </div>
    </section>
  );
}

export default ScreenView;

function sentence({ state }: ScreenStatus, words: ScreenStrings, guest: string | undefined): string {
  if (state === "open") return words.connected;
  return state === "off" && guest !== undefined ? words.off(guest) : words.states[state];
}

/** Tells whether the element can be seen, now and at each change. Gives the way to stop. */
function watchSight(element: HTMLElement, tell: (seen: boolean) => void): () => void {
  let onScreen = true;
  const look = (): void => tell(onScreen && document.visibilityState === "visible");
  const sight = new IntersectionObserver(([entry]) => {
    onScreen = entry?.isIntersecting ?? true;
    look();
  });
  sight.observe(element);
  document.addEventListener("visibilitychange", look);
  return () => {
    sight.disconnect();
    document.removeEventListener("visibilitychange", look);
  };
}
