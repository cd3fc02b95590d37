/// <reference types="node" />
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { attachTerminal, type OpenTerminal, openTerminals, turnTo, typeCommand } from "./current-terminal.ts";

let typed: string[] = [];
beforeEach(() => {
  typed = [];
});
const terminal = (name: string, guest?: string): OpenTerminal => ({
  name,
  ...(guest === undefined ? {} : { guest }),
  send: (text) => void typed.push(`${name}:${text}`),
});

test("a command goes into the shell used last, with Enter", () => {
  assert.equal(typeCommand("virsh list"), undefined);
  const [one, two] = [terminal("one"), terminal("two")];
  const detach = [attachTerminal(one), attachTerminal(two)];
  assert.equal(typeCommand(" virsh list\n"), "two");
  turnTo(one);
  assert.equal(typeCommand("pwd"), "one");
  detach[0]?.();
  assert.equal(typeCommand("ls"), "two");
  detach[1]?.();
  turnTo(one);
  assert.deepEqual(openTerminals.get(), []);
  assert.deepEqual(typed, ["two:virsh list\r", "one:pwd\r", "two:ls\r"]);
});

test("what is meant for a guest goes into its console, and nothing of the host's does", () => {
  const shell = attachTerminal(terminal("shell"));
  const console = attachTerminal(terminal("console", "smartgo_01"));
  assert.equal(typeCommand("lscpu", "smartgo_01"), "console");
  assert.equal(typeCommand("lscpu", "smartgo_02"), "shell");
  assert.equal(typeCommand("virsh list"), "shell");
  shell();
  assert.equal(typeCommand("virsh list"), undefined);
  console();
});
