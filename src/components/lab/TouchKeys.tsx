import type { ReactNode } from "react";
import { TOUCH_KEYS, type TouchKey } from "../../lab/touch-keys.ts";
import { useLab } from "./lab-context.ts";

interface Props {
  readonly ctrl: boolean;
  readonly onKey: (key: TouchKey) => void;
}

/** The keys that a touch screen's keyboard lacks; shown where the pointer is a finger. */
export function TouchKeys({ ctrl, onKey }: Props): ReactNode {
  const { strings } = useLab();
  return (
    <div className="lab-touch-keys" role="toolbar" aria-label={strings.touchKeys}>
      {TOUCH_KEYS.map((key) => (
        <button
          key={key}
          type="button"
          aria-pressed={key === "Ctrl" ? ctrl : undefined}
          // The terminal keeps the focus, and with it the screen keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onKey(key)}
        >
          {key}
        </button>
      ))}
    </div>
  );
}
