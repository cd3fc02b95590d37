/// <reference types="node" />
import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { literalWords } from "./literal-words.ts";

const tsx = (markup: string) => literalWords("A.tsx", `export const A = () => ${markup};`).map(({ text }) => text);
const astro = (markup: string) => literalWords("A.astro", `---\nconst words = { en: { a: "Text" }, "zh-cn": { a: "文字" } };\n---\n${markup}\n`);

test("words between tags are found, in either kind of component", () => {
  assert.deepEqual(tsx("<p>Not translated {x} at all</p>"), ["Not translated", "at all"]);
  assert.deepEqual(tsx("<p>未翻译</p>"), ["未翻译"]);
  assert.deepEqual(astro("<div>\n  <p>Not translated</p>\n</div>"), [{ line: 5, text: "Not translated" }]);
  assert.deepEqual(
    astro("{list.map((item) => <li>{item} of many</li>)}").map(({ text }) => text),
    ["of many"],
  );
});

test("words in attributes that people read are found", () => {
  assert.deepEqual(tsx('<button title="Close it" className="big one" aria-label={on ? "Open it" : strings.x} />'), ["Close it", "Open it"]);
  assert.deepEqual(
    astro('<img alt="A picture" src="/a picture.png" />').map(({ text }) => text),
    ["A picture"],
  );
});

test("words that an expression gives are found", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source to be read.
  assert.deepEqual(tsx('<p>{on ? "Yes it is" : strings.no}{n > 1 && "several"}{`${n} pieces`}</p>'), ["Yes it is", "several", "pieces"]);
});

test("texts from a table, code, marks, names and units are not", () => {
  assert.deepEqual(tsx('<p title={strings.a}>{strings.b} · {n} MiB <code>npm start</code> <span translate="no">Debian</span></p>'), []);
  assert.deepEqual(tsx('<p>{strings[on ? "yes" : "no"]}{pick("some key")}{kind === "some kind" ? strings.a : strings.b}</p>'), []);
  assert.deepEqual(astro("<p>{words.a}</p>\n<script>\n  const text = 'in a script';\n</script>\n<style>\n  p { color: red; }\n</style>"), []);
});

test("no component of the site has words of its own in its markup", async () => {
  const folder = fileURLToPath(new URL("../", import.meta.url));
  const found: string[] = [];
  let components = 0;
  for await (const file of glob("**/*.{tsx,astro}", { cwd: folder })) {
    components += 1;
    for (const { line, text } of literalWords(file, await readFile(folder + file, "utf8"))) found.push(`src/${file}:${line}: ${text}`);
  }
  assert.ok(components > 20);
  assert.deepEqual(found, []);
});
