/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { deadLinks } from "./page-links.ts";

const FILES = new Set(["index.html", "a/index.html", "zh-cn/a/index.html", "style.css"]);

/** What is dead on the page `a/index.html` that holds this. */
function dead(html: string): readonly string[] {
  const pages = new Map([
    ["a/index.html", html],
    ["zh-cn/a/index.html", '<h2 id="思考题">思考题</h2><p id=plain>'],
  ]);
  return deadLinks(pages, FILES).map((line) => line.replace("a/index.html: ", ""));
}

test("a link to a page, a file or an anchor that is there is alive", () => {
  assert.deepEqual(dead('<h2 id="b">B</h2><a href="#b">1</a><a href="/">2</a><a class="x" href="/zh-cn/a/#%E6%80%9D%E8%80%83%E9%A2%98">3</a>'), []);
  assert.deepEqual(
    dead('<link rel="stylesheet" href="/style.css"><a href="../">1</a><a href="../zh-cn/a/#plain">2</a><a href="/a/?x=1#top">3</a><a href="/zh-cn/a">4</a>'),
    [],
  );
});

test("what leads out of the site is not looked at", () => {
  assert.deepEqual(dead('<a href="https://libvirt.org/x#y">1</a><a href="mailto:x@y">2</a><a href="//cdn/x">3</a>'), []);
});

test("a page, a file or an anchor that is not there is dead", () => {
  assert.match(dead('<a href="/b/">1</a>').join(), /^\/b\/: expected a page/);
  assert.match(dead('<a href="/zh-cn/b/">1</a>').join(), /^\/zh-cn\/b\/: expected a page/);
  assert.match(dead('<img alt="" src="/x.png">').join(), /x\.png/);
  assert.match(dead('<a href="#c">1</a>').join(), /^#c: expected the anchor on a\/index\.html/);
  assert.match(dead('<a href="/zh-cn/a/#b">1</a>').join(), /expected the anchor on zh-cn\/a\/index\.html/);
});

test("markup in a script's text is none", () => {
  assert.deepEqual(dead(`<script>const x = '<a href="/nowhere/">';</script>`), []);
});
