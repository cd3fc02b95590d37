/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { XRAY_STRINGS } from "./xray-strings.ts";

const HAN = /\p{Script=Han}/u;
/** Names, the same in every language. */
const NAMES = new Set(["AMD-V", "VT-x", "NAT"]);

test("every word of the X-ray is there in Chinese, and none in English is", () => {
  let texts = 0;
  const walk = (en: unknown, zh: unknown, path: string): void => {
    if (typeof en === "object" && en !== null) {
      assert.deepEqual(Object.keys(en), Object.keys(zh as object), path);
      for (const [key, value] of Object.entries(en)) walk(value, (zh as Record<string, unknown>)[key], `${path}.${key}`);
      return;
    }
    const [one, other] = [en, zh].map((text) => (typeof text === "function" ? String(text("2", "3")) : String(text)));
    if (NAMES.has(one ?? "")) return;
    texts += 1;
    assert.ok(HAN.test(other ?? ""), `${path} in Chinese: ${other}`);
    assert.ok(!HAN.test(one ?? ""), `${path} in English: ${one}`);
  };
  walk(XRAY_STRINGS.en, XRAY_STRINGS["zh-cn"], "strings");
  assert.ok(texts > 150);
});
