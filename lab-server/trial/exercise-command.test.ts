import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { loadCatalogue } from "../exercises/catalogue.ts";
import { exerciseCommand } from "./exercise-command.ts";
import { DRAWN_WORD, greetBackend, writeExercises } from "./testing.ts";

/** A project with no exercise, in which the server's code is where an exercise looks for it. */
const project = mkdtempSync(join(tmpdir(), "ringside-new-test-"));
after(() => rmSync(project, { recursive: true }));
const fresh = join(project, "src/content/exercises");
mkdirSync(fresh, { recursive: true });
symlinkSync(join(import.meta.dirname, ".."), join(project, "lab-server"));

async function run(args: string[], exercises: string) {
  const backend = greetBackend();
  const said = { out: "", err: "" };
  const code = await exerciseCommand(args, {
    out: (text) => {
      said.out += text;
    },
    err: (line) => {
      said.err += `${line}\n`;
    },
    exercises,
    signal: new AbortController().signal,
    lookAgainMs: 0,
    openLab: async () => ({ backend, close: () => backend.close() }),
  });
  return { code, backend, ...said };
}

test("new makes an exercise that loads and passes its unit tests, and says what to do next", async () => {
  const { code, out } = await run(["new", "first-steps/my-own"], fresh);
  assert.equal(code, 0);
  const exercise = (await loadCatalogue(fresh)).get("my-own");
  assert.equal(exercise.module, "first-steps");
  const unit = join(fresh, "first-steps/my-own/checks.test.ts");
  const { stdout } = await promisify(execFile)(process.execPath, ["--test", unit], { env: { PATH: process.env.PATH } });
  assert.match(stdout, /pass 3\b/);
  for (const step of [/checks\.test\.ts/, /exercise -- try my-own/, /exercises: \[my-own\]/]) assert.match(out, step);
});

test("new refuses names that are malformed or taken, and writes nothing", async () => {
  const taken = writeExercises();
  const cases: [name: string[], root: string, sentence: string][] = [
    [[], fresh, "expected one name of the form <module>/<exercise>, found nothing"],
    [["a/b", "c/d"], fresh, "expected one name of the form <module>/<exercise>, found a/b c/d"],
    [["alone"], fresh, 'expected a name of the form <module>/<exercise>, found "alone"'],
    [["a/b/c"], fresh, 'expected a name of the form <module>/<exercise>, found "a/b/c"'],
    [["../up"], fresh, 'expected lower-case words joined by hyphens, at most 60 characters, found ".."'],
    [["m/My_Own"], fresh, 'expected lower-case words joined by hyphens, at most 60 characters, found "My_Own"'],
    [["m/"], fresh, 'expected lower-case words joined by hyphens, at most 60 characters, found ""'],
    [["other/greet"], taken, "expected an id that no exercise has yet, found the id of m/greet"],
  ];
  for (const [names, root, sentence] of cases) {
    const { code, err } = await run(["new", ...names], root);
    assert.equal(err.split("\n")[0], sentence);
    assert.equal(code, 2);
  }
  assert.equal(existsSync(join(taken, "other")), false);
});

test("try prints every verdict in full with its times", async () => {
  const { code, out, backend } = await run(["try", "greet"], writeExercises());
  assert.equal(code, 0);
  assert.match(
    out,
    /^OK {3}untouched fails in said, as it should\n {5}✗ said\n {9}expected {2}a <word>\n {9}found {5}found: silence\n {9}look {6}look there\n/,
  );
  assert.match(out, /^OK {3}mistake loud fails in said, calm, as it should$/m);
  assert.match(out, /^ {5}script \d+\.\d s, check \d+\.\d s$/m);
  assert.match(out, /3 as it should be, 0 not, 0 could not be tried\n$/);
  assert.deepEqual(backend.living, []);
});

test("try prints what was drawn and from what, and the same seed brings it again", async () => {
  const root = writeExercises(DRAWN_WORD);
  const { code, out } = await run(["try", "greet"], root);
  assert.equal(code, 0);
  const drawn = [...out.matchAll(/^ {5}with (word=[a-z]+) \(--seed ([0-9a-f]{8})\)$/gm)];
  assert.equal(drawn.length, 3);
  const [[, word, seed = ""] = []] = drawn;
  const again = await run(["try", "greet", "--seed", seed], root);
  assert.ok(again.out.includes(`     with ${word} (--seed ${seed})\n`));
  assert.doesNotMatch((await run(["try", "greet"], writeExercises())).out, /seed/);
});

test("try says what is not as it should be, and exits 1", async () => {
  const { code, out } = await run(["try", "greet", "--lang", "zh-cn"], writeExercises({ "mistakes/loud.sh": "# expect: said\nsay hello\n" }));
  assert.equal(code, 1);
  assert.match(out, /^BAD {2}mistake loud passes\n {5}expected it to fail in said, found that it fails in nothing\n {5}✓ said\n {9}实际 {2}Good\.。$/m);
});

test("list prints every exercise; a broken one stops all verbs", async () => {
  const { out } = await run(["list"], writeExercises());
  assert.deepEqual(out, "id     module  template  minutes\ngreet  m       running   5\n");
  const broken = writeExercises({ "exercise.yaml": "title: [\n" });
  for (const args of [["list"], ["try", "greet"], ["new", "m/other"]]) {
    const { code, err } = await run(args, broken);
    assert.equal(code, 2);
    assert.match(err, /m\/greet\/exercise\.yaml: line \d: expected well-formed YAML, found ./);
  }
});

test("try is not stopped by another exercise that is broken, but says so", async () => {
  const root = writeExercises();
  mkdirSync(join(root, "m/half-made"));
  const { code, err } = await run(["try", "greet"], root);
  assert.equal(code, 0);
  assert.match(err, /broken, and not asked for: m\/half-made\/checks\.ts: expected a file, found nothing/);
  const own = await run(["try", "half-made"], root);
  assert.equal(own.code, 2);
  assert.match(own.err, /m\/half-made\/checks\.ts: expected a file, found nothing/);
});

test("a verb that does not exist is refused", async () => {
  assert.match((await run(["tyr", "greet"], fresh)).err, /^expected new, try or list, found "tyr"\n/);
  assert.match((await run([], fresh)).err, /^expected new, try or list, found nothing\n/);
});

test("a folder that is there is not written into", async () => {
  const folder = join(fresh, "first-steps/my-own-too");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "solve.sh"), "mine\n");
  const { code, err } = await run(["new", "first-steps/my-own-too"], fresh);
  assert.equal(code, 2);
  assert.match(err, /first-steps\/my-own-too\/exercise\.yaml: expected a file, found nothing/);
  rmSync(folder, { recursive: true });
});
