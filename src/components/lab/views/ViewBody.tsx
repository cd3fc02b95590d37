import type { ReactNode } from "react";
import { type TabNode, useParentTabState } from "react-resizable-panels";
import { type View, viewOf } from "../../../lab/views.ts";
import { TerminalTab } from "./TerminalTab.tsx";
import { type TabData, useViews } from "./views-context.ts";

/** What a tab shows. */
export function ViewBody({ tab }: { readonly tab: TabNode<TabData> }): ReactNode {
  const shown = useParentTabState()?.isVisible ?? false;
  const view = viewOf(tab.id);
  return view === undefined ? null : <Body view={view} tab={tab} shown={shown} />;
}

function Body({ view, tab, shown }: { readonly view: View; readonly tab: TabNode<TabData>; readonly shown: boolean }): ReactNode {
  const { seat } = useViews();
  const name = tab.title ?? tab.id;
  switch (view.kind) {
    case "terminal":
      return <TerminalTab seat={seat} terminal={String(view.number)} tab={tab.id} name={name} shown={shown} />;
    case "console":
      return <TerminalTab seat={seat} terminal={`console:${view.guest}`} guest={view.guest} tab={tab.id} name={name} shown={shown} />;
    default:
      return null;
  }
}
