import { type ReactNode, useEffect, useRef } from "react";
import { linesOf } from "../../lab/paste.ts";
import { useLab } from "./lab-context.ts";

interface Props {
  readonly text: string;
  readonly onAnswer: (yes: boolean) => void;
}

/** What is about to be pasted, and whether it is meant. */
export function PasteQuestion({ text, onAnswer }: Props): ReactNode {
  const { strings } = useLab();
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => yes.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape answers "no" from either button of the question.
    <div
      className="lab-paste"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onAnswer(false);
      }}
    >
      <span role="alert">{strings.pasteAsk(linesOf(text))}</span>
      <button ref={yes} type="button" className="lab-button small primary" onClick={() => onAnswer(true)}>
        {strings.pasteYes}
      </button>
      <button type="button" className="lab-button small" onClick={() => onAnswer(false)}>
        {strings.cancel}
      </button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key. */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
