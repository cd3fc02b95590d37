import { type ReactNode, type SubmitEvent, useState } from "react";
import type { TabDropTarget } from "react-resizable-panels";
import { FONT_SIZES } from "../../../lab/terminal-preferences.ts";
import { viewOf } from "../../../lab/views.ts";
import { useLab, useStore } from "../lab-context.ts";
import { panesOf } from "./tabs-of.ts";
import { viewName } from "./view-name.ts";
import { useViews } from "./views-context.ts";

/** What can be done with a tab, by mouse and by key alike: name, move, put beside the others, close. */
export function TabMenu({ tab: id, close }: { readonly tab: string; readonly close: () => void }): ReactNode {
  const { strings } = useLab();
  const { workspace, preferences } = useViews();
  const { fontSize, screenReader } = useStore(preferences);
  const view = viewOf(id);
  const panes = panesOf(workspace().getModel());
  const at = panes.findIndex(({ tabs }) => tabs.some((tab) => tab.id === id));
  const pane = panes[at];
  const tabs = pane?.tabs ?? [];
  const index = tabs.findIndex((tab) => tab.id === id);
  const [name, setName] = useState("");
  if (pane === undefined || view === undefined) return null;

  const act = (action: () => void) => () => {
    close();
    action();
    // The tab is where it is now; the focus follows it.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`.lab-tab[data-tab-id="${CSS.escape(id)}"]`)?.focus());
  };
  const to = (target: TabDropTarget) => act(() => workspace().moveTab(id, target));
  const next = panes[(at + 1) % panes.length];
  const rename = (event: SubmitEvent): void => {
    event.preventDefault();
    const own = name.trim();
    act(() => workspace().updateTab(id, own === "" ? { title: viewName(view, strings), data: {} } : { title: own, data: { name: own } }))();
  };

  return (
    <>
      <form className="lab-rename" onSubmit={rename}>
        <label htmlFor={`rename-${id}`}>{strings.tabName}</label>
        <input id={`rename-${id}`} value={name} maxLength={40} placeholder={tabs[index]?.title} onChange={(event) => setName(event.target.value)} />
        <button type="submit" className="lab-button small">
          {strings.rename}
        </button>
      </form>
      <ul className="lab-menu">
        {(view.kind === "terminal" || view.kind === "console") && (
          <>
            <Item text={strings.smallerText} disabled={fontSize === FONT_SIZES[0]} onClick={() => preferences.changeFontSize(-1)} />
            <Item text={strings.largerText} disabled={fontSize === FONT_SIZES.at(-1)} onClick={() => preferences.changeFontSize(1)} />
            <Item text={strings.screenReader} pressed={screenReader} onClick={() => preferences.setScreenReader(!screenReader)} />
          </>
        )}
        <Item text={strings.moveLeft} disabled={index <= 0} onClick={to({ tabsetId: pane.id, index: index - 1 })} />
        <Item text={strings.moveRight} disabled={index >= tabs.length - 1} onClick={to({ tabsetId: pane.id, index: index + 2 })} />
        <Item text={strings.splitRight} disabled={tabs.length < 2} onClick={to({ tabsetId: pane.id, region: "right" })} />
        <Item text={strings.splitBelow} disabled={tabs.length < 2} onClick={to({ tabsetId: pane.id, region: "bottom" })} />
        {next !== undefined && next !== pane && <Item text={strings.toNextPane} onClick={to({ tabsetId: next.id, region: "center" })} />}
        <li>
          <button
            type="button"
            onClick={() => {
              close();
              workspace().closeTab(id);
            }}
          >
            {strings.closeTab}
          </button>
        </li>
      </ul>
    </>
  );
}

interface ItemProps {
  readonly text: string;
  readonly disabled?: boolean;
  /** Set for an item that stays pressed. */
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

function Item({ text, disabled = false, pressed, onClick }: ItemProps): ReactNode {
  return (
    <li>
      <button type="button" disabled={disabled} aria-pressed={pressed} onClick={onClick}>
        {text}
      </button>
    </li>
  );
}
