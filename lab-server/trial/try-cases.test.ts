import assert from "node:assert/strict";
import { test } from "node:test";
import { drawParameters } from "../exercises/draw-parameters.ts";
import { checksFor } from "../exercises/exercise.ts";
import { readBaseline } from "../grading/baseline.ts";
import { runRounds } from "./run-rounds.ts";
import { standingOf } from "./standing.ts";
import { DRAWN_WORD, greetBackend, loadGreet } from "./testing.ts";
import { allRounds, caseName, FIRST_SEED, type Round } from "./trial-case.ts";
import { type TryOptions, tryCases } from "./try-cases.ts";

const options = (backend = greetBackend()): TryOptions & { backend: ReturnType<typeof greetBackend> } => ({
  backend,
  readBaseline: (host, exercise, parameters) => readBaseline(host, checksFor(exercise, parameters)),
  lookAgainMs: 0,
});

async function solutionOf(changes: Record<string, string>) {
  const exercise = await loadGreet(changes);
  const [report] = await tryCases({ exercise, cases: [{ kind: "solution" }] }, options());
  assert.ok(report);
  return { report, standing: standingOf(report) };
}

test("all cases of a good exercise stand as they should, and the untouched one leaves its host to the solution", async () => {
  const backend = greetBackend();
  const exercise = await loadGreet({ "setup.sh": "say nothing\n" });
  const reports = (await Promise.all(runRounds(allRounds(exercise, FIRST_SEED), { backend, jobs: 2 }))).flat();
  assert.deepEqual(
    reports.map((report) => [caseName(report.trial), report.verdict?.outcome, standingOf(report).outcome, Object.keys(report.ms)]),
    [
      ["untouched", "failed", "passed", ["create", "setup", "baseline", "check"]],
      ["solution", "passed", "passed", ["script", "check"]],
      ["mistake loud", "failed", "passed", ["create", "setup", "baseline", "script", "check"]],
    ],
  );
  assert.equal(backend.hosts.length, 2);
  assert.deepEqual(backend.living, []);
  assert.equal(reports[1]?.script?.output, "ran with <0>\n");
});

test("a mistake that leaves nothing but its answer is tried on the host of the untouched case, and the solution after it", async () => {
  const backend = greetBackend();
  const exercise = await loadGreet({ "mistakes/loud.sh": "# expect: said, calm\n# host: shared\nsay shout\n" });
  const rounds = allRounds(exercise, FIRST_SEED);
  assert.deepEqual(
    rounds.map(({ cases }) => cases.map(caseName)),
    [["untouched", "mistake loud", "solution"]],
  );
  const reports = (await Promise.all(runRounds(rounds, { backend, jobs: 2 }))).flat();
  assert.deepEqual(
    reports.map((report) => standingOf(report).outcome),
    ["passed", "passed", "passed"],
  );
  assert.equal(backend.hosts.length, 1);
});

test("a mistake that says how it is undone comes before those that leave their answer, and the host must then fail as untouched", async () => {
  const tried = async (undoing: string) => {
    const backend = greetBackend();
    const exercise = await loadGreet({
      "mistakes/a.sh": "# expect: said, calm\n# host: shared\nsay shout\n",
      "mistakes/loud.sh": `# expect: said, calm\n# undo: ${undoing}\nsay shout\n`,
    });
    const reports = (await Promise.all(runRounds(allRounds(exercise, FIRST_SEED), { backend, jobs: 2, lookAgainMs: 0 }))).flat();
    return { hosts: backend.hosts.length, reports };
  };
  const good = await tried("say nothing");
  assert.deepEqual(
    good.reports.map((report) => [caseName(report.trial), standingOf(report).outcome]),
    [
      ["untouched", "passed"],
      ["mistake loud", "passed"],
      ["mistake a", "passed"],
      ["solution", "passed"],
    ],
  );
  assert.equal(good.hosts, 1);
  for (const [undoing, told] of [
    ["exit 3", /^the second line of the mistake loud: expected its command to end with 0, found 3: /],
    ["say hello", /^the second line of the mistake loud: expected the host to fail in said again, as untouched, found that it fails in /],
  ] as const) {
    const { reports } = await tried(undoing);
    assert.match(reports[1]?.problem?.message ?? "", told);
    assert.deepEqual(
      reports.map((report) => standingOf(report).outcome),
      ["passed", "errored", "errored", "errored"],
    );
  }
});

test("each round draws from its seed: setup.sh, the work and the check have the same values", async () => {
  const exercise = await loadGreet({ ...DRAWN_WORD, "setup.sh": "say nothing\n" });
  const words = new Set<unknown>();
  for (const seed of ["1", "2", "3", "4", "5"]) {
    const backend = greetBackend();
    const reports = (await Promise.all(runRounds(allRounds(exercise, seed), { backend, jobs: 2 }))).flat();
    assert.deepEqual(
      reports.map((report) => standingOf(report).outcome),
      ["passed", "passed", "passed"],
    );
    const drawn = drawParameters(exercise.definition.parameters, seed);
    for (const report of reports) assert.deepEqual([report.parameters, report.seed], [drawn, seed]);
    assert.ok(backend.hosts.every((host) => host.commands[0]?.command.startsWith(`export PARAM_WORD=${drawn["word"]}\nexec `)));
    words.add(drawn["word"]);
  }
  assert.ok(words.size > 1);
});

