import { type ReactNode, useEffect, useRef, useState } from "react";
import { TerminalView } from "../TerminalView.tsx";
import { useViews } from "./views-context.ts";

interface Props {
  readonly seat: string;
  /** As the server names it. */
  readonly terminal: string;
  readonly guest?: string;
  /** Whether that guest runs, as far as it is known. */
  readonly running?: boolean;
  readonly tab: string;
  readonly name: string;
  readonly shown: boolean;
}

/** A terminal in its tab: one connection after another, as its shells end and new ones are asked for. */
export function TerminalTab({ seat, terminal, guest, running = false, tab, name, shown }: Props): ReactNode {
  const { preferences, searchingIn, searchIn } = useViews();
  /** Counts the shells: a new number is a new connection. */
  const [shell, setShell] = useState(0);
  const ended = useRef(false);
  // A console that ended with its guest is there again when the guest is.
  useEffect(() => {
    if (!running || !ended.current) return;
    ended.current = false;
    setShell((last) => last + 1);
  }, [running]);
  return (
    <TerminalView
      key={shell}
      seat={seat}
      terminal={terminal}
      guest={guest}
      name={name}
      shown={shown}
      preferences={preferences}
      searching={searchingIn === tab && shown}
      onSearch={(on) => searchIn(on ? tab : undefined)}
      onNewShell={() => setShell(shell + 1)}
      onEnded={(over) => {
        ended.current = over;
      }}
    />
  );
}
