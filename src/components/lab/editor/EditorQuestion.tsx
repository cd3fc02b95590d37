import { type ReactNode, useEffect, useRef } from "react";
import type { FileStrings } from "../../../lab/strings-files.ts";

interface Props {
  /** `conflict`: the host has another text by now. `reload`: what is not saved would go. */
  readonly about: "conflict" | "reload";
  readonly name: string;
  readonly strings: FileStrings;
  readonly onAnswer: (answer: "overwrite" | "theirs" | "cancel") => void;
}

/** Asks before a text is lost, the host's or the learner's. */
export function EditorQuestion({ about, name, strings, onAnswer }: Props): ReactNode {
  const careful = useRef<HTMLButtonElement>(null);
  useEffect(() => careful.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape answers "no" from any button of the question.
    <div
      className="lab-editor-question"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onAnswer("cancel");
      }}
    >
      <span role="alert">{about === "conflict" ? strings.conflict(name) : strings.reloadAsk}</span>
      <button ref={careful} type="button" className="lab-button small" onClick={() => onAnswer("cancel")}>
        {strings.keepEditing}
      </button>
      <button type="button" className={`lab-button small${about === "reload" ? " danger" : ""}`} onClick={() => onAnswer("theirs")}>
        {about === "conflict" ? strings.loadTheirs : strings.reloadYes}
      </button>
      {about === "conflict" && (
        <button type="button" className="lab-button small danger" onClick={() => onAnswer("overwrite")}>
          {strings.overwrite}
        </button>
      )}
    </div>
  );
}
