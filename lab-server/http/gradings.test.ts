import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { GradingView } from "../contract/gradings.ts";
import type { MadeToken } from "../contract/tokens.ts";
import { loadCatalogue } from "../exercises/catalogue.ts";
import { fakeServer } from "../fake-rooms.ts";
import { gradeCommand } from "../trial/grade-command.ts";
import { DRAWN_WORD, greetBackend, writeExercises } from "../trial/testing.ts";

const scratch = mkdtempSync(join(tmpdir(), "ringside-gradings-test-"));
const exercises = writeExercises(DRAWN_WORD);
const backend = greetBackend();
let server: Awaited<ReturnType<typeof fakeServer>>;
let url: string;
const tokenFiles: Record<string, string> = {};

before(async () => {
  server = await fakeServer({ backend, catalogue: await loadCatalogue(exercises), room: 1 });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  for (const [login, role, scope] of [
    ["grace", "instructor", "full"],
    ["reader", "instructor", "read"],
    ["hopper", "instructor", "full"],
    ["ada", "learner", "full"],
  ] as const) {
    const browser = await server.browser().open();
    const account = { login, name: login, password: "correct horse battery" };
    const { id } = (await browser.send("POST", "/api/v1/account", account)).json<{ id: string }>();
    if (role !== "learner") await server.people.setRole(id, role);
    await browser.send("POST", "/api/v1/session", { login, password: account.password });
    const { secret } = (await browser.send("POST", "/api/v1/tokens", { name: "grade", scope })).json<MadeToken>();
    tokenFiles[login] = join(scratch, login);
    writeFileSync(tokenFiles[login], `${secret}\n`);
  }
});
after(async () => {
  await server.close();
  rmSync(scratch, { recursive: true });
});

async function grade(args: readonly string[], as = "grace", signal = new AbortController().signal) {
  const said = { out: "", err: "" };
  const code = await gradeCommand([...args, "--server", url, "--token-file", tokenFiles[as] ?? ""], {
    out: (text) => {
      said.out += text;
    },
    err: (line) => {
      said.err += `${line}\n`;
    },
    exercises,
    signal,
    openLab: () => Promise.reject(new Error("no host is made here")),
  });
  return { code, ...said };
}
const script = (text: string): string => {
  const file = join(scratch, "work.sh");
  writeFileSync(file, text);
  return file;
};
const call = (as: string, method: "GET" | "POST" | "DELETE", path: string, body?: object) =>
  server.app.inject({
    method,
    url: `/api/v1/${path}`,
    headers: { host: "127.0.0.1:4680", authorization: `Bearer ${readFileSync(tokenFiles[as] ?? "", "utf8").trim()}` },
    ...(body && { body }),
  });

test("a running server grades the solution, and the report is the same", async () => {
  const { code, out, err } = await grade(["greet", "--seed", "5", "--format", "json"]);
  assert.equal(code, 0, err);
  const report = JSON.parse(out);
  assert.equal(report.format, "ringside-grade/1");
  const [one] = report.cases;
  assert.deepEqual([one.exercise, one.module, one.case, one.outcome, one.seed], ["greet", "m", "solution", "passed", "5"]);
  assert.equal(one.title["zh-cn"], `说“${one.parameters.word}”`);
  assert.match(one.script.output, /ran with <0>/);
  assert.match(err, /^greet: solution: passed with word=/m);
  assert.deepEqual(backend.living, [], "its host has ended");
});

test("a learner's script: 1 when it fails, and the table says why", async () => {
  const { code, out } = await grade(["m/greet", "--script", script("say shout\n")]);
  assert.equal(code, 1);
  assert.match(out, /^greet .*script work\.sh {2}failed {2}0\/2/m);
  assert.match(out, /found: shout/);
});

test("what cannot be graded is 2: a lost host, no such exercise, a token that may not, none at all, no server", async () => {
  const lost = await grade(["greet", "--script", script("vanish\n")]);
  assert.equal(lost.code, 2);
  assert.match(lost.err, /could not grade: script: /);
  for (const [args, as, says] of [
    [["no-such"], "grace", /There is no exercise named “no-such”/],
    [["greet"], "ada", /Your account may not do this/],
    [["greet"], "reader", /This token may not do this/],
  ] as const) {
    const { code, err, out } = await grade(args, as);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, says);
  }
  const gone = join(scratch, "gone");
  writeFileSync(gone, `ringside_${"x".repeat(43)}`);
  tokenFiles["nobody"] = gone;
  assert.match((await grade(["greet"], "nobody")).err, /not known, was revoked, or has expired/);
});

test("it waits in the queue behind a learner, is bounded, is nobody else's, and ends when it is interrupted", async () => {
  const learner = await server.browser().open();
  const seat = await learner.startReady("greet");
  const started = (await call("grace", "POST", "gradings", { exercise: "greet" })).json<GradingView>();
  let view = started;
  for (let tries = 0; view.place === undefined && tries < 100; tries += 1) {
    await delay(10);
    view = (await call("grace", "GET", `gradings/${started.id}`)).json();
  }
  assert.deepEqual([view.state, view.place], ["queued", 1]);
  assert.equal((await call("hopper", "GET", `gradings/${started.id}`)).json().code, "not_found");
  assert.equal((await call("hopper", "DELETE", `gradings/${started.id}`)).json().code, "not_found");
  assert.equal((await call("grace", "GET", "me")).json().seat, null, "it is no seat");
  for (let more = 0; more < 3; more += 1) assert.equal((await call("grace", "POST", "gradings", { exercise: "greet" })).statusCode, 201);
  const full = await call("grace", "POST", "gradings", { exercise: "greet" });
  assert.deepEqual([full.statusCode, full.json().code, full.json().params.limit], [409, "limit_reached", 4]);
  for (const { id } of (await call("grace", "GET", "gradings")).json().gradings.slice(0, 3)) await call("grace", "DELETE", `gradings/${id}`);

  const controller = new AbortController();
  const interrupted = grade(["greet"], "hopper", controller.signal);
  await delay(100);
  assert.equal((await call("hopper", "GET", "gradings")).json().gradings.length, 1);
  controller.abort(new Error("SIGINT"));
  assert.deepEqual([(await interrupted).code, (await interrupted).out], [2, ""]);
  assert.equal((await call("hopper", "GET", "gradings")).json().gradings.length, 0);

  await learner.send("DELETE", `/api/v1/seats/${seat.id}`);
  for (let tries = 0; view.state !== "done" && tries < 200; tries += 1) {
    await delay(10);
    view = (await call("grace", "GET", `gradings/${started.id}`)).json();
  }
  assert.equal(view.report?.outcome, "passed");
  assert.deepEqual(backend.living, []);
});

test("a script that is no text, or too long, is refused", async () => {
  for (const bad of ["", "a\0b", "x".repeat(96 * 1024 + 1), "字".repeat(40_000)])
    assert.equal((await call("grace", "POST", "gradings", { exercise: "greet", script: bad })).json().code, "bad_request");
  assert.equal((await call("grace", "POST", "gradings", { exercise: "greet", script: "x".repeat(700_000) })).json().code, "too_large");
});
