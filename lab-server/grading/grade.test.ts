import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { exerciseSchema } from "../contract/exercise.ts";
import type { ParameterValues } from "../contract/parameters.ts";
import { verdictSchema } from "../contract/verdict.ts";
import { LabError } from "../errors.ts";
import { checksFor, type LoadedChecks } from "../exercises/exercise.ts";
import type { ExecResult, Host, HostState } from "../hosts/backend.ts";
import { type Log, silentLog } from "../log.ts";
import { readBaseline } from "./baseline.ts";
import { defineChecks, failed, type Probe, passed } from "./check.ts";
import { type Graded, grade } from "./grade.ts";

/** A log that keeps its warnings. */
class Lines {
  readonly kept: string[] = [];
  readonly log: Log = { ...silentLog, warn: (fields, message) => this.kept.push(`${JSON.stringify(fields)} ${message}`) };
}

const word = (en: string) => ({ en, "zh-cn": `${en}(中文)` });

/** A host whose shell is this machine's own. `execs` counts the round trips. */
class LocalHost implements Pick<Host, "exec" | "state"> {
  state: HostState = "running";
  execs = 0;
  failure: LabError | undefined;

  exec(command: string): Promise<ExecResult> {
    this.execs += 1;
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve) => {
      execFile("sh", ["-c", command], (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, stdout, stderr, ms: 1 }));
    });
  }
}

class Attempts {
  readonly kept: Graded[] = [];
  record(graded: Graded): number {
    return this.kept.push(graded);
  }
  count(): number {
    return this.kept.length;
  }
}

const number = (script: string): Probe<number> => ({
  script,
  read(output) {
    if (!/^\d+\n$/.test(output)) throw new Error("no number");
    return Number(output);
  },
});

const four = (count: number) => (count === 4 ? passed(word("4")) : failed({ expected: word("4"), found: word(String(count)), look: word("there") }));

function exerciseOf(checks: LoadedChecks): Parameters<typeof grade>[0]["exercise"] {
  const tasks = Object.keys(checks.tasks).map((id) => ({ id, text: word(id) }));
  const definition = exerciseSchema.parse({ title: word("t"), summary: word("s"), minutes: 5, tasks });
  return { id: "an-exercise", definition, checks };
}

async function gradeLocally(checks: LoadedChecks, host = new LocalHost(), attempts = new Attempts()) {
  const lines = new Lines();
  const exercise = exerciseOf(checks);
  const baseline = await readBaseline(host, checks);
  host.execs = 0;
  const verdict = await grade({ host, exercise, baseline: JSON.parse(JSON.stringify(baseline)), attempts, log: lines.log });
  verdictSchema.parse(verdict);
  return { verdict, host, attempts, lines: lines.kept };
}

const outcomes = (tasks: readonly { task: string; outcome: string }[]) => Object.fromEntries(tasks.map(({ task, outcome }) => [task, outcome]));

test("all tasks pass: one round trip, and the attempt is recorded", async () => {
  const { verdict, host, attempts } = await gradeLocally(
    defineChecks({
      baseline: { start: number("echo 1") },
      facts: { a: number("echo 4"), b: number("echo 4") },
      tasks: { a: ({ a }) => four(a), b: ({ b }, { start }) => four(b * start) },
    }),
  );
  assert.equal(verdict.outcome, "passed");
  assert.equal(verdict.attempts, 1);
  assert.equal(host.execs, 1);
  assert.equal(attempts.kept[0]?.outcome, "passed");
});

test("one failed task fails the verdict, with its three sentences", async () => {
  const checks = defineChecks({ baseline: {}, facts: { a: number("echo 4"), b: number("echo 1") }, tasks: { a: ({ a }) => four(a), b: ({ b }) => four(b) } });
  const attempts = new Attempts();
  await gradeLocally(checks, undefined, attempts);
  const { verdict } = await gradeLocally(checks, undefined, attempts);
  assert.equal(verdict.outcome, "failed");
  assert.equal(verdict.attempts, 2);
  assert.deepEqual(verdict.tasks[1], { task: "b", outcome: "failed", expected: word("4"), found: word("1"), look: word("there") });
});

