/// <reference types="node" />
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { STRINGS } from "../lab/strings.ts";

const HAN = /\p{Script=Han}/u;

async function ours(language: string): Promise<Record<string, string>> {
  return JSON.parse(await readFile(new URL(`../content/i18n/${language}.json`, import.meta.url), "utf8"));
}

/** What Starlight brings along; it does not export the tables. */
async function starlights(language: string): Promise<Record<string, string>> {
  const file = fileURLToPath(new URL(`translations/${language}.js`, import.meta.resolve("@astrojs/starlight")));
  return (await import(file)).default;
}

test("every text of Starlight's own interface is there in Chinese", async () => {
  const [en, zh] = [await starlights("en"), { ...(await starlights("zh-CN")), ...(await ours("zh-CN")) }];
  const keys = Object.keys({ ...en, ...(await ours("en")) });
  assert.ok(keys.length > 25);
  // The name of a key on the keyboard.
  const untranslated = keys.filter((key) => key !== "search.ctrlKey" && !HAN.test(zh[key] ?? ""));
  assert.deepEqual(untranslated, []);
});

test("every text of the lab is there in Chinese, and none in English is", () => {
  let texts = 0;
  const walk = (en: unknown, zh: unknown, path: string): void => {
    if (typeof en === "object" && en !== null) {
      for (const [key, value] of Object.entries(en)) walk(value, (zh as Record<string, unknown> | undefined)?.[key], `${path}.${key}`);
      return;
    }
    // Numbers and names stand in for what the lab fills in.
    const [one, other] = [en, zh].map((text) => (typeof text === "function" ? String(text(2, 3)) : text));
    if (one === "" && other === "") return;
    texts += 1;
    assert.ok(typeof other === "string" && HAN.test(other), `${path} in Chinese: ${String(other)}`);
    assert.ok(typeof one === "string" && !HAN.test(one), `${path} in English: ${String(one)}`);
  };
  walk(STRINGS.en, STRINGS["zh-cn"], "strings");
  assert.ok(texts > 80);
});
