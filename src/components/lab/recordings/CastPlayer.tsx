import type { Player } from "asciinema-player";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { type Cast, sameMoment, withoutPauses } from "../../../lab/cast.ts";
import { clock, RECORDING_STRINGS, type RecordingStrings } from "../../../lab/strings-recording.ts";
import { useLab } from "../lab-context.ts";
import { useSiteTheme } from "../use-site-theme.ts";
import { openPlayer } from "./asciinema-view.ts";

const LONGEST_PAUSE_S = 2;
const SPEEDS = [0.5, 1, 1.5, 2, 4] as const;
const STEP_S = 5;
const LOOK_EVERY_MS = 200;
/** A marker just passed counts as the one before for this long: else one could not go back beyond it while it plays. In seconds. */
const JUST_PASSED_S = 1;

interface Props {
  /** As it was recorded. */
  readonly cast: Cast;
  readonly name: string;
}

/** Plays a recording. It begins by itself, unless the reader wants no motion. */
export function CastPlayer({ cast: whole, name }: Props): ReactNode {
  const { locale } = useLab();
  const words = RECORDING_STRINGS[locale];
  const theme = useSiteTheme();
  const [speed, setSpeed] = useState<number>(1);
  const [skipping, setSkipping] = useState(true);
  const short = useMemo(() => withoutPauses(whole, LONGEST_PAUSE_S), [whole]);
  const cast = skipping ? short : whole;
  const element = useRef<HTMLDivElement>(null);
  const player = useRef<Player>(undefined);
  const [seconds, setSeconds] = useState(0);
  const [playing, setPlaying] = useState(() => !matchMedia("(prefers-reduced-motion: reduce)").matches);
  const [failed, setFailed] = useState(false);
  /** Where the next player goes on: another look, speed or length of pauses is another player. */
  const goesOn = useRef({ seconds: 0, plays: playing });
  goesOn.current = { seconds, plays: playing };

  useEffect(() => {
    const place = element.current;
    if (place === null) return;
    let gone = false;
    let opened: Player | undefined;
    openPlayer(place, cast, { theme, speed }, goesOn.current).then(
      (next) => {
        if (gone) return next.dispose();
        opened = next;
        player.current = next;
        next.addEventListener("playing", () => setPlaying(true));
        next.addEventListener("pause", () => !gone && setPlaying(false));
        next.addEventListener("ended", () => {
          setPlaying(false);
          setSeconds(cast.seconds);
        });
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      opened?.dispose();
      player.current = undefined;
    };
  }, [cast, theme, speed]);

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setSeconds(Math.min(cast.seconds, player.current?.getCurrentTime() ?? 0)), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [playing, cast]);

  const seek = (to: number): void => {
    const at = Math.min(Math.max(to, 0), cast.seconds);
    setSeconds(at);
    void player.current?.seek(at);
  };
  const toggle = (): void => {
    if (!playing && seconds >= cast.seconds) seek(0);
    void (playing ? player.current?.pause() : player.current?.play());
  };
  const previous = (): void => seek(cast.markers.findLast(({ at }) => at < seconds - JUST_PASSED_S)?.at ?? 0);
  const next = (): void => seek(cast.markers.find(({ at }) => at > seconds + 0.01)?.at ?? cast.seconds);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    // The player inside has keys of its own, and a help that speaks only English.
    event.stopPropagation();
    const { target } = event;
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.altKey || event.metaKey) return;
    const press = target.closest("button, select, input") === null;
    const actions: Record<string, (() => void) | undefined> = {
      " ": press ? toggle : undefined,
      ArrowLeft: press ? () => seek(seconds - STEP_S) : undefined,
      ArrowRight: press ? () => seek(seconds + STEP_S) : undefined,
      "[": previous,
      "]": next,
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  const marker = cast.markers.findLastIndex(({ at }) => at <= seconds + 0.01);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys must be reachable.
    <section className="lab-cast" aria-label={words.player(name)} tabIndex={0} onKeyDown={onKeyDown}>
      <div className="lab-cast-controls">
        <button type="button" className="lab-button small primary" onClick={toggle}>
          {playing ? words.pause : words.play}
        </button>
        <input
          type="range"
          min={0}
          max={cast.seconds}
          step={0.1}
          value={seconds}
          aria-label={words.position}
          aria-valuetext={words.positionOf(clock(seconds), clock(cast.seconds))}
          onChange={(event) => seek(event.target.valueAsNumber)}
        />
        <span className="lab-cast-time">
          {clock(seconds)} / {clock(cast.seconds)}
        </span>
      </div>
      <div className="lab-cast-controls">
        <label>
          {words.speed}{" "}
          <select value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
            {SPEEDS.map((each) => (
              <option key={each} value={each}>
                {each} ×
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={skipping}
            onChange={() => {
              setSeconds(sameMoment(seconds, cast, skipping ? whole : short));
              setSkipping(!skipping);
            }}
          />{" "}
          {words.skipPauses}
        </label>
        {cast.markers.length > 0 && (
          <span className="lab-cast-markers">
            <button type="button" className="lab-button small" aria-label={words.previousMarker} title={words.previousMarker} onClick={previous}>
              ‹
            </button>
            <select aria-label={words.markers} value={marker} onChange={(event) => seek(cast.markers[Number(event.target.value)]?.at ?? 0)}>
              <option value={-1}>{words.noMarker}</option>
              {cast.markers.map(({ at, label }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: markers never change, and may be alike.
                <option key={index} value={index}>
                  {clock(at)} {labelText(label, words)}
                </option>
              ))}
            </select>
            <button type="button" className="lab-button small" aria-label={words.nextMarker} title={words.nextMarker} onClick={next}>
              ›
            </button>
          </span>
        )}
      </div>
      <div className="lab-cast-screen" ref={element} />
      {failed && <p role="alert">{words.unreadable}</p>}
      <p className="lab-cast-keys">{words.keys}</p>
    </section>
  );
}

/** `exit 0` is what the server writes for a command's end; every other label is text already. */
function labelText(label: string, words: RecordingStrings): string {
  const ended = /^exit(?: (\d+))?$/.exec(label);
  return ended === null ? label : words.commandEnded(ended[1]);
}
