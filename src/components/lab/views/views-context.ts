import { createContext, useContext } from "react";
import type { WorkspaceImperativeHandle } from "react-resizable-panels";
import type { PreferencesStore } from "../../../lab/terminal-preferences.ts";
import type { View } from "../../../lab/views.ts";

/** What the learner calls a tab, where they have given it a name. */
export interface TabData {
  readonly name?: string;
  /** It came by itself, and nobody has looked at it yet. */
  readonly fresh?: boolean;
  /** What is in it has not been saved. */
  readonly dirty?: boolean;
}

/** What the tabs and their tools need of each other. */
export interface Views {
  readonly seat: string;
  readonly preferences: PreferencesStore;
  /** The arrangement. Throws when it is not there, which is before and after the panel is. */
  readonly workspace: () => WorkspaceImperativeHandle<TabData>;
  /** Shows a view: the tab it has, else a new one. */
  readonly open: (view: View) => void;
  /** The tab in which the learner looks for a text. */
  readonly searchingIn: string | undefined;
  readonly searchIn: (tab: string | undefined) => void;
}

export const ViewsContext = createContext<Views | undefined>(undefined);

export function useViews(): Views {
  const views = useContext(ViewsContext);
  if (views === undefined) throw new Error("a view was used outside of LabViews");
  return views;
}
