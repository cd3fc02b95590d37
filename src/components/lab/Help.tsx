import { type ReactNode, useId } from "react";
import { IconButton } from "./IconButton.tsx";
import { useLab } from "./lab-context.ts";
import { Popover } from "./Popover.tsx";

const KEYS = [
  ["leave", "F6"],
  ["walk", "← →"],
  ["show", "Enter"],
  ["close", "Delete"],
  ["search", "Ctrl+Shift+F"],
  ["copy", "Ctrl+Shift+C"],
  ["paste", "Ctrl+Shift+V"],
] as const;

/** The keys of the panel, and the tour once more. */
export function Help({ onTour }: { readonly onTour: () => void }): ReactNode {
  const { strings } = useLab();
  const id = useId();
  return (
    <>
      <IconButton label={strings.help} opens={id}>
        <path d="M5.6 6a2.4 2.4 0 1 1 3.6 2.1c-.8.45-1.2.9-1.2 1.7M8 12.6h.01" />
      </IconButton>
      <Popover id={id} label={strings.help}>
        {(close) => (
          <>
            <button
              type="button"
              className="lab-button small"
              onClick={() => {
                close();
                onTour();
              }}
            >
              {strings.tourAgain}
            </button>
            <dl className="lab-keys">
              {KEYS.map(([does, keys]) => (
                <div key={does}>
                  <dt>
                    <kbd translate="no">{keys}</kbd>
                  </dt>
                  <dd>{strings.keys[does]}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </Popover>
    </>
  );
}
