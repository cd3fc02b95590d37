/// <reference types="node" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { attachTerminal, currentTerminal, typeCommand } from "./current-terminal.ts";

test("a command goes into the terminal attached last, with Enter", () => {
  const typed: string[] = [];
  const terminal = (number: number) => ({ number, send: (text: string) => void typed.push(`${number}:${text}`) });
  assert.equal(typeCommand("virsh list"), undefined);

  const detachFirst = attachTerminal(terminal(1));
  const detachSecond = attachTerminal(terminal(2));
  detachFirst();
  assert.equal(typeCommand(" virsh list\n"), 2);
  assert.deepEqual(typed, ["2:virsh list\r"]);

  detachSecond();
  assert.equal(currentTerminal.get(), undefined);
  assert.equal(typeCommand("virsh list"), undefined);
});
