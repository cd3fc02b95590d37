import assert from "node:assert/strict";
import { test } from "node:test";
import type { Log } from "../../log.ts";
import { silentLog } from "../../log.ts";
import { LateBuild } from "./late-build.ts";

function make(script: string): { build: LateBuild; made: Promise<void>; errors: object[] } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const errors: object[] = [];
  const log: Log = { ...silentLog, error: (fields) => errors.push(fields as object) };
  return { build: new LateBuild({ command: ["sh", "-c", script], log, onMade: resolve }), made: promise, errors };
}

test("tells when it is done, and how long it may still take until then", async () => {
  const { build, made, errors } = make("sleep 0.2");
  assert.ok((build.minutesLeft ?? 0) >= 1);
  await made;
  assert.equal(build.minutesLeft, undefined);
  assert.deepEqual(errors, []);
});

test("a failure is said with its last words, and nothing else happens", async () => {
  const { build, made, errors } = make("echo no space left >&2; exit 3");
  void made.then(() => assert.fail("it was not made"));
  while (build.minutesLeft !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual({ ...errors[0], seconds: 0 }, { seconds: 0, failure: "ended with 3", said: ["no space left"] });
});

test("a program that is not there is a failure too", async () => {
  const errors: object[] = [];
  const build = new LateBuild({
    command: ["/no/such/program"],
    log: { ...silentLog, error: (fields) => errors.push(fields as object) },
    onMade: () => assert.fail(),
  });
  while (build.minutesLeft !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(errors.length, 1);
});

test("it is stopped with all that it started", async () => {
  const { build, errors } = make("sleep 1000 & echo $!; wait");
  await new Promise((resolve) => setTimeout(resolve, 300));
  await build.stop();
  assert.equal(build.minutesLeft, undefined);
  assert.deepEqual(errors, []);
});
