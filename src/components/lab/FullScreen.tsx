import { type ReactNode, useEffect, useState } from "react";
import { IconButton } from "./IconButton.tsx";
import { useLab } from "./lab-context.ts";

/** The part of the Keyboard Lock API that is used; not every browser has it. */
interface KeyboardLock {
  lock(keys: readonly string[]): Promise<void>;
}

/**
 * Makes the panel as large as the window; and as the screen where the browser lets Escape through to the terminal even so (the
 * Keyboard Lock API), because an editor needs that key more than the screen.
 */
export function FullScreen(): ReactNode {
  const { strings } = useLab();
  const [full, setFull] = useState(false);

  useEffect(() => {
    if (!full) return;
    const root = document.documentElement;
    root.dataset["labFull"] = "";
    const keyboard = (navigator as { keyboard?: KeyboardLock }).keyboard;
    const panel = document.querySelector<HTMLElement>(".lab-panel");
    if (keyboard !== undefined && panel !== null) {
      void panel
        .requestFullscreen({ navigationUI: "hide" })
        .then(() => keyboard.lock(["Escape"]))
        // The window is filled all the same.
        .catch(() => {});
    }
    // A guest's screen has a full screen of its own, whose end is not this one's.
    let filled = false;
    const onChange = (): void => {
      if (document.fullscreenElement === panel) filled = true;
      else if (document.fullscreenElement === null && filled) setFull(false);
    };
    document.addEventListener("fullscreenchange", onChange);
    return () => {
      document.removeEventListener("fullscreenchange", onChange);
      delete root.dataset["labFull"];
      if (document.fullscreenElement !== null) void document.exitFullscreen();
    };
  }, [full]);

  return (
    <IconButton label={full ? strings.leaveFullScreen : strings.fullScreen} pressed={full} onClick={() => setFull(!full)}>
      {full ? <path d="M6 2v4H2M10 2v4h4M6 14v-4H2M10 14v-4h4" /> : <path d="M2 6V2h4M14 6V2h-4M2 10v4h4M14 10v4h-4" />}
    </IconButton>
  );
}
