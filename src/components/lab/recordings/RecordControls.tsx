import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { Problem } from "../../../../lab-server/contract/problem.ts";
import type { RecordingView } from "../../../../lab-server/contract/recording.ts";
import { keep, kept, lasting } from "../../../lab/kept.ts";
import { LabRefused } from "../../../lab/lab-client.ts";
import { createRecordingClient } from "../../../lab/recording-client.ts";
import { clock, RECORDING_STRINGS } from "../../../lab/strings-recording.ts";
import { useLab, useStore } from "../lab-context.ts";
import { ProblemNote } from "../ProblemNote.tsx";

interface Props {
  readonly seat: string;
  /** The terminal that the button records. */
  readonly terminal: number;
  /** Shows the recordings. */
  readonly onShow: () => void;
}

const client = createRecordingClient();
const TOLD_KEY = "ringside:recording-told";
/** Recordings that this page has seen running: of their end the learner is told, also when the host went with them. */
const seenRunning = new Set<string>();

/** Records the terminal and stops; the first time it says what that means. */
export function RecordControls({ seat, terminal, onShow }: Props): ReactNode {
  const { store, strings, locale } = useLab();
  const words = RECORDING_STRINGS[locale];
  const { recordings } = useStore(store);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [unreachable, setUnreachable] = useState(false);
  const [dismissed, setDismissed] = useState<string>();
  const button = useRef<HTMLButtonElement>(null);
  const question = useId();
  const { running, last } = recordings;
  const here = running.find((recording) => recording.terminal === terminal);
  for (const { id } of running) seenRunning.add(id);
  const over = last !== null && seenRunning.has(last.id) && last.id !== dismissed && here === undefined ? last : undefined;

  const act = async (ask: () => Promise<unknown>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    setUnreachable(false);
    try {
      await ask();
    } catch (thrown) {
      if (thrown instanceof LabRefused) setProblem(thrown.problem);
      else setUnreachable(true);
    }
    setBusy(false);
  };
  const begin = (): void => {
    // Without storage it is said again.
    keep(lasting(), TOLD_KEY, "yes");
    setAsking(false);
    if (last !== null) setDismissed(last.id);
    button.current?.focus();
    void act(() => client.start(seat, terminal, locale));
  };
  const press = (): void => {
    if (here !== undefined) void act(() => client.stop(seat, terminal));
    else if (kept(lasting(), TOLD_KEY) === "yes") begin();
    else setAsking(!asking);
  };
  const cancel = (): void => {
    setAsking(false);
    button.current?.focus();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className={here === undefined ? "lab-icon lab-record" : "lab-record lab-record-on"}
        aria-label={here === undefined ? words.record(terminal) : undefined}
        title={here === undefined ? words.record(terminal) : words.stop(terminal)}
        aria-disabled={busy}
        aria-expanded={here === undefined && asking ? true : undefined}
        aria-controls={here === undefined && asking ? question : undefined}
        onClick={press}
      >
        <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true">
          <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
          {here === undefined ? <circle cx="8" cy="8" r="2.5" fill="currentColor" /> : <path d="M5.6 5.6h4.8v4.8H5.6z" fill="currentColor" />}
        </svg>
        {here !== undefined && (
          <>
            {words.running} <Elapsed recording={here} /> <span className="sr-only">{words.stop(terminal)}</span>
          </>
        )}
      </button>
      {asking && here === undefined && <Question id={question} terminal={terminal} onBegin={begin} onCancel={cancel} />}
      <div className="lab-record-note" role="status">
        {over !== undefined && (
          <>
            <span>{over.ended === "learner" ? words.kept : words.endedBy(words.ends[over.ended ?? "learner"])}</span>
            <button
              type="button"
              className="lab-button small"
              onClick={() => {
                setDismissed(over.id);
                onShow();
              }}
            >
              {words.show}
            </button>
            <button type="button" className="lab-button small" onClick={() => setDismissed(over.id)}>
              {strings.close}
            </button>
          </>
        )}
        {unreachable && <span>{words.unreachable}</span>}
      </div>
      {problem !== undefined && (
        <div className="lab-record-problem">
          <ProblemNote problem={problem} onDismiss={() => setProblem(undefined)} />
        </div>
      )}
    </>
  );
}

interface QuestionProps {
  readonly id: string;
  readonly terminal: number;
  readonly onBegin: () => void;
  readonly onCancel: () => void;
}

/** What is kept, where, for how long, who can see it, and how it ends: before the first recording. */
function Question({ id, terminal, onBegin, onCancel }: QuestionProps): ReactNode {
  const { strings, locale } = useLab();
  const words = RECORDING_STRINGS[locale];
  const [keptDays, setKeptDays] = useState<number>();
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    yes.current?.focus();
    client.list().then(
      (list) => setKeptDays(list.keptDays),
      () => {},
    );
  }, []);
  return (
    <div
      className="lab-record-ask"
      id={id}
      role="dialog"
      aria-labelledby={`${id}-title`}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onCancel();
      }}
    >
      <p className="lab-record-title" id={`${id}-title`}>
        {words.askTitle(terminal)}
      </p>
      <p>{words.what}</p>
      {keptDays !== undefined && <p>{words.where(keptDays)}</p>}
      <p>{words.how}</p>
      <p className="lab-actions">
        <button ref={yes} type="button" className="lab-button small primary" onClick={onBegin}>
          {words.begin}
        </button>
        <button type="button" className="lab-button small" onClick={onCancel}>
          {strings.cancel}
        </button>
      </p>
    </div>
  );
}

/** How long it has run, by this browser's clock. Not read aloud every second. */
function Elapsed({ recording }: { readonly recording: RecordingView }): ReactNode {
  const [began] = useState(() => Math.min(Date.now(), Date.parse(recording.at)));
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <span aria-hidden="true">{clock((now - began) / 1000)}</span>;
}

/** Beside a tab's name while its terminal is recorded; nothing otherwise. */
export function RecordingMark({ terminal }: { readonly terminal: number }): ReactNode {
  const { store, locale } = useLab();
  const { recordings } = useStore(store);
  if (!recordings.running.some((recording) => recording.terminal === terminal)) return null;
  const { tabMark } = RECORDING_STRINGS[locale];
  return (
    <span className="lab-record-mark" title={tabMark}>
      <span aria-hidden="true" translate="no">
        REC
      </span>
      <span className="sr-only">{tabMark}</span>
    </span>
  );
}
