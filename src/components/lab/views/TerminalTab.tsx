import { type ReactNode, useState } from "react";
import { TerminalView } from "../TerminalView.tsx";
import { useViews } from "./views-context.ts";

interface Props {
  readonly seat: string;
  /** As the server names it. */
  readonly terminal: string;
  readonly guest?: string;
  readonly tab: string;
  readonly name: string;
  readonly shown: boolean;
}

/** A terminal in its tab: one connection after another, as its shells end and new ones are asked for. */
export function TerminalTab({ seat, terminal, guest, tab, name, shown }: Props): ReactNode {
  const { preferences, searchingIn, searchIn } = useViews();
  /** Counts the shells: a new number is a new connection. */
  const [shell, setShell] = useState(0);
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
    />
  );
}
