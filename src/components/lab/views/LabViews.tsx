import { type ReactNode, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type TabNode, type TabRenderProps, useWorkspaceRef, Workspace } from "react-resizable-panels";
import type { SeatView } from "../../../../lab-server/contract/seat.ts";
import { lasting } from "../../../lab/kept.ts";
import { createTerminalPreferences } from "../../../lab/terminal-preferences.ts";
import { viewMemory } from "../../../lab/view-memory.ts";
import { freeTerminal, type View, viewId, viewOf } from "../../../lab/views.ts";
import { useLab } from "../lab-context.ts";
import { RecordingMark } from "../recordings/RecordControls.tsx";
import { firstModel, tabOf } from "./first-model.ts";
import { PaneTools } from "./PaneTools.tsx";
import { tabsOf } from "./tabs-of.ts";
import { useScreenTabs } from "./use-screen-tabs.ts";
import { ViewBody } from "./ViewBody.tsx";
import { type TabData, type Views, ViewsContext } from "./views-context.ts";

const CLASSES = {
  tabset: "lab-pane",
  header: "lab-bar",
  tabList: "lab-tabs",
  tab: "lab-tab",
  toolbar: "lab-tools",
  tabPanels: "lab-pane-body",
  tabContent: "lab-pane-content",
  dropIndicator: "lab-drop-here",
  dragPreview: "lab-dragged",
};
const SMALLEST = "7rem";

/**
 * What can be seen of one host: shells, consoles, screens and more, as tabs that can be named, moved and put side by side.
 * Those that cannot be seen stay as they are, so that nothing that they show is lost.
 */
export function LabViews({ seat, openView }: { readonly seat: SeatView; readonly openView: RefObject<((view: View) => void) | undefined> }): ReactNode {
  const { strings } = useLab();
  const [preferences] = useState(() => createTerminalPreferences(lasting()));
  const [memory] = useState(() => viewMemory(seat.id, lasting()));
  const [sameSeat] = useState(() => memory.read()?.sameSeat === true);
  const [model] = useState(() => firstModel(memory, strings));
  const [searchingIn, searchIn] = useState<string>();
  const handle = useWorkspaceRef<TabData>();
  const root = useRef<HTMLDivElement>(null);

  const workspace = useCallback(() => {
    if (handle.current === null) throw new Error("there is no workspace now");
    return handle.current;
  }, [handle]);
  const open = useCallback(
    (view: View) => {
      if (!workspace().addTab(tabOf(view, strings))) workspace().selectTab(viewId(view));
    },
    [workspace, strings],
  );
  useEffect(() => {
    openView.current = open;
    return () => {
      openView.current = undefined;
    };
  }, [open, openView]);
  const views = useMemo<Views>(
    () => ({ seat: seat.id, preferences, workspace, open, searchingIn, searchIn }),
    [seat.id, preferences, workspace, open, searchingIn],
  );

  /** The last tab closed is one shell opened: there is always something to work in. */
  const onModelChanged = useCallback(() => {
    const now = workspace().getModel();
    const tabs = tabsOf(now);
    const shell = tabs.length === 0 ? freeTerminal([]) : undefined;
    if (shell !== undefined) open(shell);
    else memory.write(now);
  }, [memory, open, workspace]);

  const came = useScreenTabs(workspace, sameSeat);

  // A host that has a desktop is there for its sake.
  const desktop = seat.host?.desktop === true && !sameSeat;
  useEffect(() => {
    if (desktop) open({ kind: "desktop" });
  }, [desktop, open]);

  return (
    <ViewsContext value={views}>
      <section className="lab-views" aria-label={strings.viewsOfHost} ref={root}>
        <p className="sr-only" role="status">
          {came.map((guest) => strings.screenCame(guest)).join(" ")}
        </p>
        <Workspace
          className="lab-workspace"
          classNames={CLASSES}
          defaultModel={model}
          workspaceRef={handle}
          onModelChanged={onModelChanged}
          renderTab={renderTab}
          renderTabContent={renderContent}
          renderTabsetToolbar={renderTools}
          tabRemovalSelectionBehavior="recent"
          tabsetMinHeight={SMALLEST}
          tabsetMinWidth={SMALLEST}
          lazyTabContent
        />
      </section>
    </ViewsContext>
  );
}

function renderTab(tab: TabNode<TabData>, props: TabRenderProps): ReactNode {
  const view = viewOf(tab.id);
  return (
    <div {...props} title={tab.title} data-new={tab.data.fresh === true || tab.data.dirty === true ? "" : undefined}>
      <span className="lab-tab-name">{tab.title}</span>
      {view?.kind === "terminal" && <RecordingMark terminal={view.number} />}
    </div>
  );
}
const renderContent = (tab: TabNode<TabData>): ReactNode => <ViewBody tab={tab} />;
const renderTools = (): ReactNode => <PaneTools />;
