import type { Player } from "asciinema-player";
import playerCss from "asciinema-player/dist/bundle/asciinema-player.css?url&no-inline";
import type { Cast } from "../../../lab/cast.ts";
import { loadStyles } from "../load-styles.ts";
import { TERMINAL_THEMES } from "../terminal-themes.ts";
import { FONT } from "../xterm-view.ts";

export interface PlayerLook {
  readonly theme: "dark" | "light";
  readonly speed: number;
}

const LINE_HEIGHT = 1.15;
const COLORS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
const BRIGHT = ["brightBlack", "brightRed", "brightGreen", "brightYellow", "brightBlue", "brightMagenta", "brightCyan", "brightWhite"] as const;

let loading: ReturnType<typeof importPlayer> | undefined;

async function importPlayer() {
  const [player] = await Promise.all([import("asciinema-player"), loadStyles(playerCss), document.fonts.load(`14px ${FONT}`).catch(() => [])]);
  return player;
}

/**
 * Shows a recording in an element, in the terminal's colours and letters, from a moment on. The player's own controls are left
 * out: they speak only English. Fails only when its code cannot be fetched.
 */
export async function openPlayer(element: HTMLElement, cast: Cast, look: PlayerLook, from: { seconds: number; plays: boolean }): Promise<Player> {
  loading ??= importPlayer().catch((failure: unknown) => {
    loading = undefined;
    throw failure;
  });
  const { create } = await loading;
  const theme = TERMINAL_THEMES[look.theme];
  const colors = [...COLORS, ...BRIGHT].map((name, index) => [`--rec-${index}`, theme[name] ?? ""] as const);
  for (const [name, value] of [["--rec-fg", theme.foreground ?? ""], ["--rec-bg", theme.background ?? ""], ...colors] as const) {
    element.style.setProperty(name, value);
  }
  const player = create({ data: [cast.header, ...cast.events] }, element, {
    autoPlay: from.plays,
    preload: true,
    startAt: from.seconds,
    speed: look.speed,
    controls: false,
    cursorMode: "steady",
    fit: "width",
    theme: "ringside",
    terminalFontFamily: FONT,
    terminalLineHeight: LINE_HEIGHT,
  });
  if (!from.plays) await player.seek(from.seconds);
  return player;
}
