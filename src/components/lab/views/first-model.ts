import { normalizeWorkspaceModel, type TabNode, type WorkspaceModel, type WorkspaceModelInput } from "react-resizable-panels";
import type { Strings } from "../../../lab/strings.ts";
import type { ViewMemory } from "../../../lab/view-memory.ts";
import { isOfAnyHost, type View, viewId, viewOf } from "../../../lab/views.ts";
import { viewName } from "./view-name.ts";
import type { TabData } from "./views-context.ts";

const LONGEST_NAME = 40;

export function tabOf(view: View, strings: Strings): TabNode<TabData> {
  return { id: viewId(view), title: viewName(view, strings), data: {} };
}

/** The arrangement that was left, as far as this host can have it; else one shell. */
export function firstModel(memory: ViewMemory, strings: Strings): WorkspaceModelInput<TabData> {
  const left = memory.read();
  const fresh: WorkspaceModelInput<TabData> = {
    version: 1,
    root: { type: "tabset", tabs: [tabOf({ kind: "terminal", number: 1 }, strings)], selectedId: "terminal:1" },
  };
  if (left === undefined) return fresh;
  let model: WorkspaceModel<TabData> | null = null;
  try {
    model = normalizeWorkspaceModel<TabData>(left.model, { mapTab: (tab) => tabAgain(tab, left.sameSeat, strings) });
  } catch {
    // What was remembered is no arrangement, whatever wrote it.
  }
  return model === null || isEmpty(model) ? fresh : model;
}

/** A remembered tab in today's language, or null for one that this host cannot have. */
function tabAgain(tab: TabNode<TabData>, sameSeat: boolean, strings: Strings): TabNode<TabData> | null {
  const view = typeof tab?.id === "string" ? viewOf(tab.id) : undefined;
  // What was shown to a class is over, or is opened anew.
  if (view === undefined || view.kind === "shown" || !(sameSeat || isOfAnyHost(view))) return null;
  const name = typeof tab.data?.name === "string" ? tab.data.name.slice(0, LONGEST_NAME) : "";
  return name === "" || !sameSeat ? tabOf(view, strings) : { ...tabOf(view, strings), title: name, data: { name } };
}

function isEmpty({ root }: WorkspaceModel<TabData>): boolean {
  return root.type === "tabset" && root.tabs.length === 0;
}
