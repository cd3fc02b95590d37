/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTerminalPreferences, FONT_SIZES } from "./terminal-preferences.ts";

function memory() {
  const values = new Map<string, string>();
  return { values, getItem: (key: string) => values.get(key) ?? null, setItem: (key: string, value: string) => void values.set(key, value) };
}

test("sizes stop at both ends and are remembered", () => {
  const kept = memory();
  const preferences = createTerminalPreferences(kept);
  for (let i = 0; i < 20; i++) preferences.changeFontSize(1);
  assert.equal(preferences.get().fontSize, FONT_SIZES.at(-1));
  assert.equal(createTerminalPreferences(kept).get().fontSize, FONT_SIZES.at(-1));
  for (let i = 0; i < 20; i++) preferences.changeFontSize(-1);
  assert.equal(preferences.get().fontSize, FONT_SIZES[0]);
  preferences.setScreenReader(true);
  assert.deepEqual(createTerminalPreferences(kept).get(), { fontSize: FONT_SIZES[0], screenReader: true });
});

test("every size gives columns of just over a whole number of pixels", () => {
  for (const size of FONT_SIZES) {
    const rest = (size * 0.5994) % 1;
    assert.ok(rest < 0.1, `${size} px leaves ${rest} of a pixel to be cut`);
  }
});

test("nonsense in the memory gives the normal look", () => {
  const kept = memory();
  const normal = createTerminalPreferences(kept).get();
  for (const nonsense of ["{", "7", '{"fontSize":"big"}', '{"fontSize":1e9,"screenReader":"yes"}']) {
    kept.values.set("ringside:terminal", nonsense);
    assert.deepEqual(createTerminalPreferences(kept).get(), normal);
  }
});

test("forbidden storage does not stop a change", () => {
  const preferences = createTerminalPreferences({
    getItem: () => null,
    setItem() {
      throw new Error("forbidden");
    },
  });
  preferences.setScreenReader(true);
  assert.equal(preferences.get().screenReader, true);
});
