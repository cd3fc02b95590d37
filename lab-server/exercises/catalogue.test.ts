import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { LabError } from "../errors.ts";
import { loadCatalogue } from "./catalogue.ts";
import { checksFor } from "./exercise.ts";

const scratch = await mkdtemp(join(tmpdir(), "ringside-catalogue-"));
after(() => rm(scratch, { recursive: true, force: true }));

const YAML = `
title: { en: Add CPUs, zh-cn: 添加 CPU }
summary: { en: More CPUs., zh-cn: 更多 CPU。 }
minutes: 20
tasks:
  - { id: one, text: { en: One., zh-cn: 一。 } }
  - { id: two, text: { en: Two., zh-cn: 二。 } }
`;
const CHECKS = `export default {
  baseline: {},
  facts: { answer: { script: "echo 42", read: Number } },
  tasks: { one: () => ({}), two: () => ({}) },
};
`;
const EXERCISE: Readonly<Record<string, string>> = {
  "exercise.yaml": YAML,
  "checks.ts": CHECKS,
  "solve.sh": "echo solve\n",
  "mistakes/wrong.sh": "# expect: one, two\necho wrong\n",
};

/** Writes exercises under a fresh root. A file given as undefined is left out. */
async function write(exercises: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>): Promise<string> {
  const root = await mkdtemp(join(scratch, "root-"));
  for (const [folder, changes] of Object.entries(exercises)) {
    for (const [name, text] of Object.entries({ ...EXERCISE, ...changes })) {
      if (text === undefined) continue;
      await mkdir(dirname(join(root, folder, name)), { recursive: true });
      await writeFile(join(root, folder, name), text);
    }
  }
  return root;
}

async function refused(root: string): Promise<string[]> {
  try {
    await loadCatalogue(root);
  } catch (thrown) {
    assert.ok(thrown instanceof LabError);
    assert.equal(thrown.code, "internal");
    const [first, ...sentences] = thrown.message.split("\n");
    assert.equal(first, `the exercises in ${root} cannot be used:`);
    return sentences.map((sentence) => sentence.trim());
  }
  assert.fail("expected the catalogue to be refused");
}

test("a catalogue lists and gives its exercises", async () => {
  const root = await write({ "module-b/first": { "setup.sh": "echo setup\n" }, "module-a/second": {} });
  const catalogue = await loadCatalogue(root);
  assert.deepEqual(
    catalogue.list().map((exercise) => `${exercise.module}/${exercise.id}`),
    ["module-a/second", "module-b/first"],
  );
  const first = catalogue.get("first");
  assert.equal(first.setup, "echo setup\n");
  assert.equal(catalogue.get("second").setup, undefined);
  assert.equal(first.solve, join(root, "module-b/first/solve.sh"));
  assert.deepEqual(first.mistakes, [
    { name: "wrong", path: join(root, "module-b/first/mistakes/wrong.sh"), expect: ["one", "two"], sharesHost: false, undo: undefined },
  ]);
  assert.deepEqual(Object.keys(first.view).sort(), ["exam", "id", "minutes", "module", "parameters", "redraw", "summary", "tasks", "template", "title"]);
  assert.throws(() => Object.assign(first.view.title, { en: "changed" }), TypeError);
});

test("an unknown id is the learner's error and not a crash", async () => {
  const catalogue = await loadCatalogue(await write({ "m/first": {} }));
  for (const id of ["nothing", "", "__proto__", "x".repeat(5000)]) {
    assert.throws(
      () => catalogue.get(id),
      (thrown: unknown) => thrown instanceof LabError && thrown.code === "unknown_exercise",
    );
  }
});

test("each missing file is named", async () => {
  for (const name of ["exercise.yaml", "checks.ts", "solve.sh"]) {
    assert.deepEqual(await refused(await write({ "m/e": { [name]: undefined } })), [`m/e/${name}: expected a file, found nothing`]);
  }
  assert.deepEqual(await refused(await write({ "m/e": { "mistakes/wrong.sh": undefined } })), ["m/e/mistakes: expected a folder, found nothing"]);
});

test("tasks and judges must match one to one", async () => {
  const checks = CHECKS.replace("two: () => ({})", "three: () => ({})");
  assert.deepEqual(await refused(await write({ "m/e": { "checks.ts": checks } })), [
    "m/e/checks.ts: tasks.three: expected a task of exercise.yaml (one, two), found a judge without a task",
    "m/e/checks.ts: tasks.two: expected a judge for the task of exercise.yaml, found nothing",
  ]);
});

