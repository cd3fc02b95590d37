import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type ScreenKey, typedText } from "../../../lab/screen-keys.ts";
import type { ScreenStrings } from "../../../lab/strings-screen.ts";

interface Props {
  readonly words: ScreenStrings;
  /** A desktop has a clipboard; a guest without an agent has only a keyboard. */
  readonly desktop: boolean;
  /** What was copied on the screen last. */
  readonly copied: string;
  /** Whether the screen takes keys now. */
  readonly open: boolean;
  readonly onFill: (text: string) => void;
  readonly onStroke: (keys: readonly ScreenKey[]) => void;
  readonly onClose: () => void;
}

/** A guest's keyboard controller holds sixteen keys, and its processor may be played in software, twice over. In milliseconds. */
const STROKE_MS = 60;

/** Text into the screen and out of it. */
export function ScreenText({ words, desktop, copied, open, onFill, onStroke, onClose }: Props): ReactNode {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(desktop ? copied : "");
  const [waiting, setWaiting] = useState<readonly (readonly ScreenKey[])[]>([]);
  const [left, setLeft] = useState(0);

  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (desktop) setText(copied);
  }, [desktop, copied]);
  useEffect(() => {
    const [stroke, ...rest] = waiting;
    if (stroke === undefined) return;
    if (!open) {
      setWaiting([]);
      return;
    }
    const timer = setTimeout(() => {
      onStroke(stroke);
      setWaiting(rest);
    }, STROKE_MS);
    return () => clearTimeout(timer);
  }, [waiting, open, onStroke]);

  const send = (): void => {
    if (desktop) {
      onFill(text);
      return;
    }
    const typed = typedText(text);
    setLeft(typed.left);
    setWaiting(typed.strokes);
  };
  return (
    <div className="lab-screen-text">
      <label htmlFor={id}>{desktop ? words.clipboardOfDesktop : words.textForGuest}</label>
      <p id={`${id}-means`}>{desktop ? words.clipboardOfDesktopMeans : words.textForGuestMeans}</p>
      <textarea
        id={id}
        ref={field}
        rows={3}
        value={text}
        maxLength={100_000}
        spellCheck={false}
        aria-describedby={`${id}-means`}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <div className="lab-screen-text-actions">
        {waiting.length > 0 ? (
          <button type="button" className="lab-button small" onClick={() => setWaiting([])}>
            {words.stopTyping}
          </button>
        ) : (
          <button type="button" className="lab-button small primary" disabled={!open || text === ""} onClick={send}>
            {desktop ? words.fillClipboard : words.typeText}
          </button>
        )}
        <button type="button" className="lab-button small" onClick={onClose}>
          {words.close}
        </button>
        <span role="status">{waiting.length > 0 ? words.typing(waiting.length) : left > 0 ? words.untyped(left) : ""}</span>
      </div>
      {!desktop && copied !== "" && (
        <p className="lab-screen-copied">
          {words.fromGuest}: <code>{copied}</code>
        </p>
      )}
    </div>
  );
}
