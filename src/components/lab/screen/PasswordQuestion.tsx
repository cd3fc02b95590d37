import { type ReactNode, useId, useRef } from "react";
import type { ScreenStrings } from "../../../lab/strings-screen.ts";

interface Props {
  readonly words: ScreenStrings;
  /** The last one was not the right one. */
  readonly wrong: boolean;
  readonly onAnswer: (password: string) => void;
}

/** Asks for the password of a VNC server. */
export function PasswordQuestion({ words, wrong, onAnswer }: Props): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  return (
    <form
      className="lab-screen-password"
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer(field.current?.value ?? "");
      }}
    >
      <label htmlFor={id}>{words.password}</label>
      {/* VNC looks at eight characters (RFC 6143, 7.2.2); servers may differ. */}
      <input id={id} ref={field} type="password" autoComplete="off" maxLength={100} aria-invalid={wrong} aria-describedby={wrong ? `${id}-wrong` : undefined} />
      <button type="submit" className="lab-button small primary">
        {words.sendPassword}
      </button>
      {wrong && (
        <p id={`${id}-wrong`} role="alert">
          {words.wrongPassword}
        </p>
      )}
    </form>
  );
}
