import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef } from "react";
import { type TabNode, useParentTabState } from "react-resizable-panels";
import { targetKey, targetOf } from "../../../lab/editor-target.ts";
import { type View, viewOf } from "../../../lab/views.ts";
import { useLab, useStore } from "../lab-context.ts";
import { TerminalTab } from "./TerminalTab.tsx";
import { type TabData, useViews } from "./views-context.ts";

// Each comes with its own code and styles, when it is first looked at.
const DropUploads = lazy(() => import("../files/DropUploads.tsx").then((code) => ({ default: code.DropUploads })));
const EditorView = lazy(() => import("../editor/EditorView.tsx"));
const FilesView = lazy(() => import("../files/FilesView.tsx"));
const RecordingsView = lazy(() => import("../recordings/RecordingsView.tsx"));
const ScreenView = lazy(() => import("../screen/ScreenView.tsx"));
const ShownTerminal = lazy(() => import("../classroom/ShownTerminal.tsx"));
const XrayView = lazy(() => import("../xray/XrayView.tsx"));

/** What a tab shows. */
export function ViewBody({ tab }: { readonly tab: TabNode<TabData> }): ReactNode {
  const { strings } = useLab();
  const { workspace } = useViews();
  const shown = useParentTabState()?.isVisible ?? false;
  const view = viewOf(tab.id);
  const { fresh, ...data } = tab.data;
  const seen = useRef(() => {});
  seen.current = () => workspace().updateTab(tab.id, { data });
  useEffect(() => {
    if (shown && fresh === true) seen.current();
  }, [shown, fresh]);
  if (view === undefined) return null;
  return (
    <Suspense fallback={<p className="lab-loading">{strings.loadingView}</p>}>
      <Body view={view} tab={tab} shown={shown} />
    </Suspense>
  );
}

function Body({ view, tab, shown }: { readonly view: View; readonly tab: TabNode<TabData>; readonly shown: boolean }): ReactNode {
  const { seat, open, workspace } = useViews();
  const { store } = useLab();
  const { guests } = useStore(store);
  const name = tab.title ?? tab.id;
  const now = useRef(tab.data);
  now.current = tab.data;
  const onDirty = useCallback(
    (dirty: boolean) => {
      if (dirty !== (now.current.dirty ?? false)) workspace().updateTab(tab.id, { data: { ...now.current, dirty } });
    },
    [tab.id, workspace],
  );
  const toTab = useCallback(() => document.querySelector<HTMLElement>(`.lab-tab[data-tab-id="${CSS.escape(tab.id)}"]`)?.focus(), [tab.id]);
  const running = "guest" in view ? guests.find((guest) => guest.name === view.guest)?.state === "running" : false;
  switch (view.kind) {
    case "terminal":
      return (
        <DropUploads seat={seat}>
          <TerminalTab seat={seat} terminal={String(view.number)} tab={tab.id} name={name} shown={shown} />
        </DropUploads>
      );
    case "console":
      return <TerminalTab seat={seat} terminal={`console:${view.guest}`} guest={view.guest} running={running} tab={tab.id} name={name} shown={shown} />;
    case "screen":
      return <ScreenView seat={seat} shown={shown} guest={view.guest} running={guests.length === 0 ? undefined : running} onLeave={toTab} />;
    case "desktop":
      return <ScreenView seat={seat} shown={shown} guest={undefined} onLeave={toTab} />;
    case "files":
      return <FilesView seat={seat} shown={shown} onOpen={(target) => open({ kind: "edit", target: targetKey(target) })} />;
    case "edit": {
      const target = targetOf(view.target);
      return target === undefined ? null : <EditorView seat={seat} shown={shown} target={target} onDirty={onDirty} onLeave={toTab} />;
    }
    case "recordings":
      return <RecordingsView seat={seat} shown={shown} />;
    case "shown":
      return <ShownTerminal room={view.room} />;
    case "xray":
      return <XrayView seat={seat} shown={shown} />;
    default:
      return null;
  }
}
