/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { TERMINAL_THEMES } from "./terminal-themes.ts";

/** Relative luminance as WCAG 2 defines it. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

for (const [name, theme] of Object.entries(TERMINAL_THEMES)) {
  test(`every colour of the ${name} terminal can be read on its background`, () => {
    const { background, cursorAccent: _, selectionBackground: __, ...colours } = theme;
    for (const [colour, value] of Object.entries(colours)) {
      const ratio = contrast(String(value), String(background));
      assert.ok(ratio >= 4.5, `${colour} ${value} on ${background}: ${ratio.toFixed(2)} : 1`);
    }
  });
}
