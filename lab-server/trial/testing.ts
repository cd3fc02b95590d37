import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LabError } from "../errors.ts";
import { loadCatalogue } from "../exercises/catalogue.ts";
import type { Exercise } from "../exercises/exercise.ts";
import { FakeBackend } from "../hosts/fake/fake-backend.ts";
import type { FakeHost } from "../hosts/fake/fake-host.ts";

const FILES: Readonly<Record<string, string>> = {
  "exercise.yaml": `
title: { en: Say it & go, zh-cn: 说出来 }
summary: { en: Say it., zh-cn: 说出来。 }
minutes: 5
tasks:
  - { id: said, text: { en: Say it., zh-cn: 说出来。 } }
  - { id: calm, text: { en: Stay calm., zh-cn: 保持冷静。 } }
`,
  "checks.ts": `
const text = (en) => ({ en, "zh-cn": en + "。" });
const judge = (good) => ({ words }) =>
  good(words)
    ? { outcome: "passed", found: text("Good.") }
    : { outcome: "failed", expected: text("a <word>"), found: text("found: " + words), look: text("look there") };
export default {
  baseline: { start: { script: "ask-start", read: (output) => output } },
  facts: { words: { script: "ask-words", read(output) { if (output === "?") throw new Error("no words"); return output; } } },
  tasks: { said: judge((words) => words.includes("hello")), calm: judge((words) => !words.includes("shout")) },
};
`,
  "solve.sh": "say hello\n",
  "mistakes/loud.sh": "# expect: said, calm\nsay shout\n",
};

/** Changes that make of it an exercise in which each learner has to say another word. */
export const DRAWN_WORD: Readonly<Record<string, string>> = {
  "exercise.yaml": `
title: { en: "Say {word}", zh-cn: "说“{word}”" }
summary: { en: Say it., zh-cn: 说出来。 }
minutes: 5
parameters: { word: { one-of: [hello, moin, salut, ahoj, ciao, hoi] } }
tasks:
  - { id: said, text: { en: Say it., zh-cn: 说出来。 } }
  - { id: calm, text: { en: Stay calm., zh-cn: 保持冷静。 } }
`,
  "checks.ts": (FILES["checks.ts"] ?? "").replace("export default {", "export default ({ word }) => ({").replace('"hello"', "word").replace(/};\n$/, "});\n"),
  "solve.sh": "say $PARAM_WORD\n",
};

const roots: string[] = [];
process.once("exit", () => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

/** Writes the exercise `m/greet` into a new folder of exercises, with some files replaced. */
export function writeExercises(changes: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "ringside-trial-test-"));
  roots.push(root);
  for (const [name, text] of Object.entries({ ...FILES, ...changes })) {
    const path = join(root, "m/greet", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

export async function loadGreet(changes: Readonly<Record<string, string>> = {}): Promise<Exercise> {
  return (await loadCatalogue(writeExercises(changes))).get("greet");
}

/**
 * A backend whose hosts know `say WORD`, `exit STATUS`, `vanish` and `break` (the line, before it is known why), one each line of a
 * script, and answer a check with what was said. `say ?` leaves an answer that cannot be read; `say $PARAM_WORD` says what is in the environment.
 * @param late so many checks find nothing yet of what was said
 */
export function greetBackend({ late = 0 }: { late?: number } = {}): FakeBackend {
  const said = new WeakMap<FakeHost, string>();
  let silent = late;
  return new FakeBackend({
    script(command, { stdin }, host) {
      const delimiter = /'(=[0-9a-f]+=) begin/.exec(command)?.[1];
      if (delimiter !== undefined) {
        const name = command.includes("ask-words") ? "words" : "start";
        const heard = name === "words" && silent > 0 ? undefined : said.get(host);
        if (name === "words") silent -= 1;
        return { stdout: `${delimiter} begin ${name}\n${heard ?? "silence"}\n${delimiter} end ${name} 0\n` };
      }
      let code = 0;
      for (const line of String(stdin ?? "").split("\n")) {
        const [verb, written = ""] = line.split(" ");
        const word = written.startsWith("$") ? (new RegExp(`^export ${written.slice(1)}=(.*)$`, "m").exec(command)?.[1] ?? "") : written;
        if (verb === "say") said.set(host, word);
        if (verb === "exit") code = Number(word);
        if (verb === "vanish") host.lose();
        if (verb === "break") throw new LabError("host_lost", { log: "connection lost" });
      }
      return { code, stdout: `ran with <${code}>\n` };
    },
  });
}
