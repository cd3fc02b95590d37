import type { ReactNode } from "react";
import { FONT_SIZES, type PreferencesStore } from "../../lab/terminal-preferences.ts";
import { useLab, useStore } from "./lab-context.ts";
import { RecordControls } from "./recordings/RecordControls.tsx";

interface Props {
  readonly seat: string;
  /** The terminal that is shown. */
  readonly selected: number;
  readonly canAdd: boolean;
  readonly onAdd: () => void;
  /** The terminal that the close button closes; none for the last one. */
  readonly closes: number | undefined;
  readonly onClose: (terminal: number) => void;
  readonly preferences: PreferencesStore;
  readonly searching: boolean;
  readonly onSearch: () => void;
  readonly showsRecordings: boolean;
  readonly onShowRecordings: (show: boolean) => void;
}

/** The small buttons beside the terminals' tabs. */
export function TerminalTools({
  seat,
  selected,
  showsRecordings,
  onShowRecordings,
  canAdd,
  onAdd,
  closes,
  onClose,
  preferences,
  searching,
  onSearch,
}: Props): ReactNode {
  const { strings } = useLab();
  const { fontSize, screenReader } = useStore(preferences);
  return (
    <div className="lab-tools">
      <IconButton label={strings.addTerminal} disabled={!canAdd} onClick={onAdd}>
        <path d="M8 3v10M3 8h10" />
      </IconButton>
      {closes !== undefined && (
        <IconButton label={strings.closeTerminal(closes)} onClick={() => onClose(closes)}>
          <path d="m4 4 8 8M12 4l-8 8" />
        </IconButton>
      )}
      <span className="lab-leave">{strings.leaveTerminal}</span>
      <RecordControls seat={seat} terminal={selected} showing={showsRecordings} onShow={onShowRecordings} />
      <IconButton label={strings.searchTerminal} pressed={searching} onClick={onSearch}>
        <path d="M7 2.75a4.25 4.25 0 1 1 0 8.5 4.25 4.25 0 0 1 0-8.5M10.2 10.2 13.5 13.5" />
      </IconButton>
      <IconButton label={strings.smallerText} disabled={fontSize === FONT_SIZES[0]} onClick={() => preferences.changeFontSize(-1)}>
        <path d="M3.5 12 6.75 4 10 12M4.7 9.4h4.1M11.5 5.5h3.5" />
      </IconButton>
      <IconButton label={strings.largerText} disabled={fontSize === FONT_SIZES.at(-1)} onClick={() => preferences.changeFontSize(1)}>
        <path d="M2.5 13 6.5 3l4 10M4 9.8h5M11.5 5H15M13.25 3.25v3.5" />
      </IconButton>
      <IconButton label={strings.screenReader} pressed={screenReader} onClick={() => preferences.setScreenReader(!screenReader)}>
        <path d="M2.5 6v4h2.6L9 13V3L5.1 6zM11.5 5.7a3.6 3.6 0 0 1 0 4.6M13.3 3.9a6.2 6.2 0 0 1 0 8.2" />
      </IconButton>
    </div>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  /** Set for a button that stays pressed. */
  readonly pressed?: boolean;
  readonly children: ReactNode;
}

function IconButton({ label, onClick, disabled = false, pressed, children }: IconButtonProps): ReactNode {
  return (
    <button type="button" className="lab-icon" aria-label={label} aria-pressed={pressed} title={label} disabled={disabled} onClick={onClick}>
      <svg
        viewBox="0 0 16 16"
        width="15"
        height="15"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {children}
      </svg>
    </button>
  );
}
