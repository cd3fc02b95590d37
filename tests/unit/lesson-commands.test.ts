import assert from "node:assert/strict";
import { test } from "node:test";
import { LOCALES } from "../../lab-server/contract/locale.ts";
import { type Lesson, readLesson } from "../support/lesson.ts";
import { readLessons } from "../support/lessons.ts";

/** What a lesson runs, without where it stands. */
function runs(lesson: Lesson): string[] {
  return lesson.stretches.flatMap(({ exercise, commands }) => [
    `on a host of ${exercise ?? "the template"}:`,
    ...commands.map(({ line: _line, shows, ...command }) => `${command.on}: ${command.command} ${JSON.stringify({ ...command, shows: shows?.source })}`),
  ]);
}

test("the commands of a lesson are the same in every language, in the same order", async () => {
  const lessons = await readLessons();
  const commands = (locale: string) => Object.fromEntries(lessons.filter((one) => one.locale === locale).map((one) => [one.address, runs(one)]));
  const english = commands("en");
  assert.ok(Object.values(english).flat().length > 0, "expected commands to be found");
  for (const locale of LOCALES.slice(1)) {
    const translated = commands(locale);
    for (const address of new Set([...Object.keys(english), ...Object.keys(translated)])) {
      assert.deepEqual(translated[address] ?? [], english[address] ?? [], `${locale}: ${address}`);
    }
  }
});

const page = (body: string): string => `---\ntitle: T\nexercises: [one, two]\n---\n\nimport Run from "./Run.astro";\n\n${body}\n`;

test("commands are found wherever they stand, as they would be typed", () => {
  const { stretches, exercises, address, locale } = readLesson(
    "zh-cn/m/lesson.mdx",
    page(`
<Goals>

- in a list <Run on="host" command={\`echo "a" \${"$HOME"} '\\\\n'\`} />

</Goals>

<Run on="guest" guest="smartgo_02" command="a &quot;b&quot; &gt; c | d" fails wait={90} />

\`\`\`mdx
<Run on="host" command="only shown" />
\`\`\`

{/* <Run on="host" command="commented out" /> */}

<Lab exercise="two" />

<Run on="host" command='virsh console x' shows="Escape character" leave="^]" />
`),
  );
  assert.deepEqual([exercises, address, locale], [["one", "two"], "m/lesson", "zh-cn"]);
  assert.deepEqual(
    stretches.map(({ exercise, commands }) => [exercise, commands.map(({ command }) => command)]),
    [
      ["one", [`echo "a" $HOME '\\n'`, 'a "b" > c | d']],
      ["two", ["virsh console x"]],
    ],
  );
  const [first, second] = stretches[0]?.commands ?? [];
  assert.deepEqual([first?.fails, first?.wait, first?.guest], [false, 60, "smartgo_01"]);
  assert.deepEqual([second?.fails, second?.wait, second?.guest, second?.line], [true, 90, "smartgo_02", 15]);
  assert.equal(stretches[1]?.commands[0]?.shows?.test("  Escape character is ^]"), true);
});

test("what an author got wrong is named with its line, the field, what was expected and what was found", () => {
  const cases: [element: string, sentence: RegExp][] = [
    ['<Run on="hots" command="ls" />', /^m\/l\.mdx:8: Run on: expected "host" or "guest", found "hots"$/],
    ['<Run on="host" />', /Run command: expected a text, found nothing$/],
    ['<Run on="host" command="ls" fail />', /Run fail: expected one of the fields on, guest, .*, found "fail"$/],
    ['<Run on="host" command="ls" wait="90" />', /Run wait: expected seconds as a number.*, found "90"$/],
    ['<Run on="host" command={name} />', /Run command: expected a constant, found "name"$/],
    ['<Run on="host" command={"a\\nb"} />', /Run command: expected one line/],
    ['<Run on="host" command="less x" leave="q" />', /Run shows: expected what stands on the screen/],
    ['<Run on="guest" command="top" shows="load" />', /Run shows: expected a command of the host/],
    ['<Run on="host" command="top" shows="(" />', /Run shows: expected a regular expression, found "\("$/],
    ['<Lab exercise="three" />', /Lab exercise: expected an exercise of the front matter \(one, two\), found "three"$/],
  ];
  for (const [element, sentence] of cases) assert.throws(() => readLesson("m/l.mdx", page(element)), { message: sentence });
});
