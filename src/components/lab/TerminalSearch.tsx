import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useLab } from "./lab-context.ts";

interface Props {
  /** Looks for a text up or down from where the last one was found. @returns whether there is one. */
  readonly onFind: (text: string, direction: "up" | "down") => boolean;
  readonly onClose: () => void;
}

/** A line above the terminal that finds a text in what it has said. */
export function TerminalSearch({ onFind, onClose }: Props): ReactNode {
  const { strings } = useLab();
  const [text, setText] = useState("");
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  const find = (wanted: string, direction: "up" | "down"): void => setMissing(wanted !== "" && !onFind(wanted, direction));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter") find(text, event.shiftKey ? "down" : "up");
    else return;
    event.preventDefault();
  };
  return (
    <search className="lab-search" aria-label={strings.searchTerminal}>
      <input
        ref={field}
        type="text"
        value={text}
        aria-label={strings.searchTerminal}
        placeholder={strings.searchTerminal}
        aria-invalid={missing}
        spellCheck={false}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.target.value);
          find(event.target.value, "up");
        }}
      />
      <span role="status">{missing ? strings.notFoundInTerminal : ""}</span>
      <button type="button" className="lab-button small" onClick={() => find(text, "up")}>
        {strings.searchUp}
      </button>
      <button type="button" className="lab-button small" onClick={() => find(text, "down")}>
        {strings.searchDown}
      </button>
      <button type="button" className="lab-button small" onClick={onClose}>
        {strings.close}
      </button>
    </search>
  );
}
