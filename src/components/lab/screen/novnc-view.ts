import type RFB from "@novnc/novnc";
import type { PortEvents, ScreenPort } from "../../../lab/screen-connection.ts";
import type { ScreenKey } from "../../../lab/screen-keys.ts";

/** How a screen is shown; may change while it is open. */
export interface ScreenLook {
  /** Scaled to the room that there is; else in its own size, with scroll bars. */
  readonly fit: boolean;
  /** The screen takes the size of the room, if it can and the room is large enough to work in. */
  readonly takesSize: boolean;
  /** Keys and mouse do nothing. */
  readonly viewOnly: boolean;
  readonly quality: Quality;
}

/** What a picture may cost the line and the host, whose processor may be played in software. */
export const QUALITIES = { low: { quality: 2, compression: 6 }, medium: { quality: 6, compression: 2 }, high: { quality: 9, compression: 1 } } as const;
export type Quality = keyof typeof QUALITIES;

/** One screen in the page. */
export interface NovncView extends ScreenPort {
  look(look: ScreenLook): void;
  focus(): void;
  /** Presses keys in order and lets them go in the other. */
  press(keys: readonly ScreenKey[]): void;
  /** Fills the screen's clipboard, where it has one. */
  fillClipboard(text: string): void;
}

export interface NovncOptions extends PortEvents {
  readonly look: ScreenLook;
  /** What the picture is called, and the id of what describes it. */
  readonly label: string;
  readonly describedBy: string;
  /** The screen has filled its clipboard. */
  readonly onClipboard: (text: string) => void;
}

/** Below this a desktop cannot be worked in: it is shown smaller than it is instead. CSS pixels. */
const SMALLEST_ROOM = { width: 600, height: 440 };

export type Novnc = typeof RFB;

let loading: Promise<Novnc> | undefined;

/** The code that speaks RFB, fetched once. */
export function loadNovnc(): Promise<Novnc> {
  loading ??= import("@novnc/novnc").then(
    (module) => module.default,
    (failure: unknown) => {
      loading = undefined;
      throw failure;
    },
  );
  return loading;
}

/** Draws a screen in an element, over a socket that is being opened. */
export function openNovnc(Rfb: Novnc, element: HTMLElement, socket: WebSocket, options: NovncOptions): NovncView {
  const rfb = new Rfb(element, socket, { shared: true });
  let over = false;
  let wanted = options.look;
  const canvas = element.querySelector("canvas");
  if (canvas !== null) {
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", options.label);
    canvas.setAttribute("aria-describedby", options.describedBy);
  }
  const roomy = (): boolean => element.clientWidth >= SMALLEST_ROOM.width && element.clientHeight >= SMALLEST_ROOM.height;
  const apply = (): void => {
    rfb.viewOnly = wanted.viewOnly;
    rfb.scaleViewport = wanted.fit;
    rfb.resizeSession = wanted.fit && wanted.takesSize && roomy();
    rfb.qualityLevel = QUALITIES[wanted.quality].quality;
    rfb.compressionLevel = QUALITIES[wanted.quality].compression;
  };
  rfb.background = "transparent";
  apply();
  const sizes = new ResizeObserver(apply);
  sizes.observe(element);

  rfb.addEventListener("connect", () => options.onOpen());
  rfb.addEventListener("credentialsrequired", () => options.onPassword());
  rfb.addEventListener("securityfailure", () => options.onRefusedPassword());
  rfb.addEventListener("clipboard", ({ detail }) => options.onClipboard(detail.text.slice(0, MAX_CLIPBOARD)));
  rfb.addEventListener("disconnect", () => {
    over = true;
  });

  return {
    look(look) {
      wanted = look;
      apply();
    },
    focus: () => rfb.focus({ preventScroll: true }),
    press(keys) {
      for (const { keysym, code } of keys) rfb.sendKey(keysym, code, true);
      for (const { keysym, code } of keys.toReversed()) rfb.sendKey(keysym, code, false);
    },
    fillClipboard: (text) => rfb.clipboardPasteFrom(text),
    sendPassword: (password) => rfb.sendCredentials({ password, username: "", target: "" }),
    close() {
      sizes.disconnect();
      if (!over) rfb.disconnect();
      over = true;
    },
  };
}

/** Text from a screen beyond this is cut off. */
const MAX_CLIPBOARD = 100_000;
