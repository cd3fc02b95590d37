import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LabError } from "../errors.ts";
import { gradeCommand } from "./grade-command.ts";
import { DRAWN_WORD, greetBackend, writeExercises } from "./testing.ts";

const scratch = mkdtempSync(join(tmpdir(), "ringside-grade-test-"));
after(() => rmSync(scratch, { recursive: true }));

async function run(args: string[], changes: Record<string, string> = {}, signal = new AbortController().signal) {
  const backend = greetBackend();
  const said = { out: "", err: "", opened: 0, closed: 0 };
  const code = await gradeCommand(args, {
    out: (text) => {
      said.out += text;
    },
    err: (line) => {
      said.err += `${line}\n`;
    },
    exercises: writeExercises(changes),
    signal,
    lookAgainMs: 0,
    openLab: async () => {
      said.opened += 1;
      const close = async () => {
        said.closed += 1;
      };
      return { backend, close };
    },
  });
  return { code, backend, ...said };
}

test("the report goes to standard output, progress to standard error, and the lab is closed", async () => {
  const { code, out, err, closed, backend } = await run(["m/greet", "--mistakes", "--format", "json"]);
  assert.equal(code, 0);
  assert.deepEqual(
    JSON.parse(out).cases.map(({ case: name }: { case: string }) => name),
    ["solution", "mistake loud"],
  );
  assert.match(err, /^greet: solution: passed$/m);
  assert.equal(closed, 1);
  assert.deepEqual(backend.living, []);
});

test("--all grades every solution; a learner's script takes its place", async () => {
  assert.match((await run(["--all"])).out, /^greet {5}Say it & go {2}solution {2}passed/m);
  const own = await run(["greet", "--script", join(writeExercises(), "m/greet/mistakes/loud.sh")]);
  assert.equal(own.code, 1);
  assert.match(own.out, /^greet {5}Say it & go {2}script loud\.sh {2}failed {2}0\/2/m);
});

test("what is drawn is told of and stands in the reports; a learner's script gets it too", async () => {
  const { code, out, err } = await run(["greet", "--seed", "5", "--format", "json"], DRAWN_WORD);
  assert.equal(code, 0);
  const [graded] = JSON.parse(out).cases;
  assert.equal(graded.seed, "5");
  assert.equal(graded.title["zh-cn"], `说“${graded.parameters.word}”`);
  assert.match(graded.parameters.word, /^[a-z]+$/);
  assert.match(err, new RegExp(`^greet: solution: passed with word=${graded.parameters.word} \\(--seed 5\\)$`, "m"));
  const own = await run(["greet", "--seed", "5", "--script", join(writeExercises(DRAWN_WORD), "m/greet/solve.sh")], DRAWN_WORD);
  assert.match(own.out, new RegExp(`^greet {5}Say ${graded.parameters.word} .*passed {2,}2/2`, "m"));
  const junit = await run(["greet", "--seed", "5", "--format", "junit"], DRAWN_WORD);
  assert.match(junit.out, new RegExp(`<property name="word" value="${graded.parameters.word}"/>`));
});

test("what cannot be graded exits 2, and the others are reported all the same", async () => {
  const { code, out, err } = await run(["greet", "--mistakes", "--format", "json"], { "solve.sh": "vanish\n" });
  assert.equal(code, 2);
  assert.deepEqual(JSON.parse(out).counts, { passed: 1, failed: 0, errored: 1 });
  assert.match(err, /could not grade: script: host/);
});

test("--out writes the report to a file", async () => {
  const file = join(scratch, "report.xml");
  const { code, out } = await run(["greet", "--format", "junit", "--out", file]);
  assert.equal(code, 0);
  assert.equal(out, "");
  assert.match(readFileSync(file, "utf8"), /^<\?xml version="1\.0"/);
});

test("bad input says what was expected and what came, exits 2, and starts nothing", async () => {
  const cases: [args: string[], sentence: string][] = [
    [[], "expected the name of an exercise, or --all, found neither"],
    [["greet", "--all"], "expected either names of exercises or --all, found both"],
    [["gret"], 'expected the name of an exercise (greet), found "gret"'],
    [["other/greet"], 'expected the name of an exercise (greet), found "other/greet"'],
    [["greet", "--format", "xml"], 'expected --format with one of table, junit, json, tap, found "xml"'],
    [
      ["greet", "--fromat", "json"],
      "expected one of the options --all, --script, --mistakes, --format, --lang, --jobs, --seed, --out, --server, --token-file, --help, found --fromat",
    ],
    [["greet", "--jobs", "0"], 'expected --jobs with a number of hosts from 1 to 64, found "0"'],
    [["greet", "--jobs", "two"], 'expected --jobs with a number of hosts from 1 to 64, found "two"'],
    [["greet", "--seed", "a b"], 'expected --seed with at most 80 letters, digits, dots, hyphens and underscores, found "a b"'],
    [["greet", "--lang", "de"], 'expected --lang en or zh-cn, found "de"'],
    [["greet", "--script"], "expected a value after --script, found nothing"],
    [["greet", "--script", "/no/such.sh"], 'expected --script with a file that can be read, found "/no/such.sh"'],
    [["greet", "--script", "/dev/null", "--mistakes"], "expected either --script or --mistakes, found both"],
    [["greet", "--out", "/no/such/folder/x"], 'expected --out with a file in a folder that can be written to, found "/no/such/folder"'],
    [["greet", "--server", "lab"], 'expected --server with an address such as https://lab.example.org, found "lab"'],
    [["greet", "--server", "http://127.0.0.1:1", "--mistakes"], "expected either --server or --mistakes, found both"],
    [["greet", "--server", "http://127.0.0.1:1"], "expected a token that begins with ringside_, in --token-file or $RINGSIDE_TOKEN, found none"],
    [["greet", "--token-file", "x"], "expected --token-file with --server, found it alone"],
    [["--all=yes"], 'expected --all without a value, found "yes"'],
    [["greet", "--jobs", "1", "--jobs", "2"], "expected --jobs once, found it more than once"],
  ];
  for (const [args, sentence] of cases) {
    const { code, err, out, opened } = await run(args);
    assert.equal(err.split("\n")[0], sentence, args.join(" "));
    assert.deepEqual([code, out, opened], [2, "", 0], args.join(" "));
  }
});

test("a broken exercise stops it with file, field, expected and found", async () => {
  const { code, err, opened } = await run(["greet"], { "solve.sh": "\n" });
  assert.deepEqual([code, opened], [2, 0]);
  assert.match(err, /m\/greet\/solve\.sh: expected a shell script, found an empty file/);
});

test("a lab that cannot be opened exits 2 with its reason", async () => {
  const lines: string[] = [];
  const code = await gradeCommand(["greet"], {
    out: () => {},
    err: (line) => lines.push(line),
    exercises: writeExercises(),
    signal: new AbortController().signal,
    openLab: () => Promise.reject(new LabError("host_failed", { log: "there is no template" })),
  });
  assert.equal(code, 2);
  assert.deepEqual(lines, ["there is no template"]);
});

test("an interruption ends the hosts and reports nothing", async () => {
  const controller = new AbortController();
  controller.abort(new Error("SIGINT"));
  const { out, closed, backend } = await run(["greet"], {}, controller.signal);
  assert.equal(out, "");
  assert.equal(closed, 1);
  assert.deepEqual(backend.living, []);
});
