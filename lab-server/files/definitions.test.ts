import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalIn } from "./definitions.ts";

test("the parser's line is taken from libvirt's words, which are kept", () => {
  const said =
    "error: Failed to define domain from /tmp/tmp.1\nerror: at line 6: Opening and ending tag mismatch: vcpuu line 6 and vcpu\n  <vcpuu>4</vcpu>\n------^\n";
  const { message, faults } = refusalIn(said, "line 1: parser error : x");
  assert.match(message, /^at line 6: Opening and ending tag mismatch.*\n {2}<vcpuu>/);
  assert.deepEqual(faults, [{ line: 6, message: "Opening and ending tag mismatch: vcpuu line 6 and vcpu" }]);
});

test("where libvirt names no line, the schema's own check does", () => {
  const said =
    "error: Failed to define domain from /tmp/tmp.1\nerror: XML document failed to validate against schema: Unable\nElement domain has extra content: on_foo\n";
  const schema =
    "Relax-NG validity error : Extra\nline 23: element on_foo: Relax-NG validity error : Element domain has extra content: on_foo\nx fails to validate\n";
  assert.deepEqual(refusalIn(said, schema).faults, [{ line: 23, message: "Element domain has extra content: on_foo" }]);
});

test("what a host says is bounded", () => {
  const many = "line 99999999999999999999: element x: Relax-NG validity error : y\n".concat("line 2: element x: Relax-NG validity error : y\n".repeat(500));
  const { message, faults } = refusalIn("z".repeat(100_000), many);
  assert.equal(message.length, 4_000);
  assert.equal(faults.length, 20);
});
