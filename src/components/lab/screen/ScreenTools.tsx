import type { ReactNode } from "react";
import { KEY_COMBINATIONS, type KeyCombination } from "../../../lab/screen-keys.ts";
import type { ScreenStrings } from "../../../lab/strings-screen.ts";
import { IconButton } from "../IconButton.tsx";
import { QUALITIES, type Quality, type ScreenLook } from "./novnc-view.ts";

interface Props {
  readonly words: ScreenStrings;
  readonly open: boolean;
  readonly look: ScreenLook;
  readonly onLook: (look: ScreenLook) => void;
  /** What one has to know to work on this screen. */
  readonly hint: string | undefined;
  readonly texting: boolean;
  readonly onText: () => void;
  readonly onKeys: (keys: KeyCombination) => void;
  readonly onFullScreen: () => void;
}

const names = Object.keys(KEY_COMBINATIONS) as KeyCombination[];
const qualities = Object.keys(QUALITIES) as Quality[];

/** The small buttons above a screen. */
export function ScreenTools({ words, open, look, onLook, hint, texting, onText, onKeys, onFullScreen }: Props): ReactNode {
  const acts = open && !look.viewOnly;
  return (
    <fieldset className="lab-screen-tools" aria-label={words.tools}>
      <button
        type="button"
        className="lab-screen-key"
        disabled={!acts}
        aria-label={words.ctrlAltDel}
        title={words.ctrlAltDel}
        onClick={() => onKeys("Ctrl+Alt+Del")}
      >
        <span translate="no">Ctrl+Alt+Del</span>
      </button>
      <select
        className="lab-screen-choice"
        aria-label={words.keysMean}
        title={words.keysMean}
        disabled={!acts}
        value=""
        onChange={({ currentTarget }) => onKeys(currentTarget.value as KeyCombination)}
      >
        <option value="" disabled hidden>
          {words.keys}
        </option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <IconButton label={words.clipboard} pressed={texting} onClick={onText}>
        <path d="M5.5 3.5h-2v10h9v-10h-2M5.5 2.5h5v2h-5zM6 8h4M6 10.5h4" />
      </IconButton>
      <span className="lab-leave">{[words.leave, hint].filter(Boolean).join(" · ")}</span>
      <IconButton label={words.viewOnly} pressed={look.viewOnly} onClick={() => onLook({ ...look, viewOnly: !look.viewOnly })}>
        <path d="M1.5 8S4 3.75 8 3.75 14.5 8 14.5 8 12 12.25 8 12.25 1.5 8 1.5 8M8 6.1a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8" />
      </IconButton>
      <IconButton label={words.fit} pressed={look.fit} onClick={() => onLook({ ...look, fit: !look.fit })}>
        <path d="M2.5 4v8M13.5 4v8M4.5 8h7M6.3 6.2 4.5 8l1.8 1.8M9.7 6.2 11.5 8 9.7 9.8" />
      </IconButton>
      <select
        className="lab-screen-choice"
        aria-label={words.quality}
        title={words.quality}
        value={look.quality}
        onChange={({ currentTarget }) => onLook({ ...look, quality: currentTarget.value as Quality })}
      >
        {qualities.map((quality) => (
          <option key={quality} value={quality}>
            {words.qualities[quality]}
          </option>
        ))}
      </select>
      <IconButton label={words.fullScreen} onClick={onFullScreen}>
        <path d="M6 2.5H2.5V6M10 2.5h3.5V6M6 13.5H2.5V10M10 13.5h3.5V10" />
      </IconButton>
    </fieldset>
  );
}
