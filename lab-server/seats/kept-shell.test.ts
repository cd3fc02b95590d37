import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { FakeShell } from "../hosts/fake/fake-shell.ts";
import { KeptShell } from "./kept-shell.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const size = { cols: 80, rows: 24 };
const asText = (chunks: Uint8Array[]) => chunks.map((chunk) => new TextDecoder().decode(chunk)).join("|");

test("the prompt has come when the shell has spoken and falls silent", async () => {
  const shell = new FakeShell(size);
  const kept = new KeptShell(shell);
  let come = false;
  void kept.prompt(new AbortController().signal).then(() => (come = true));
  mock.timers.tick(5000);
  shell.say("Welcome\r\n");
  mock.timers.tick(149);
  shell.say("[root@host ~]# ");
  mock.timers.tick(149);
  await turn();
  assert.equal(come, false);
  mock.timers.tick(1);
  await turn();
  assert.equal(come, true);
});

test("a shell that says nothing is waited for no longer than it is worth", async () => {
  const kept = new KeptShell(new FakeShell(size));
  const enough = new AbortController();
  const prompt = kept.prompt(enough.signal);
  enough.abort();
  await prompt;
  await kept.prompt(enough.signal);
});

test("who takes it over hears everything in order, and then the rest", () => {
  const shell = new FakeShell(size);
  const kept = new KeptShell(shell);
  shell.say("one");
  shell.say("two");
  const heard: Uint8Array[] = [];
  kept.onData((data) => heard.push(data));
  shell.say("three");
  assert.equal(asText(heard), "one|two|three");
  kept.write(new TextEncoder().encode("ls\r"));
  assert.equal(shell.typed, "ls\r");
});