test("setup.sh runs as at a seat, and its failure is a problem of that step in every case of the round", async () => {
  const exercise = await loadGreet({ "setup.sh": "exit 3\n" });
  const { backend, ...rest } = options();
  const reports = await tryCases(allRounds(exercise, FIRST_SEED)[0] as Round, { backend, ...rest });
  assert.deepEqual(
    reports.map(({ problem }) => problem?.step),
    ["setup", "setup"],
  );
  assert.match(reports[0]?.problem?.message ?? "", /^setup\.sh of greet ended with 3/);
  assert.match(reports[1]?.problem?.message ?? "", /^setup\.sh of greet ended with 3/);
  assert.equal(backend.hosts[0]?.commands[0]?.command, 'exec bash -c "$(cat)" setup.sh');
  assert.deepEqual(backend.living, []);
});

test("a mistake that fails in other tasks than it names is told of, in words", async () => {
  for (const [script, found] of [
    ["# expect: calm\nsay shout\n", "said, calm"],
    ["# expect: said, calm\nsay nothing\n", "said"],
    ["# expect: said\nsay hello\n", "nothing"],
  ] as const) {
    const exercise = await loadGreet({ "mistakes/loud.sh": script });
    const [report] = await tryCases(allRounds(exercise, FIRST_SEED)[1] as Round, options());
    assert.ok(report);
    const { outcome, reasons } = standingOf(report);
    assert.equal(outcome, "failed");
    assert.match(reasons[0] ?? "", new RegExp(`found that it fails in ${found}$`));
  }
});

test("an untouched host that passes already is told of", async () => {
  const exercise = await loadGreet({ "setup.sh": "say hello\n" });
  const [report] = await tryCases({ exercise, cases: [{ kind: "untouched" }] }, options());
  assert.ok(report);
  assert.deepEqual(standingOf(report), { outcome: "failed", reasons: ["expected an untouched host to fail, found that it passes"] });
});

test("a solution has to end with 0; a learner's script only has to reach the goal", async () => {
  const { report, standing } = await solutionOf({ "solve.sh": "say hello\nexit 7\n" });
  assert.equal(report.verdict?.outcome, "passed");
  assert.deepEqual(standing, { outcome: "failed", reasons: ["expected the script to end with 0, found 7"] });
  const [own] = await tryCases({ exercise: report.exercise, cases: [{ kind: "script", path: report.exercise.solve }] }, options());
  assert.ok(own);
  assert.equal(standingOf(own).outcome, "passed");
});

test("what comes only after the script has ended is waited for, but not for ever", async () => {
  const exercise = await loadGreet();
  for (const [late, outcome] of [
    [2, "passed"],
    [3, "failed"],
  ] as const) {
    const { backend, ...rest } = options(greetBackend({ late }));
    const [report] = await tryCases({ exercise, cases: [{ kind: "solution" }] }, { backend, ...rest });
    assert.ok(report);
    assert.equal(standingOf(report).outcome, outcome);
  }
});

test("a fact that could not be read is errored, with the reason for authors", async () => {
  const { report, standing } = await solutionOf({ "solve.sh": "say ?\n" });
  assert.equal(standing.outcome, "errored");
  assert.match(standing.reasons.join("\n"), /errored: said, calm\n.*probe words: no words/);
  assert.equal(report.problem, undefined);
});

test("a host that vanishes is replaced twice, and then errored at its step; one that never comes is not asked for again", async () => {
  const vanishing = greetBackend();
  const exercise = await loadGreet({ "solve.sh": "say hello\nvanish\n" });
  const [report] = await tryCases({ exercise, cases: [{ kind: "solution" }] }, options(vanishing));
  assert.ok(report);
  assert.equal(report.problem?.step, "script");
  assert.equal(standingOf(report).outcome, "errored");
  assert.deepEqual([vanishing.hosts.length, report.notes.length, vanishing.living.length], [3, 2, 0]);

  const breaking = greetBackend();
  const broken = await loadGreet({ "solve.sh": "say hello\nbreak\n" });
  const [line] = await tryCases({ exercise: broken, cases: [{ kind: "solution" }] }, options(breaking));
  assert.deepEqual([breaking.hosts.length, line?.notes.length], [3, 2], "also when its line breaks before it is known why");

  const backend = greetBackend();
  backend.births.push({ kind: "fail", step: "wake" });
  const [none] = await tryCases({ exercise: report.exercise, cases: [{ kind: "solution" }] }, options(backend));
  assert.equal(none?.problem?.step, "create");
  assert.equal(backend.hosts.length, 0);
});

test("an abort ends the host and is no report", async () => {
  const exercise = await loadGreet();
  const backend = greetBackend();
  const controller = new AbortController();
  const onStep: TryOptions["onStep"] = (_exercise, _trial, step) => {
    if (step === "script") controller.abort(new Error("enough"));
  };
  const script = backend.create.bind(backend);
  backend.create = async (create) => {
    const host = await script(create);
    const exec = host.exec.bind(host);
    host.exec = async (command, execOptions) => {
      execOptions?.signal?.throwIfAborted();
      return exec(command, execOptions);
    };
    return host;
  };
  const running = tryCases({ exercise, cases: [{ kind: "solution" }] }, { ...options(backend), onStep, signal: controller.signal });
  await assert.rejects(running, /enough/);
  assert.deepEqual(backend.living, []);
});

test("only the untouched case may leave its host to another", async () => {
  const exercise = await loadGreet();
  await assert.rejects(tryCases({ exercise, cases: [{ kind: "solution" }, { kind: "untouched" }] }, options()), TypeError);
});
