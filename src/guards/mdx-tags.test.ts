/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { mdxTags } from "./mdx-tags.ts";

const run = (source: string) => mdxTags(source).map(({ attributes }) => attributes);

test("a tag's attributes are read as the component gets them", () => {
  assert.deepEqual(run('<Run on="host" command="virsh list" fails wait={30} />'), [{ on: "host", command: "virsh list", fails: true, wait: 30 }]);
  assert.deepEqual(run(`<Run command='echo "hi" > x' />`), [{ command: 'echo "hi" > x' }]);
  assert.deepEqual(run("<Run command={`echo \\`id\\` \"$HOME\" 'x'`} fails={true} />"), [{ command: `echo \`id\` "$HOME" 'x'`, fails: true }]);
  assert.deepEqual(run(`<Run command={"awk '{print $1}'"} />`), [{ command: "awk '{print $1}'" }]);
  assert.deepEqual(run('<Run command="a &lt; b &amp;&amp; c &#39;d&#39; &quot;e&quot;" />'), [{ command: "a < b && c 'd' \"e\"" }]);
});

test("a tag may take several lines, and knows where it begins", () => {
  const [tag] = mdxTags('one\n\n<Question\n  ask="Why > how?"\n>\nBecause.\n</Question>\n');
  assert.deepEqual(tag, { name: "Question", attributes: { ask: "Why > how?" }, line: 3 });
});

test("a command with a backtick in it hides nothing that follows", () => {
  const names = mdxTags('<Run command="echo `id`" />\n<Run command={`date`} />\nText with `<Lab exercise="x" />` in it.\n<Goals>\n</Goals>\n');
  assert.deepEqual(
    names.map(({ name }) => name),
    ["Run", "Run", "Goals"],
  );
});

test("what stands in a code block is no tag", () => {
  assert.deepEqual(mdxTags('```mdx\n<Run command="x" />\n```\n\n`<Term id="y">`\n'), []);
});
