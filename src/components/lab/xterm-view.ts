import type { ITerminalOptions, Terminal } from "@xterm/xterm";
import xtermCss from "@xterm/xterm/css/xterm.css?url&no-inline";
import { asksBeforePaste } from "../../lab/paste.ts";
import type { TerminalPort } from "../../lab/terminal-connection.ts";
import { loadStyles } from "./load-styles.ts";
import { TERMINAL_THEMES } from "./terminal-themes.ts";

/** How a terminal looks; may change while it is open. */
export interface XtermLook {
  readonly fontSize: number;
  readonly screenReader: boolean;
  readonly theme: "dark" | "light";
}

export interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** One xterm in the page. */
export interface XtermView {
  readonly port: TerminalPort;
  /** Fits the grid to its element. @returns the new size, or undefined when it did not change or cannot be seen. */
  fit(): Size | undefined;
  readonly size: Size;
  look(look: XtermLook): void;
  /** Draws with the GPU while the terminal is shown; a browser has few such contexts to give. */
  accelerate(on: boolean): void;
  focus(): void;
  /** Selects the next place of a text, seen from the one before, and scrolls to it. @returns false when there is none. */
  find(text: string, direction: "up" | "down"): boolean;
  /** Whether the program has asked for application cursor keys. */
  readonly applicationKeys: boolean;
  /** As if it were pasted by the learner, who has been asked. */
  paste(text: string): void;
  dispose(): void;
}

export interface XtermOptions extends XtermLook {
  /** Keys and pasted text. */
  readonly onInput: (data: string | Uint8Array) => void;
  /** The learner wants out: F6, or Shift+Tab with screen reader support. */
  readonly onLeave: () => void;
  /** Ctrl+Shift+F. */
  readonly onSearch: () => void;
  /** A paste that is better asked about; `paste` goes on with it. */
  readonly onRiskyPaste: (text: string) => void;
}

export const FONT = '"JetBrains Mono Variable", "Noto Sans Mono CJK SC", "Sarasa Mono SC", monospace';
/** A font that is late is measured again when it comes; nobody waits longer for it than this, in milliseconds. */
const FONT_WAIT_MS = 300;

let loading: ReturnType<typeof importXterm> | undefined;

async function importXterm() {
  const [xterm, fit, links, unicode, clipboard, search] = await Promise.all([
    import("@xterm/xterm"),
    import("@xterm/addon-fit"),
    import("@xterm/addon-web-links"),
    import("@xterm/addon-unicode11"),
    import("@xterm/addon-clipboard"),
    import("@xterm/addon-search"),
    loadStyles(xtermCss),
  ]);
  return { ...xterm, ...fit, ...links, ...unicode, ...clipboard, ...search };
}

/** The terminal's code, fetched once. */
export function loadXterm(): ReturnType<typeof importXterm> {
  loading ??= importXterm().catch((failure: unknown) => {
    loading = undefined;
    throw failure;
  });
  return loading;
}

function lookOptions({ fontSize, screenReader, theme }: XtermLook): ITerminalOptions {
  return { fontSize, screenReaderMode: screenReader, theme: TERMINAL_THEMES[theme] };
}

