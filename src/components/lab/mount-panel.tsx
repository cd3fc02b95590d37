import { createRoot } from "react-dom/client";
import { LabPanel } from "./LabPanel.tsx";
import type { Lab } from "./lab-context.ts";
import { loadXterm } from "./xterm-view.ts";

/** Draws the panel of a learner with a seat. Returns the way to take it away. */
export function mountPanel(container: HTMLElement, lab: Lab): () => void {
  const root = createRoot(container);
  root.render(<LabPanel lab={lab} />);
  return () => root.unmount();
}

/** Fetches the terminal's code ahead of its first use. */
export function warmTerminal(): void {
  void loadXterm();
}
