import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { silentLog } from "../log.ts";
import { commandsBetween, countCommands } from "../store/commands.ts";
import { openStore, type Store } from "../store/database.ts";
import type { CommandEvent } from "../terminals/command-lines.ts";
import { CommandLog } from "./command-log.ts";

let store: Store;
let stateDir: string;
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "ringside-commands-"));
  store = await openStore({ stateDir, log: silentLog });
});
afterEach(async () => {
  await store.close();
  rmSync(stateDir, { recursive: true });
});

/** Terminals that tell what they are told to tell. */
function fakeTerminals() {
  let listener: ((terminal: string, event: CommandEvent) => void) | undefined;
  return {
    onCommand(next: NonNullable<typeof listener>) {
      listener = next;
      return () => {
        listener = undefined;
      };
    },
    tell: (event: CommandEvent, terminal = "1") => listener?.(terminal, event),
  };
}

test("commands are kept in order, each with its own terminal's exit status, until nobody follows any more", async () => {
  const log = new CommandLog({ store, log: silentLog });
  const terminals = fakeTerminals();
  const stop = log.follow({ id: "s1" }, terminals);
  terminals.tell({ began: "sleep 100" }, "1");
  terminals.tell({ began: "false" }, "2");
  terminals.tell({ ended: 1 }, "2");
  terminals.tell({ ended: 0 }, "2");
  stop();
  terminals.tell({ began: "later" });
  await log.settled();
  assert.deepEqual(
    (await commandsBetween(store, ["s1"], "", "9", 10)).map(({ terminal, line, status }) => [terminal, line, status]),
    [
      ["1", "sleep 100", undefined],
      ["2", "false", 1],
    ],
  );
});

test("whoever prints marks in a loop fills no disk", async () => {
  let at = 0;
  const log = new CommandLog({ store, log: silentLog, now: () => at, most: 30 });
  const terminals = fakeTerminals();
  log.follow({ id: "s1" }, terminals);
  for (let times = 0; times < 1000; times += 1) terminals.tell({ began: "x" });
  await log.settled();
  assert.equal(await countCommands(store, "s1"), 20);
  for (let times = 0; times < 30; times += 1) {
    at += 1000;
    terminals.tell({ began: "x" });
  }
  await log.settled();
  assert.equal(await countCommands(store, "s1"), 30);
});
