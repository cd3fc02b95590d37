import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandMarks } from "./command-marks.ts";

const PROMPT = "\x1b]133;A\x07[root@kvm ~]# \x1b]133;B\x07";

test("a command's end is told once, wherever its marks are torn", () => {
  const said = `${PROMPT}ls\r\n\x1b]133;C\x07file\r\n\x1b]133;D;0\x07${PROMPT}`;
  for (let cut = 0; cut <= said.length; cut += 1) {
    const marks = new CommandMarks();
    const ended = [said.slice(0, cut), said.slice(cut)].map((piece) => marks.read(Buffer.from(piece)));
    assert.deepEqual(ended.filter(Boolean).length, 1, `cut at ${cut}`);
    assert.equal(marks.running, false);
  }
  const marks = new CommandMarks();
  const ended = [...said].filter((character) => marks.read(Buffer.from(character)));
  assert.equal(ended.length, 1, "byte by byte");
});

test("while a command runs it is known to run", () => {
  const marks = new CommandMarks();
  marks.read(Buffer.from(`${PROMPT}virsh console smartgo_01\r\n`));
  assert.equal(marks.running, false);
  marks.read(Buffer.from("\x1b]133;C\x07Connected"));
  assert.equal(marks.running, true);
});

test("an empty line ends no command", () => {
  const marks = new CommandMarks();
  assert.equal(marks.read(Buffer.from(`${PROMPT}\r\n\x1b]133;D;0\x07${PROMPT}`)), false);
});

test("a flood without marks is read with no copy kept", () => {
  const marks = new CommandMarks();
  for (let round = 0; round < 100; round += 1) assert.equal(marks.read(Buffer.alloc(100_000, "y\n")), false);
  assert.equal(marks.read(Buffer.from("\x1b]133;C\x07\x1b]133;D\x07")), true);
});