test("an unknown fact makes errored the tasks that touch it, and only those; no attempt is counted", async () => {
  const { verdict, attempts, lines } = await gradeLocally(
    defineChecks({
      baseline: {},
      facts: { good: number("echo 4"), exits: number("echo 4; exit 1"), unreadable: number("echo four"), dies: number("kill -9 $$") },
      tasks: {
        good: ({ good }) => four(good),
        wrong: ({ good }) => four(good + 1),
        exits: ({ exits }) => four(exits),
        unreadable: ({ unreadable }) => four(unreadable),
        dies: ({ dies }) => four(dies),
        either: (facts) => (facts.good === 4 ? four(facts.good) : four(facts.dies)),
      },
    }),
  );
  assert.deepEqual(outcomes(verdict.tasks), { good: "passed", wrong: "failed", exits: "errored", unreadable: "errored", dies: "errored", either: "passed" });
  assert.equal(verdict.outcome, "errored");
  assert.equal(verdict.attempts, 0);
  assert.equal(attempts.kept.length, 0);
  assert.match(lines.join("\n"), /"exercise":"an-exercise","task":"exits"} check errored: probe exits: exit status 1/);
});

test("a judge that throws, or gives what is no outcome, is errored and logged", async () => {
  const { verdict, lines } = await gradeLocally(
    defineChecks({
      baseline: {},
      facts: {},
      tasks: {
        throws: () => {
          throw new TypeError("a fault of ours");
        },
        nothing: () => undefined as never,
        later: () => Promise.resolve(passed(word("late"))) as never,
        half: () => ({ outcome: "failed", expected: word("x") }) as never,
      },
    }),
  );
  assert.deepEqual([...new Set(verdict.tasks.map(({ outcome }) => outcome))], ["errored"]);
  assert.match(lines[0] ?? "", /"task":"throws"} check errored: a fault of ours/);
  assert.equal(lines.length, 4);
});

test("a host that runs but does not answer is an errored verdict", async () => {
  const host = new LocalHost();
  const checks = defineChecks({ baseline: {}, facts: { a: number("echo 4") }, tasks: { a: ({ a }) => four(a) } });
  host.failure = new LabError("host_not_ready", { log: "exec: time-out" });
  const { verdict, attempts } = await gradeLocally(checks, host);
  assert.deepEqual(outcomes(verdict.tasks), { a: "errored" });
  assert.equal(attempts.kept.length, 0);
});

test("a host that is gone, or not there yet, is the caller's to tell", async () => {
  const checks = defineChecks({ baseline: {}, facts: { a: number("echo 4") }, tasks: { a: ({ a }) => four(a) } });
  for (const [code, state] of [
    ["host_lost", "lost"],
    ["host_lost", "running"],
    ["host_not_ready", "waking"],
    ["seat_ended", "ended"],
  ] as const) {
    const host = new LocalHost();
    host.failure = new LabError(code, { log: "gone" });
    host.state = state;
    await assert.rejects(gradeLocally(checks, host), (thrown: unknown) => thrown instanceof LabError && thrown.code === code);
  }
});

test("the checks of an exercise with parameters ask and judge by what was drawn; a name that is not there is errored", async () => {
  const checks = defineChecks((drawn: { vcpus: number; guest?: string }) => ({
    baseline: { start: number(`echo ${drawn.vcpus}`) },
    facts: { twice: number(`echo $((${drawn.vcpus} * 2))`) },
    tasks: {
      number: ({ twice }, { start }) => (twice === 2 * drawn.vcpus && start === drawn.vcpus ? passed(word(`${drawn.vcpus}`)) : four(start)),
      missing: () => passed(word(`${drawn.guest}`)),
    },
  }));
  const exercise = { ...exerciseOf(checks({ vcpus: 1 })), checks: (values: ParameterValues) => checks(values as { vcpus: number }) };
  const host = new LocalHost();
  for (const vcpus of [2, 3]) {
    const parameters = { vcpus };
    const baseline = await readBaseline(host, checksFor(exercise, parameters));
    const { tasks } = await grade({ host, exercise, baseline, parameters, attempts: new Attempts(), log: new Lines().log });
    assert.deepEqual(tasks[0], { task: "number", outcome: "passed", found: word(`${vcpus}`) });
    assert.equal(tasks[1]?.outcome, "errored");
  }
});

test("a baseline is asked for again, and then refused, when a fact of it is unknown", async () => {
  const host = new LocalHost();
  const checks = (script: string): LoadedChecks => defineChecks({ baseline: { start: number(script) }, facts: {}, tasks: { a: () => passed(word("a")) } });
  await assert.rejects(readBaseline(host, checks("exit 1")), (thrown: unknown) => {
    assert.ok(thrown instanceof LabError);
    assert.equal(thrown.code, "host_failed");
    assert.deepEqual(thrown.params, { step: "setup" });
    assert.match(thrown.message, /probe start: exit status 1/);
    return true;
  });
  assert.equal(host.execs, 3);
  host.execs = 0;
  await readBaseline(host, checks("echo 1"));
  assert.equal(host.execs, 1);
});
