import { keep, kept, lasting } from "../../lab/kept.ts";

const MEMORY = "ringside:panel";

/**
 * Opens and closes the panel. Beside the text it is open unless the learner closed it; on a narrow screen it is a
 * drawer, closed at first. It is no modal: one reads above it and types in it.
 */
export function dockDrawer(dock: HTMLElement, signal: AbortSignal): void {
  const toggle = dock.querySelector<HTMLButtonElement>(".lab-toggle");
  const close = dock.querySelector<HTMLButtonElement>(".lab-close");
  const panel = dock.querySelector<HTMLElement>(".lab-panel");
  if (toggle === null || close === null || panel === null) return;
  const wide = matchMedia("(min-width: 80rem)");
  const root = document.documentElement;

  const set = (open: boolean): void => {
    root.dataset["lab"] = open ? "open" : "closed";
    toggle.setAttribute("aria-expanded", String(open));
  };

  const byHand = (open: boolean): void => {
    set(open);
    if (open) panel.focus({ preventScroll: true });
    else toggle.focus({ preventScroll: true });
    if (!wide.matches) return;
    keep(lasting(), MEMORY, open ? "open" : "closed");
  };

  const byWidth = (): void => set(wide.matches && kept(lasting(), MEMORY) !== "closed");

  toggle.addEventListener("click", () => byHand(true), { signal });
  close.addEventListener("click", () => byHand(false), { signal });
  panel.addEventListener(
    "keydown",
    (event) => {
      // In a terminal Escape belongs to the program there, and the terminal keeps it to itself.
      if (event.key === "Escape" && !event.defaultPrevented && !wide.matches) byHand(false);
    },
    { signal },
  );
  // A command typed from the text wants to be seen.
  document.addEventListener("ringside:typed", () => set(true), { signal });
  // An exercise chosen in the text is meant to be started.
  document.addEventListener("ringside:chosen", () => byHand(true), { signal });
  document.querySelector('a[href="#lab-panel"]')?.addEventListener(
    "click",
    (event) => {
      event.preventDefault();
      byHand(true);
    },
    { signal },
  );
  wide.addEventListener("change", byWidth, { signal });
  byWidth();
}