test("a checks.ts that is not what it should be is refused in words", async () => {
  const cases: [text: string, sentences: string[]][] = [
    ["export const checks = 1;", ["m/e/checks.ts: default: expected the result of defineChecks({ baseline, facts, tasks }), found nothing"]],
    ["throw new Error('no such probe');", ["m/e/checks.ts: expected a module that can be imported, found an error: no such probe"]],
    [CHECKS.replace("baseline: {},", ""), ["m/e/checks.ts: baseline: expected a mapping of names to probes, found nothing"]],
    [CHECKS.replace("echo 42", ""), ["m/e/checks.ts: facts.answer.script: expected a text that is not empty, found an empty text"]],
    [CHECKS.replace("read: Number", "read: 7"), ["m/e/checks.ts: facts.answer.read: expected a function, found 7"]],
    [CHECKS.replace("answer:", '"the answer":'), ['m/e/checks.ts: facts.the answer: expected a name of letters and digits, found "the answer"']],
    [CHECKS.replace("one: () => ({})", "one: true"), ["m/e/checks.ts: tasks.one: expected a function, found true"]],
  ];
  for (const [text, sentences] of cases) assert.deepEqual(await refused(await write({ "m/e": { "checks.ts": text } })), sentences);
});

const DRAWN: Readonly<Record<string, string>> = {
  "exercise.yaml": YAML.replace("minutes: 20", "minutes: 20\nparameters:\n  vcpus: { from: 2, to: 4 }\n  disk_size: { one-of: [512, 1024] }").replace(
    "{ en: One., zh-cn: 一。 }",
    '{ en: "{vcpus}.", zh-cn: "{vcpus}。" }',
  ),
  "setup.sh": "echo $PARAM_DISK_SIZE $PARAM_VCPUS\n",
  "checks.ts": `export default ({ vcpus, disk_size }) => ({
    baseline: {},
    facts: { answer: { script: "echo " + vcpus + " " + disk_size, read: Number } },
    tasks: { one: () => vcpus, two: () => ({}) },
  });
`,
};

test("the checks of an exercise with parameters are made of what was drawn", async () => {
  const catalogue = await loadCatalogue(await write({ "m/e": DRAWN }));
  const exercise = catalogue.get("e");
  const checks = checksFor(exercise, { vcpus: 3, disk_size: 512 });
  assert.equal(checks.facts["answer"]?.script, "echo 3 512");
  assert.equal(checks.tasks["one"]?.({} as never, {} as never), 3);
  assert.throws(() => checksFor(exercise, { vcpus: 3 }), /there is no parameter "disk_size"/);
});

test("parameters, scripts and checks fit together, or each misfit is named", async () => {
  const text = (name: string, from: string, to: string): Record<string, string> => {
    const whole = DRAWN[name] ?? "";
    assert.ok(whole.includes(from), from);
    return { [name]: whole.replace(from, to) };
  };
  const drawn = "default(vcpus=4, disk_size=512)";
  const cases: [changes: Record<string, string>, sentences: string[]][] = [
    [
      text("setup.sh", "$PARAM_DISK_SIZE", ""),
      ["m/e/exercise.yaml: parameters.disk_size: expected to be read by a text as {disk_size}, or by setup.sh as $PARAM_DISK_SIZE, found neither"],
    ],
    [
      { "solve.sh": "echo $PARAM_VCPU\n" },
      ["m/e/solve.sh: expected the variable of a parameter of exercise.yaml (PARAM_VCPUS, PARAM_DISK_SIZE), found PARAM_VCPU"],
    ],
    [
      { "mistakes/wrong.sh": "# expect: one, two\necho $PARAM_vcpus\n" },
      ["m/e/mistakes/wrong.sh: expected the variable of a parameter of exercise.yaml (PARAM_VCPUS, PARAM_DISK_SIZE), found PARAM_vcpus"],
    ],
    [
      text("checks.ts", "disk_size }", "disksize: disk_size }"),
      [`m/e/checks.ts: ${drawn}: expected checks for these values, found an error: there is no parameter "disksize"`],
    ],
    [text("checks.ts", "two: () => ({})", ""), ["m/e/checks.ts: tasks.two: expected a judge for the task of exercise.yaml, found nothing"]],
    [
      text("checks.ts", "=> ({", "=> vcpus > 2 ? undefined : ({"),
      [`m/e/checks.ts: ${drawn}: expected a mapping with baseline, facts and tasks, found nothing`],
    ],
    [
      { "checks.ts": CHECKS },
      [
        "m/e/checks.ts: default: expected the result of defineChecks((parameters) => ({ baseline, facts, tasks })), for exercise.yaml has parameters, found a mapping with baseline, facts, tasks",
      ],
    ],
  ];
  for (const [changes, sentences] of cases) assert.deepEqual(await refused(await write({ "m/e": { ...DRAWN, ...changes } })), sentences);
  assert.deepEqual(await refused(await write({ "m/e": { "checks.ts": DRAWN["checks.ts"] } })), [
    "m/e/checks.ts: default: expected the result of defineChecks({ baseline, facts, tasks }), for exercise.yaml has no parameters, found a function",
  ]);
});

