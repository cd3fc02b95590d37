import assert from "node:assert/strict";
import { test } from "node:test";
import { all, attribute, one, readDefinition, whole } from "./definition.ts";

test("what libvirt writes is read: elements, attributes in either quotes, text, entities", () => {
  const root = readDefinition(`<?xml version='1.0'?> <!-- made --> <domain type='kvm' id="3"> <name>a &lt;b&gt; &amp; &#x4e2d;&#25991;</name>
    <metadata><x:y xmlns:x='http://z'><![CDATA[no <b>markup]]></x:y></metadata><devices><disk><target dev='vda'/></disk><disk><target dev='vdb'/></disk></devices></domain>`);
  assert.equal(root?.name, "domain");
  assert.equal(attribute(root, "type"), "kvm");
  assert.equal(attribute(root, "id"), "3");
  assert.equal(one(root, "name")?.text, "a <b> & 中文");
  assert.deepEqual(
    all(root, "devices", "disk", "target").map((target) => attribute(target, "dev")),
    ["vda", "vdb"],
  );
  assert.equal(one(root, "devices", "nothing", "below"), undefined);
});

test("anything else is nothing", () => {
  for (const text of [
    "",
    "plain",
    "<a>",
    "</a>",
    "<a></b>",
    "<a/><b/>",
    "<a x=1/>",
    "<a x='<'/>",
    "<a x='1' y/>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
  ]) {
    assert.equal(readDefinition(text), undefined, text);
  }
  assert.equal(readDefinition(`${"<a>".repeat(30)}${"</a>".repeat(30)}`), undefined, "too deep");
  assert.equal(readDefinition(`<a>${"<b/>".repeat(1_000)}</a>`), undefined, "too many elements");
  assert.equal(readDefinition(`<a ${Array.from({ length: 40 }, (_, n) => `x${n}='1'`).join(" ")}/>`), undefined, "too many attributes");
  assert.equal(readDefinition(`<a>${" ".repeat(70_000)}</a>`), undefined, "too long");
});

test("no text takes long, however it was made", () => {
  const size = 64 * 1024 - 20;
  for (const piece of ["<", "<a>", "<a ", "<a b='", "<a b='c' ", "</x>", "<b/>", "<!--", "<!-- >", "<![CDATA[", "<?a ", "&", "&#1;", " ", "x", "'", ">"]) {
    const text = piece.repeat(Math.floor(size / piece.length));
    for (const whole of [text, `<d>${text}</d>`, `<d ${text}/>`, `<d a='${text}'/>`]) {
      const began = performance.now();
      readDefinition(whole);
      const ms = performance.now() - began;
      // Readers of all of XML took seconds.
      assert.ok(ms < 1_000, `${JSON.stringify(piece)}: ${ms} ms`);
    }
  }
});

test("numbers are whole numbers that can be counted with", () => {
  assert.deepEqual(["5", " 7 ", "-1", "", "x", "1e9", "99999999999999999999", undefined].map(whole), [
    5,
    7,
    -1,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
