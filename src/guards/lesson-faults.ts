import { LOCALES } from "../../lab-server/contract/locale.ts";
import type { PageSource } from "./lessons.ts";

export interface ChapterRules {
  readonly folder: string;
  /** An exam asks its questions in the lab, and cites nothing. */
  readonly exam?: boolean;
}

const QUESTIONS = 3;
const SOURCES = { en: "Sources", "zh-cn": "参考资料" } as const;

/** What is wrong with the pages of the course: `file: what was expected, what was found`. Nothing, if all is well. */
export function pageFaults(pages: readonly PageSource[], chapters: readonly ChapterRules[]): readonly string[] {
  const faults: string[] = [];
  for (const page of pages) {
    const chapter = chapters.find(({ folder }) => page.address.startsWith(`${folder}/`));
    const inFolder = page.address.includes("/");
    const found =
      chapter !== undefined
        ? lessonFaults(page, chapter)
        : inFolder
          ? [`expected a folder of src/course/chapters.ts, found ${page.address.split("/")[0]}`]
          : matterFaults(page, ["title", "description"]);
    faults.push(...found.map((fault) => `${page.file}: ${fault}`));
  }
  return [...faults, ...twinFaults(pages), ...orderFaults(pages)];
}

function lessonFaults(page: PageSource, chapter: ChapterRules): readonly string[] {
  const faults = [...matterFaults(page, ["title", "description", "minutes"])];
  if (orderOf(page) === undefined) faults.push("expected sidebar.order in the front matter, found none");
  if (count(page, "Goals") !== 1) faults.push(`expected <Goals> once, found it ${count(page, "Goals")} times`);
  if (chapter.exam !== true) {
    const questions = count(page, "Question");
    if (questions < QUESTIONS) faults.push(`expected ${QUESTIONS} questions or more, found ${questions}`);
    if (!hasSources(page)) faults.push(`expected the heading “## ${SOURCES[page.locale]}” with links below it, found none`);
  }
  const exercises = exercisesOf(page);
  if (exercises.length === 0 && count(page, "Run") > 0) {
    faults.push("expected exercises in the front matter, because there is a command to run and no lab to run it in, found none");
  }
  if (exercises.length > 1) {
    for (const id of exercises) {
      const places = page.tags.filter(({ name, attributes }) => name === "Lab" && attributes["exercise"] === id).length;
      if (places !== 1) faults.push(`expected <Lab exercise="${id}" /> once, found it ${places} times`);
    }
  }
  for (const { name, attributes, line } of page.tags) {
    if (name === "Run" && (typeof attributes["command"] !== "string" || attributes["command"].trim() === "")) {
      faults.push(`<Run> in line ${line} of the text: expected a command as plain text, found none`);
    }
  }
  return faults;
}

function matterFaults({ matter }: PageSource, wanted: readonly string[]): readonly string[] {
  return wanted.filter((field) => matter[field] === undefined || matter[field] === "").map((field) => `expected ${field} in the front matter, found none`);
}

function hasSources({ text, locale }: PageSource): boolean {
  const heading = new RegExp(`^## ${SOURCES[locale]}\\s*$`, "m").exec(text);
  return heading !== null && /\]\(https?:\/\//.test(text.slice(heading.index));
}

/** Every page is there in every language, and its twins do the same. */
function twinFaults(pages: readonly PageSource[]): readonly string[] {
  const faults: string[] = [];
  for (const page of pages) {
    for (const locale of LOCALES) {
      if (locale === page.locale) continue;
      const twin = pages.find((other) => other.locale === locale && other.address === page.address);
      if (twin === undefined) faults.push(`${page.file}: expected its twin in ${locale}, found none`);
      else if (page.locale === "en") faults.push(...differences(page, twin).map((fault) => `${twin.file}: ${fault}`));
    }
  }
  return faults;
}

const SAME: readonly (readonly [string, (page: PageSource) => unknown])[] = [
  ["minutes", ({ matter }) => matter["minutes"]],
  ["exercises", ({ matter }) => matter["exercises"]],
  ["sidebar.order", orderOf],
];

function differences(page: PageSource, twin: PageSource): readonly string[] {
  const faults: string[] = [];
  for (const [field, of] of SAME) {
    const [one, other] = [page, twin].map((each) => JSON.stringify(of(each)) ?? "none");
    if (one !== other) faults.push(`${field}: expected ${one} as in ${page.file}, found ${other}`);
  }
  if (count(page, "Question") !== count(twin, "Question")) {
    faults.push(`expected ${count(page, "Question")} questions as in ${page.file}, found ${count(twin, "Question")}`);
  }
  const [steps, others] = [page, twin].map(stepsOf);
  const at = Array.from({ length: Math.max(steps?.length ?? 0, others?.length ?? 0) }).findIndex((_, index) => steps?.[index] !== others?.[index]);
  if (at >= 0) faults.push(`command ${at + 1}: expected ${steps?.[at] ?? "none"} as in ${page.file}, found ${others?.[at] ?? "none"}`);
  return faults;
}

/** What a reader is made to do, in order: commands, and the exercises that they belong to. Attributes of a tag may be in any order. */
function stepsOf({ tags }: PageSource): readonly string[] {
  return tags.filter(({ name }) => name === "Run" || name === "Lab").map(({ name, attributes }) => `<${name} ${JSON.stringify(sorted(attributes))}>`);
}

function sorted(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Two lessons of a chapter with one number would stand in the order of their addresses. */
function orderFaults(pages: readonly PageSource[]): readonly string[] {
  const seen = new Map<string, string>();
  const faults: string[] = [];
  for (const page of pages.filter(({ locale, address }) => locale === "en" && address.includes("/"))) {
    const key = `${page.address.split("/")[0]} ${orderOf(page)}`;
    const other = seen.get(key);
    if (orderOf(page) !== undefined && other !== undefined)
      faults.push(`${page.file}: expected a sidebar.order of its own, found ${orderOf(page)}, which ${other} has`);
    seen.set(key, page.file);
  }
  return faults;
}

function count({ tags }: PageSource, name: string): number {
  return tags.filter((tag) => tag.name === name).length;
}

function exercisesOf({ matter }: PageSource): readonly string[] {
  return Array.isArray(matter["exercises"]) ? matter["exercises"].map(String) : [];
}

function orderOf({ matter }: PageSource): unknown {
  const { sidebar } = matter;
  return typeof sidebar === "object" && sidebar !== null && "order" in sidebar ? sidebar.order : undefined;
}