test("a mistake says on its first line which tasks it fails", async () => {
  const cases: [text: string, sentence: string][] = [
    ["echo wrong\n", 'm/e/mistakes/wrong.sh: line 1: expected a comment “# expect: <task-id>”, found "echo wrong"'],
    ["# expect:\n", 'm/e/mistakes/wrong.sh: line 1: expected a comment “# expect: <task-id>”, found "# expect:"'],
    ["# expect: one\n# undo: \n", "m/e/mistakes/wrong.sh: line 2: expected “# undo: <command>”, one line for root's bash, found an empty text"],
    ["# expect: one\n# host: mine\n", 'm/e/mistakes/wrong.sh: line 2: expected “# host: shared”, or another comment, found "mine"'],
    ["# expect: one, tow\n", 'm/e/mistakes/wrong.sh: line 1: expected a task of exercise.yaml (one, two), found "tow"'],
  ];
  for (const [text, sentence] of cases) assert.deepEqual(await refused(await write({ "m/e": { "mistakes/wrong.sh": text } })), [sentence]);
});

test("commas or blanks stand between the tasks of a mistake, and one named twice counts once", async () => {
  for (const header of ["two, one", "two one", "two,one,two"]) {
    const catalogue = await loadCatalogue(await write({ "m/e": { "mistakes/wrong.sh": `# expect: ${header}\necho\n` } }));
    assert.deepEqual(catalogue.get("e").mistakes[0]?.expect, ["two", "one"]);
  }
});

test("what authors get wrong in one folder is told all at once, each with its file and field", async () => {
  const root = await write({
    "m/e": {
      "exercise.yaml": YAML.replace("minutes: 20", "minuts: 20\nminutes: 20").replace("en: One., ", ""),
      "checks.ts": CHECKS.replace("one: () => ({}), ", ""),
      "mistakes/wrong.sh": "set -eu\n",
    },
  });
  assert.deepEqual(await refused(root), [
    "m/e/exercise.yaml: tasks[0].text.en: expected a text, found nothing",
    "m/e/exercise.yaml: minuts: expected no field of this name, found 20",
  ]);
  const tasksAreKnown = await write({ "m/e": { "checks.ts": CHECKS.replace("one: () => ({}), ", ""), "mistakes/wrong.sh": "set -eu\n" } });
  assert.deepEqual(await refused(tasksAreKnown), [
    "m/e/checks.ts: tasks.one: expected a judge for the task of exercise.yaml, found nothing",
    'm/e/mistakes/wrong.sh: line 1: expected a comment “# expect: <task-id>”, found "set -eu"',
  ]);
});

test("stray files, empty scripts and odd names are refused", async () => {
  assert.deepEqual(await refused(await write({ "m/e": { "solution.sh": "echo\n", "solve.sh": " \n", "mistakes/notes.txt": "?" } })), [
    "m/e/solution.sh: expected only exercise.yaml, checks.ts, solve.sh, setup.sh, mistakes, checks.test.ts, found another file",
    "m/e/solve.sh: expected a shell script, found an empty file",
    "m/e/mistakes/notes.txt: expected a shell script, <name>.sh, found another file",
  ]);
  assert.deepEqual(await refused(await write({ "m/My_Exercise": {} })), [
    'm/My_Exercise: expected a folder named by lower-case words joined by hyphens, found "My_Exercise"',
  ]);
});

test("an id is used once in the whole course", async () => {
  assert.deepEqual(await refused(await write({ "a/same": {}, "b/same": {} })), [
    "b/same: expected an id of its own in the whole course, found the id of a/same",
  ]);
});

test("the errors of several exercises are listed together", async () => {
  const root = await write({ "m/a": { "solve.sh": undefined }, "m/b": { "exercise.yaml": YAML.replace("minutes: 20", "minutes: soon") } });
  assert.deepEqual(await refused(root), ["m/a/solve.sh: expected a file, found nothing", 'm/b/exercise.yaml: minutes: expected a number, found "soon"']);
});
