import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog } from "./log.ts";
import { closeInOrder } from "./shutdown.ts";

test("everything is closed in order; what fails or hangs does not keep the rest waiting", async () => {
  const done: string[] = [];
  const step = (name: string, run: () => unknown = () => {}) => ({
    name,
    run: async () => {
      done.push(name);
      return run();
    },
  });
  assert.equal(await closeInOrder([step("sockets"), step("store")], silentLog), true);
  const hung = step("hung", () => new Promise(() => {}));
  const failing = step("failing", () => Promise.reject(new Error("no")));
  assert.equal(await closeInOrder([hung, failing, step("last")], silentLog, 20), false);
  assert.deepEqual(done, ["sockets", "store", "hung", "failing", "last"]);
});

/** A process that takes its signals like the server, and whose stop takes as long as it is told. */
async function stopping(stopMs: number, limitMs: number, signals: NodeJS.Signals[]): Promise<number | null> {
  const code = `
    const { stopOnSignals } = await import(${JSON.stringify(join(import.meta.dirname, "shutdown.ts"))});
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    stopOnSignals(() => new Promise((resolve) => setTimeout(() => resolve(true), ${stopMs})), ${limitMs}, { ...log, info: () => console.log("stopping") });
    setInterval(() => {}, 1000);
    console.log("ready");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  for (const signal of signals) {
    await once(child.stdout, "data");
    child.kill(signal);
  }
  const [exitCode] = await exited;
  return exitCode;
}

test("the first signal stops in order", async () => assert.equal(await stopping(1, 60_000, ["SIGTERM"]), 0));
test("the second signal stops at once", async () => assert.equal(await stopping(600_000, 600_000, ["SIGINT", "SIGTERM"]), 1));
test("the time limit ends a stop that hangs", async () => assert.equal(await stopping(600_000, 50, ["SIGTERM"]), 1));
