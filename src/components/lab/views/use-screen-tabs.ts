import { useEffect, useRef, useState } from "react";
import { type View, viewId } from "../../../lab/views.ts";
import { useLab, useStore } from "../lab-context.ts";
import { tabOf } from "./first-model.ts";
import { tabsOf } from "./tabs-of.ts";
import type { Views } from "./views-context.ts";

/**
 * Gives a guest with a screen a tab when it starts, behind what is shown. One that was closed by hand comes back with the guest's
 * next start. Gives the guests whose screens have come, for those who do not see it.
 * @param known the tabs are as this seat left them: what ran then has its tab, or shall have none
 */
export function useScreenTabs(workspace: Views["workspace"], known: boolean): readonly string[] {
  const { store, strings } = useLab();
  const { guests } = useStore(store);
  const before = useRef<ReadonlySet<string>>(undefined);
  const [came, setCame] = useState<readonly string[]>([]);
  useEffect(() => {
    if (guests.length === 0) return;
    const running = guests.filter(({ state, screen }) => state === "running" && screen === "vnc").map(({ name }) => name);
    const ran = before.current;
    before.current = new Set(running);
    const fresh = running.filter((name) => (ran === undefined ? !known : !ran.has(name)));
    // The workspace would show a tab that is there already.
    const open = new Set(tabsOf(workspace().getModel()).map(({ id }) => id));
    for (const guest of fresh) {
      const view: View = { kind: "screen", guest };
      if (!open.has(viewId(view))) workspace().addTab({ ...tabOf(view, strings), data: { fresh: true } }, { select: false });
    }
    if (fresh.length > 0) setCame(fresh);
  }, [guests, known, strings, workspace]);
  return came;
}
