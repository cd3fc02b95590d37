import { keep, lasting } from "../../lab/kept.ts";
import { clampWidth, type WidthBounds, widthAfterKey, widthBounds } from "../../lab/panel-width.ts";

const MEMORY = "ringside:panel-width";

/**
 * The edge between text and panel: dragged with the pointer, moved with arrow keys, Home and End. The width
 * is remembered.
 */
export function dockSplitter(dock: HTMLElement, signal: AbortSignal): void {
  const splitter = dock.querySelector<HTMLElement>(".lab-splitter");
  const panel = dock.querySelector<HTMLElement>(".lab-panel");
  if (splitter === null || panel === null) return;

  const bounds = (): WidthBounds => {
    const text = document.querySelector(".lesson-pane")?.getBoundingClientRect();
    return widthBounds(window.innerWidth - (text?.left ?? 0));
  };

  const tell = (): void => {
    const { min, max } = bounds();
    splitter.setAttribute("aria-valuemin", String(min));
    splitter.setAttribute("aria-valuemax", String(max));
    splitter.setAttribute("aria-valuenow", String(clampWidth(panel.getBoundingClientRect().width, { min, max })));
  };

  const set = (width: number): void => {
    const clamped = clampWidth(width, bounds());
    document.documentElement.style.setProperty("--lab-width", `${clamped}px`);
    keep(lasting(), MEMORY, String(clamped));
    tell();
  };

  splitter.addEventListener(
    "pointerdown",
    (down) => {
      down.preventDefault();
      splitter.setPointerCapture(down.pointerId);
      splitter.focus();
      dock.dataset["resizing"] = "";
      const move = (event: PointerEvent): void => set(window.innerWidth - event.clientX);
      splitter.addEventListener("pointermove", move);
      splitter.addEventListener(
        "lostpointercapture",
        () => {
          splitter.removeEventListener("pointermove", move);
          delete dock.dataset["resizing"];
        },
        { once: true },
      );
    },
    { signal },
  );

  splitter.addEventListener(
    "keydown",
    (event) => {
      const width = widthAfterKey(event.key, panel.getBoundingClientRect().width, bounds());
      if (width === undefined) return;
      event.preventDefault();
      set(width);
    },
    { signal },
  );

  window.addEventListener("resize", tell, { signal });
  tell();
}
