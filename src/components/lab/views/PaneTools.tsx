import { type ReactNode, useId } from "react";
import { useParentTabset, useParentTabsetState } from "react-resizable-panels";
import { FONT_SIZES } from "../../../lab/terminal-preferences.ts";
import { viewOf } from "../../../lab/views.ts";
import { IconButton } from "../IconButton.tsx";
import { useLab, useStore } from "../lab-context.ts";
import { Popover } from "../Popover.tsx";
import { RecordControls } from "../recordings/RecordControls.tsx";
import { NewView } from "./NewView.tsx";
import { TabMenu } from "./TabMenu.tsx";
import { useViews } from "./views-context.ts";

/** The small buttons beside the tabs of a pane: more tabs, what the shown one has to set, what can be done with it. */
export function PaneTools(): ReactNode {
  const { strings } = useLab();
  const pane = useParentTabset();
  const state = useParentTabsetState();
  const id = useId();
  const shown = state?.selectedTabId;
  const kind = shown === undefined ? undefined : viewOf(shown)?.kind;
  if (pane === null || state === null) return null;
  return (
    <>
      <IconButton label={strings.openView} opens={`${id}-new`}>
        <path d="M8 3v10M3 8h10" />
      </IconButton>
      <Popover id={`${id}-new`} label={strings.openView}>
        {(close) => <NewView close={close} />}
      </Popover>
      {kind === "terminal" || kind === "console" ? <TerminalTools tab={shown ?? ""} /> : <span className="lab-leave" />}
      {!state.isRoot && (
        <IconButton
          label={state.isMaximized ? strings.restorePane : strings.maximizePane}
          pressed={state.isMaximized}
          onClick={state.isMaximized ? pane.restore : pane.maximize}
        >
          {state.isMaximized ? <path d="M9.5 2.5v4h4M6.5 13.5v-4h-4" /> : <path d="M9.5 2.5h4v4M6.5 13.5h-4v-4" />}
        </IconButton>
      )}
      {shown !== undefined && (
        <>
          <IconButton label={strings.tabMenu} opens={`${id}-tab`}>
            <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />
          </IconButton>
          <Popover id={`${id}-tab`} label={strings.tabMenu}>
            {(close) => <TabMenu tab={shown} close={close} />}
          </Popover>
        </>
      )}
    </>
  );
}

function TerminalTools({ tab }: { readonly tab: string }): ReactNode {
  const { strings } = useLab();
  const { seat, open, preferences, searchingIn, searchIn } = useViews();
  const view = viewOf(tab);
  const { fontSize, screenReader } = useStore(preferences);
  const searching = searchingIn === tab;
  return (
    <>
      <span className="lab-leave">{strings.leaveTerminal}</span>
      {view?.kind === "terminal" && <RecordControls seat={seat} terminal={view.number} onShow={() => open({ kind: "recordings" })} />}
      <IconButton label={strings.searchTerminal} pressed={searching} onClick={() => searchIn(searching ? undefined : tab)}>
        <path d="M7 2.75a4.25 4.25 0 1 1 0 8.5 4.25 4.25 0 0 1 0-8.5M10.2 10.2 13.5 13.5" />
      </IconButton>
      <span className="lab-wide-tools">
        <IconButton label={strings.smallerText} disabled={fontSize === FONT_SIZES[0]} onClick={() => preferences.changeFontSize(-1)}>
          <path d="M3.5 12 6.75 4 10 12M4.7 9.4h4.1M11.5 5.5h3.5" />
        </IconButton>
        <IconButton label={strings.largerText} disabled={fontSize === FONT_SIZES.at(-1)} onClick={() => preferences.changeFontSize(1)}>
          <path d="M2.5 13 6.5 3l4 10M4 9.8h5M11.5 5H15M13.25 3.25v3.5" />
        </IconButton>
        <IconButton label={strings.screenReader} pressed={screenReader} onClick={() => preferences.setScreenReader(!screenReader)}>
          <path d="M2.5 6v4h2.6L9 13V3L5.1 6zM11.5 5.7a3.6 3.6 0 0 1 0 4.6M13.3 3.9a6.2 6.2 0 0 1 0 8.2" />
        </IconButton>
      </span>
    </>
  );
}
