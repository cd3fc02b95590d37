import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import type { Problem } from "../../../../lab-server/contract/problem.ts";
import { MOST_RECORDINGS, type RecordingList, type RecordingView } from "../../../../lab-server/contract/recording.ts";
import { type Cast, readCast } from "../../../lab/cast.ts";
import { LabRefused } from "../../../lab/lab-client.ts";
import { createRecordingClient, recordingUrl } from "../../../lab/recording-client.ts";
import { clock, RECORDING_STRINGS } from "../../../lab/strings-recording.ts";
import { useLab, useStore } from "../lab-context.ts";
import { ProblemNote } from "../ProblemNote.tsx";
import { CastPlayer } from "./CastPlayer.tsx";

interface Props {
  readonly seat: string;
  readonly shown: boolean;
}

const client = createRecordingClient();

/** The learner's recordings, of whatever exercise: play, download, delete. */
export default function RecordingsView({ shown }: Props): ReactNode {
  const { store, exercises, locale } = useLab();
  const words = RECORDING_STRINGS[locale];
  const { recordings } = useStore(store);
  const [list, setList] = useState<RecordingList>();
  const [playing, setPlaying] = useState<{ readonly id: string; readonly name: string; readonly cast: Cast }>();
  const [problem, setProblem] = useState<Problem>();
  const [note, setNote] = useState<string>();
  const container = useRef<HTMLElement>(null);

  const attempt = useCallback(
    async (ask: () => Promise<void>): Promise<void> => {
      setProblem(undefined);
      setNote(undefined);
      try {
        await ask();
      } catch (thrown) {
        if (thrown instanceof LabRefused) setProblem(thrown.problem);
        else setNote(words.unreachable);
      }
    },
    [words],
  );
  const load = useCallback((): Promise<void> => attempt(async () => setList(await client.list())), [attempt]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a recording that began or ended changes the list.
  useEffect(() => {
    if (shown) void load();
  }, [shown, load, recordings]);

  const nameOf = ({ exercise, terminal, at }: RecordingView): string => {
    const title = exercises.find(({ id }) => id === exercise)?.title ?? exercise;
    return `${title}, ${words.terminal(terminal)}, ${new Date(at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" })}`;
  };
  const play = (recording: RecordingView): Promise<void> =>
    attempt(async () => {
      const cast = readCast(await client.cast(recording.id));
      if (cast === undefined) setNote(words.unreadable);
      else setPlaying({ id: recording.id, name: nameOf(recording), cast });
    });
  const remove = (id: string): Promise<void> =>
    attempt(async () => {
      await client.remove(id);
      await load();
      container.current?.focus();
    });
  const back = (): void => {
    const id = playing?.id;
    setPlaying(undefined);
    requestAnimationFrame(() => container.current?.querySelector<HTMLElement>(`[data-recording="${id}"] button`)?.focus());
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key.
    <section className="lab-recordings" ref={container} tabIndex={0} aria-label={words.recordings}>
      {problem !== undefined && <ProblemNote problem={problem} onDismiss={() => setProblem(undefined)} />}
      <p className="lab-recordings-note" role="status">
        {note ?? (list === undefined ? words.loading : "")}
      </p>
      {playing !== undefined && shown ? (
        <>
          <header className="lab-recordings-head">
            <button type="button" className="lab-button small" onClick={back}>
              {words.back}
            </button>
            <h3>{playing.name}</h3>
          </header>
          <CastPlayer key={playing.id} cast={playing.cast} name={playing.name} />
        </>
      ) : (
        list !== undefined && (
          <>
            <h3>{words.recordings}</h3>
            <p className="lab-recordings-note">
              {list.recordings.length === 0 ? words.none : words.keptFor(list.recordings.length, MOST_RECORDINGS, list.keptDays)}
            </p>
            <ul className="lab-recordings-list">
              {list.recordings.map((recording) => (
                <Item
                  key={recording.id}
                  recording={recording}
                  name={nameOf(recording)}
                  onPlay={() => void play(recording)}
                  onRemove={() => void remove(recording.id)}
                />
              ))}
            </ul>
          </>
        )
      )}
    </section>
  );
}

interface ItemProps {
  readonly recording: RecordingView;
  readonly name: string;
  readonly onPlay: () => void;
  readonly onRemove: () => void;
}

function Item({ recording: { id, ms, bytes, ended }, name, onPlay, onRemove }: ItemProps): ReactNode {
  const { strings, locale } = useLab();
  const words = RECORDING_STRINGS[locale];
  const [asking, setAsking] = useState(false);
  const yes = useRef<HTMLButtonElement>(null);
  const removing = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) yes.current?.focus();
  }, [asking]);
  return (
    <li data-recording={id}>
      <div className="lab-recordings-what">
        <strong>{name}</strong>
        <span>
          {clock(ms / 1000)} · {words.size(bytes)} · {ended === undefined ? words.stillRunning : words.ends[ended]}
        </span>
      </div>
      {asking ? (
        <p className="lab-actions">
          <span>{words.removeAsk}</span>
          <button ref={yes} type="button" className="lab-button small danger" onClick={onRemove}>
            {words.removeYes}
          </button>
          <button
            type="button"
            className="lab-button small"
            onClick={() => {
              setAsking(false);
              requestAnimationFrame(() => removing.current?.focus());
            }}
          >
            {strings.cancel}
          </button>
        </p>
      ) : (
        <p className="lab-actions">
          <button type="button" className="lab-button small primary" aria-label={words.playNamed(name)} onClick={onPlay}>
            {words.play}
          </button>
          <a className="lab-button small" href={recordingUrl(id)} download aria-label={words.downloadNamed(name)}>
            {words.download}
          </a>
          <button ref={removing} type="button" className="lab-button small" aria-label={words.removeNamed(name)} onClick={() => setAsking(true)}>
            {words.remove}
          </button>
        </p>
      )}
    </li>
  );
}
