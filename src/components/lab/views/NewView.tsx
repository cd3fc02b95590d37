import type { ReactNode } from "react";
import { consoleOf } from "../../../../lab-server/contract/terminal.ts";
import { freeTerminal, type View, viewId } from "../../../lab/views.ts";
import { useLab, useStore } from "../lab-context.ts";
import { tabsOf } from "./tabs-of.ts";
import { viewName } from "./view-name.ts";
import { useViews } from "./views-context.ts";

/** What can be opened in a new tab. */
export function NewView({ close }: { readonly close: () => void }): ReactNode {
  const { store, strings } = useLab();
  const { workspace, open } = useViews();
  const { guests, seat } = useStore(store);
  const show = (view: View): void => {
    close();
    open(view);
  };
  const shell = (): void => {
    const view = freeTerminal(tabsOf(workspace().getModel()).map(({ id }) => id));
    close();
    if (view !== undefined) open(view);
  };
  const offers: View[] = [
    { kind: "xray" },
    ...(seat?.host?.desktop === true ? [{ kind: "desktop" } as const] : []),
    ...guests.filter(({ console, name }) => console && consoleOf(name) !== undefined).map(({ name }): View => ({ kind: "console", guest: name })),
    ...guests.filter(({ screen }) => screen === "vnc").map(({ name }): View => ({ kind: "screen", guest: name })),
    { kind: "files" },
    { kind: "recordings" },
  ];
  return (
    <ul className="lab-menu">
      <li>
        <button type="button" onClick={shell}>
          {strings.addTerminal}
        </button>
      </li>
      {offers.map((view) => (
        <li key={viewId(view)}>
          <button type="button" onClick={() => show(view)}>
            {viewName(view, strings)}
          </button>
        </li>
      ))}
    </ul>
  );
}
