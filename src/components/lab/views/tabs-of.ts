import type { TabNode, TabsetNode, WorkspaceModel, WorkspaceNode } from "react-resizable-panels";
import type { TabData } from "./views-context.ts";

/** The panes of an arrangement, in reading order. */
export function panesOf({ root }: WorkspaceModel<TabData>): TabsetNode<TabData>[] {
  const within = (node: WorkspaceNode<TabData>): TabsetNode<TabData>[] => (node.type === "tabset" ? [node] : node.children.flatMap(within));
  return within(root);
}

export function tabsOf(model: WorkspaceModel<TabData>): TabNode<TabData>[] {
  return panesOf(model).flatMap(({ tabs }) => tabs);
}