/** Opens a terminal in an element. Fails only when its code cannot be fetched. */
export async function openXterm(element: HTMLElement, options: XtermOptions): Promise<XtermView> {
  const code = await loadXterm();
  const font = document.fonts.load(`${options.fontSize}px "JetBrains Mono Variable"`);
  await Promise.race([font, new Promise((resolve) => setTimeout(resolve, FONT_WAIT_MS))]);

  const terminal = new code.Terminal({
    ...lookOptions(options),
    allowProposedApi: true,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    fontFamily: FONT,
    lineHeight: 1.15,
    macOptionIsMeta: true,
    minimumContrastRatio: 4.5,
    rescaleOverlappingGlyphs: true,
    scrollback: 5_000,
  });
  const searching = new code.SearchAddon();
  terminal.loadAddon(searching);
  const fitting = new code.FitAddon();
  terminal.loadAddon(fitting);
  terminal.loadAddon(new code.WebLinksAddon());
  terminal.loadAddon(new code.Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.loadAddon(
    new code.ClipboardAddon(undefined, {
      // A program on the host may fill the clipboard, as tmux does. It may not read it.
      readText: () => "",
      writeText: (_selection, text) => navigator.clipboard.writeText(text).catch(() => {}),
    }),
  );
  terminal.open(element);
  terminal.attachCustomKeyEventHandler((event) => handleKey(terminal, event, options));
  // Before xterm takes it, which listens on an element inside.
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!asksBeforePaste(text, terminal.modes.bracketedPasteMode)) return;
    event.preventDefault();
    event.stopPropagation();
    options.onRiskyPaste(text);
  };
  element.addEventListener("paste", onPaste, { capture: true });
  terminal.onData(options.onInput);
  terminal.onBinary((data) => options.onInput(Uint8Array.from(data, (character) => character.charCodeAt(0))));

  let gpu: { dispose(): void } | undefined;
  let wanted = false;
  void font.then(() => {
    // Setting it again makes xterm measure the font that has come.
    terminal.options.fontFamily = `${FONT}, sans-serif`;
  });

  return {
    port: {
      write: (data, done) => terminal.write(data, done),
      reset: () => terminal.reset(),
      resize: (cols, rows) => terminal.resize(cols, rows),
    },
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    fit() {
      const size = element.offsetParent === null ? undefined : fitting.proposeDimensions();
      if (size === undefined || !Number.isFinite(size.cols) || !Number.isFinite(size.rows)) return undefined;
      if (size.cols === terminal.cols && size.rows === terminal.rows) return undefined;
      terminal.resize(size.cols, size.rows);
      return size;
    },
    look(look) {
      Object.assign(terminal.options, lookOptions(look));
    },
    accelerate(on) {
      wanted = on;
      if (!on) {
        gpu?.dispose();
        gpu = undefined;
      } else if (gpu === undefined && hasGpu()) {
        void import("@xterm/addon-webgl")
          .then(({ WebglAddon }) => {
            if (!wanted || gpu !== undefined) return;
            const webgl = new WebglAddon();
            webgl.onContextLoss(() => {
              webgl.dispose();
              gpu = undefined;
            });
            terminal.loadAddon(webgl);
            gpu = webgl;
          })
          // No WebGL here: the terminal goes on in plain DOM.
          .catch(() => {});
      }
    },
    focus: () => terminal.focus(),
    find: (text, direction) => (direction === "up" ? searching.findPrevious(text) : searching.findNext(text)),
    get applicationKeys() {
      return terminal.modes.applicationCursorKeysMode;
    },
    paste: (text) => terminal.paste(text),
    dispose() {
      element.removeEventListener("paste", onPaste, { capture: true });
      wanted = false;
      gpu?.dispose();
      terminal.dispose();
    },
  };
}

let gpuFound: boolean | undefined;

/** False where WebGL is played in software: that stalls the page for seconds, and plain DOM is faster. */
function hasGpu(): boolean {
  if (gpuFound === undefined) {
    const context = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
    const names = context?.getExtension("WEBGL_debug_renderer_info");
    const renderer = context && names ? String(context.getParameter(names.UNMASKED_RENDERER_WEBGL)) : "";
    // Chromium does not own up to its caveat where it was started without a GPU.
    gpuFound = context !== null && !/swiftshader|llvmpipe|software|basic render/i.test(renderer);
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return gpuFound;
}

/** Keys that are the page's and not the shell's. @returns false for a key that xterm must leave alone. */
function handleKey(terminal: Terminal, event: KeyboardEvent, { onLeave, onSearch }: XtermOptions): boolean {
  if (event.type !== "keydown" || event.isComposing) return true;
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  const leaves =
    (event.key === "F6" && plain && !event.shiftKey) || (event.key === "Tab" && plain && event.shiftKey && terminal.options.screenReaderMode === true);
  if (leaves) {
    event.preventDefault();
    onLeave();
    return false;
  }
  if (event.ctrlKey && event.shiftKey && event.code === "KeyC" && terminal.hasSelection()) {
    event.preventDefault();
    void navigator.clipboard.writeText(terminal.getSelection()).catch(() => {});
    return false;
  }
  if (event.ctrlKey && event.shiftKey && event.code === "KeyF") {
    event.preventDefault();
    onSearch();
    return false;
  }
  // The browser pastes, and xterm takes it from the paste event.
  return !(event.ctrlKey && event.shiftKey && event.code === "KeyV");
}
