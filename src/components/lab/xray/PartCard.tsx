import { type ReactNode, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { openTerminals, terminalFor, typeCommand } from "../../../lab/current-terminal.ts";
import type { Description } from "../../../lab/xray-describe.ts";
import { lessonHref } from "../../../lab/xray-lessons.ts";
import { useStore } from "../lab-context.ts";
import { useXray } from "./xray-context.ts";

interface Props {
  /** Undefined once the part is gone. */
  readonly about: Description | undefined;
  /** The button that the card belongs to. */
  readonly from: HTMLElement;
  /** Within which it stands. */
  readonly place: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

const GAP = 8;
/** How long "typed into terminal 1" stays to be read, in milliseconds. */
const SAID_MS = 4_000;

/** What a part is, its facts, the command that tells the same, and where the course explains it. */
export function PartCard({ about, from, place, onClose }: Props): ReactNode {
  const { words, locale, machine } = useXray();
  const card = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ left: 0, top: 0 });
  const id = useId();

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn above may grow or go with the machine.
  useLayoutEffect(() => {
    const [element, area] = [card.current, place.current];
    if (element === null || area === null) return;
    const put = (): void => {
      const [anchor, origin] = [from.getBoundingClientRect(), area.getBoundingClientRect()];
      const left = Math.max(GAP, Math.min(anchor.left - origin.left, area.clientWidth - element.offsetWidth - GAP));
      setAt({ left, top: anchor.bottom - origin.top + GAP });
    };
    put();
    const observer = new ResizeObserver(put);
    observer.observe(area);
    return () => observer.disconnect();
  }, [from, place, machine]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: one part may be shown in two places.
  useEffect(() => {
    card.current?.focus({ preventScroll: true });
    const frame = requestAnimationFrame(() => card.current?.scrollIntoView({ block: "nearest" }));
    return () => cancelAnimationFrame(frame);
  }, [from]);

  const base = import.meta.env?.BASE_URL;
  return (
    <div
      ref={card}
      className="xr-card"
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      style={{ insetInlineStart: at.left, insetBlockStart: at.top }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div className="xr-card-head">
        <h3 id={id}>{about?.title ?? words.gone}</h3>
        <button type="button" className="lab-icon" onClick={onClose} aria-label={words.close} title={words.close}>
          <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
            <path d="m3 3 10 10M13 3 3 13" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
          </svg>
        </button>
      </div>
      {about !== undefined && (
        <>
          <p>{about.text}</p>
          {about.facts.length > 0 && (
            <dl>
              {about.facts.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
          {about.command !== undefined && <Command command={about.command} />}
          <a className="xr-lesson" href={lessonHref(about.lesson, locale, base)}>
            {words.lesson}
          </a>
        </>
      )}
    </div>
  );
}

function Command({ command }: { readonly command: string }): ReactNode {
  const { words } = useXray();
  useStore(openTerminals);
  const terminal = terminalFor();
  const [said, setSaid] = useState("");
  const fading = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(fading.current), []);

  const say = (text: string): void => {
    setSaid(text);
    clearTimeout(fading.current);
    fading.current = setTimeout(() => setSaid(""), SAID_MS);
  };
  const run = (): void => {
    const name = typeCommand(command);
    if (name === undefined) {
      say(words.noTerminal);
      return;
    }
    say(words.typedInto(name));
    document.dispatchEvent(new CustomEvent("ringside:typed"));
  };
  const copy = (): void => {
    navigator.clipboard?.writeText(command).then(
      () => say(words.copied),
      () => {},
    );
  };
  return (
    <div className="xr-command">
      <span className="xr-caption">{words.sameByCommand}</span>
      <code className="xr-typed">{command}</code>
      <div className="xr-command-actions">
        <button
          type="button"
          className="lab-button small"
          aria-disabled={terminal === undefined}
          title={terminal === undefined ? words.noTerminal : undefined}
          onClick={run}
        >
          <svg viewBox="0 0 16 16" width="11" height="11" aria-hidden="true">
            <path d="M4 2.5v11l9-5.5z" fill="currentColor" />
          </svg>
          {words.run}
        </button>
        <button type="button" className="lab-button small" onClick={copy}>
          {words.copy}
        </button>
        <span className="xr-said" role="status">
          {said}
        </span>
      </div>
    </div>
  );
}
