import { caseName } from "../trial-case.ts";
import { type Grading, itemsOf, totalMs } from "./grading.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#10;",
  "\t": "&#9;",
  "\r": "&#13;",
};

/** What XML 1.0 has no way to write, not even as an entity: control characters, lone surrogates, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about.
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;

/** Any text as the value of an attribute. */
export function xmlAttribute(text: string): string {
  return text.replace(UNWRITABLE, "\uFFFD").replace(/[&<>"'\n\t\r]/g, (character) => ENTITIES[character] ?? character);
}

/** Any text as the content of an element. */
export function xmlText(text: string): string {
  return text.replace(UNWRITABLE, "\uFFFD").replace(/[&<>\r]/g, (character) => ENTITIES[character] ?? character);
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** The grading in the XML that JUnit's Ant task made and build servers read: a suite for each case, a test for each task. */
export function junitReport({ startedAt, ms, cases }: Grading): string {
  const total = { tests: 0, failures: 0, errors: 0 };
  const suites = cases.flatMap((report) => {
    const name = `${report.exercise.module}/${report.exercise.id}: ${caseName(report.trial)}`;
    const items = itemsOf(report);
    const failures = items.filter(({ outcome }) => outcome === "failed").length;
    const errors = items.filter(({ outcome }) => outcome === "errored").length;
    total.tests += items.length;
    total.failures += failures;
    total.errors += errors;
    const time = seconds(totalMs(report));
    const properties = Object.entries(report.parameters).map(
      ([parameter, value]) => `      <property name="${xmlAttribute(parameter)}" value="${xmlAttribute(String(value))}"/>`,
    );
    const output = report.script?.output ?? "";
    return [
      `  <testsuite name="${xmlAttribute(name)}" tests="${items.length}" failures="${failures}" errors="${errors}" skipped="0" time="${time}" timestamp="${startedAt}">`,
      ...(properties.length === 0 ? [] : ["    <properties>", ...properties, "    </properties>"]),
      // The time of a check is the time of all its tasks, so it is the suite's alone.
      ...items.flatMap((item) => {
        const open = `    <testcase classname="${xmlAttribute(report.exercise.id)}" name="${xmlAttribute(`${caseName(report.trial)}: ${item.name}`)}" time="0"`;
        if (item.outcome === "passed") return [`${open}/>`];
        const tag = item.outcome === "failed" ? "failure" : "error";
        const first = item.why.split("\n", 1)[0] ?? "";
        return [`${open}>`, `      <${tag} message="${xmlAttribute(first)}">${xmlText(item.why)}</${tag}>`, "    </testcase>"];
      }),
      ...(output === "" ? [] : [`    <system-out>${xmlText(output)}</system-out>`]),
      "  </testsuite>",
    ];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ringside" tests="${total.tests}" failures="${total.failures}" errors="${total.errors}" time="${seconds(ms)}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}
