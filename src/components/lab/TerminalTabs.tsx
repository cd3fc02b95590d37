import { type KeyboardEvent, lazy, type ReactNode, Suspense, useRef, useState } from "react";
import type { SeatView } from "../../../lab-server/contract/seat.ts";
import { createTerminalPreferences } from "../../lab/terminal-preferences.ts";
import { createTerminalTabs, MAX_TERMINALS } from "../../lab/terminal-tabs.ts";
import { useLab, useStore } from "./lab-context.ts";
import { RecordingMark } from "./recordings/RecordControls.tsx";
import { TerminalTools } from "./TerminalTools.tsx";
import { TerminalView } from "./TerminalView.tsx";

const RecordingsView = lazy(() => import("./recordings/RecordingsView.tsx"));

/** The seat's terminals. Hidden ones stay connected, so that nothing that they show is lost. */
export function TerminalTabs({ seat }: { readonly seat: SeatView }): ReactNode {
  const { strings } = useLab();
  const [tabs] = useState(() => createTerminalTabs(seat.id, sessionStorage));
  const [preferences] = useState(() => createTerminalPreferences(localStorage));
  const { open, selected } = useStore(tabs);
  /** Counts the shells of each terminal: a new number is a new connection. */
  const [shells, setShells] = useState<Readonly<Record<number, number>>>({});
  const [searching, setSearching] = useState(false);
  const [recordings, setRecordings] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const selectedTab = useRef<HTMLButtonElement>(null);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = open.indexOf(selected);
    const next = {
      ArrowRight: open[(at + 1) % open.length],
      ArrowLeft: open[(at - 1 + open.length) % open.length],
      Home: open[0],
      End: open.at(-1),
    }[event.key];
    if (event.key === "Delete") tabs.remove(selected);
    else if (next !== undefined) tabs.select(next);
    else return;
    event.preventDefault();
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
  };

  return (
    <section className="lab-terminals" aria-label={strings.terminals}>
      <div className="lab-bar">
        <div className="lab-tabs" role="tablist" aria-label={strings.terminals} ref={list} onKeyDown={onKeyDown}>
          {open.map((number) => (
            <button
              key={number}
              ref={number === selected ? selectedTab : undefined}
              type="button"
              role="tab"
              id={`lab-tab-${number}`}
              className="lab-tab"
              aria-selected={number === selected}
              aria-controls={`lab-terminal-${number}`}
              tabIndex={number === selected ? 0 : -1}
              onClick={() => {
                setRecordings(false);
                tabs.select(number);
              }}
            >
              {strings.terminal(number)}
              <RecordingMark terminal={number} />
            </button>
          ))}
        </div>
        <TerminalTools
          seat={seat.id}
          selected={selected}
          showsRecordings={recordings}
          onShowRecordings={setRecordings}
          canAdd={open.length < MAX_TERMINALS}
          onAdd={tabs.add}
          closes={open.length > 1 ? selected : undefined}
          onClose={tabs.remove}
          preferences={preferences}
          searching={searching}
          onSearch={() => setSearching(!searching)}
        />
      </div>
      {open.map((number) => (
        <TerminalView
          key={`${number}-${shells[number] ?? 0}`}
          seat={seat.id}
          number={number}
          selected={number === selected && !recordings}
          preferences={preferences}
          exit={selectedTab}
          searching={searching && number === selected}
          onSearch={setSearching}
          onNewShell={() => {
            // The button goes with the old shell; from the panel the focus finds the new one.
            list.current?.closest<HTMLElement>(".lab-panel")?.focus({ preventScroll: true });
            setShells({ ...shells, [number]: (shells[number] ?? 0) + 1 });
          }}
        />
      ))}
      {recordings && (
        <Suspense>
          <RecordingsView seat={seat.id} shown />
        </Suspense>
      )}
    </section>
  );
}
