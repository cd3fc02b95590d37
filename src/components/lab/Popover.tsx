import { type ReactNode, useLayoutEffect, useRef, useState } from "react";

interface Props {
  /** The button that opens it says `popoverTarget` with the same id. */
  readonly id: string;
  readonly label: string;
  /** Drawn only while it is open. */
  readonly children: (close: () => void) => ReactNode;
}

const GAP = 4;

/** A small panel at its button, above everything else; the browser closes it by Escape and by a click elsewhere. */
export function Popover({ id, label, children }: Props): ReactNode {
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => {
    const element = panel.current;
    const button = document.querySelector(`[popovertarget="${CSS.escape(id)}"]`);
    if (!open || element === null || button === null) return;
    const at = button.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const below = at.bottom + GAP + height <= window.innerHeight || at.top < height + GAP;
    element.style.left = `${Math.max(GAP, Math.min(at.right - width, window.innerWidth - width - GAP))}px`;
    element.style.top = `${below ? at.bottom + GAP : at.top - GAP - height}px`;
    element.querySelector<HTMLElement>("button:not(:disabled), input")?.focus();
  }, [open, id]);
  return (
    <div ref={panel} id={id} className="lab-popover" role="dialog" aria-label={label} popover="auto" onToggle={(event) => setOpen(event.newState === "open")}>
      {open && children(() => panel.current?.hidePopover())}
    </div>
  );
}
