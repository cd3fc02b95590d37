import { runInNewContext } from "node:vm";
import { mdxToMdast } from "satteri";
import { parse } from "yaml";
import { LOCALES, type Locale } from "../../lab-server/contract/locale.ts";

/** A command of a lesson: what `<Run>` says (src/components/course/Run.astro). */
export interface LessonCommand {
  readonly on: "host" | "guest";
  readonly guest: string;
  readonly command: string;
  /** It is shown to be refused: its status must not be 0. */
  readonly fails: boolean;
  /** It keeps the terminal: wait until this stands on the screen, */
  readonly shows: RegExp | undefined;
  /** and then leave it with these keys. */
  readonly leave: string | undefined;
  /** Seconds that it may take. */
  readonly wait: number;
  /** In the lesson's file. */
  readonly line: number;
}

/** Commands that run one after another on one host. */
export interface LessonStretch {
  /** Whose starting state the host is in; undefined: the template `running`. */
  readonly exercise: string | undefined;
  readonly commands: readonly LessonCommand[];
}

export interface Lesson {
  /** Below src/content/docs. */
  readonly file: string;
  readonly locale: Locale;
  /** The same in every language: `changing-a-running-vm/cpu-hot-add`. */
  readonly address: string;
  /** From its front matter, in order. */
  readonly exercises: readonly string[];
  readonly stretches: readonly LessonStretch[];
}

/** What is used of the tree. Its types are those of mdast with MDX. */
interface Node {
  readonly type: string;
  readonly name?: string | null;
  readonly value?: string;
  readonly attributes?: readonly { readonly type: string; readonly name?: string; readonly value?: string | null | { readonly value: string } }[];
  readonly children?: readonly Node[];
  readonly position?: { readonly start: { readonly line: number } };
}

const USUAL_GUEST = "smartgo_01";
const USUAL_WAIT_S = 60;
const RUN_FIELDS: readonly string[] = ["on", "guest", "command", "fails", "shows", "leave", "wait"];

type Refuse = (field: string, expected: string, found: unknown) => never;

/** The fields of an element. An expression in braces must be a constant: a text, a template without variables, a number, a truth. */
function fieldsOf(node: Node, refuse: Refuse): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const { type, name, value } of node.attributes ?? []) {
    if (type !== "mdxJsxAttribute" || name === undefined) return refuse("{...}", "fields by their names", "an expression");
    if (value === null || value === undefined) fields.set(name, true);
    else if (typeof value === "string") fields.set(name, value);
    else {
      try {
        fields.set(name, runInNewContext(`(${value.value})`, Object.create(null), { timeout: 1000 }));
      } catch {
        refuse(name, "a constant", value.value);
      }
    }
  }
  return fields;
}

function commandOf(node: Node, line: number, refuse: Refuse): LessonCommand {
  const fields = fieldsOf(node, refuse);
  for (const name of fields.keys()) if (!RUN_FIELDS.includes(name)) refuse(name, `one of the fields ${RUN_FIELDS.join(", ")}`, name);
  const text = (name: string): string | undefined => {
    const value = fields.get(name);
    return value === undefined || (typeof value === "string" && value.trim() !== "") ? value : refuse(name, "a text that is not empty", value);
  };
  const on = fields.get("on");
  if (on !== "host" && on !== "guest") return refuse("on", '"host" or "guest"', on);
  const command = text("command") ?? refuse("command", "a text", undefined);
  if (command.trim().includes("\n")) refuse("command", "one line", command);
  const fails = fields.get("fails") ?? false;
  if (typeof fails !== "boolean") return refuse("fails", "true or false", fails);
  const wait = fields.get("wait") ?? USUAL_WAIT_S;
  if (typeof wait !== "number" || !(wait > 0)) return refuse("wait", "seconds as a number, such as wait={90}", wait);
  const [shows, leave] = [text("shows"), text("leave")];
  if (shows === undefined && leave !== undefined) refuse("shows", "what stands on the screen before it is left", undefined);
  if (shows !== undefined && on === "guest") refuse("shows", "a command of the host: in a guest there is no terminal to watch", shows);
  if (shows !== undefined && fails) refuse("fails", "no shows: what keeps the terminal has not failed", true);
  let screen: RegExp | undefined;
  try {
    screen = shows === undefined ? undefined : new RegExp(shows, "m");
  } catch {
    refuse("shows", "a regular expression", shows);
  }
  return { on, guest: text("guest") ?? USUAL_GUEST, command: command.trim(), fails, shows: screen, leave, wait, line };
}

/**
 * Reads a lesson's commands in the order in which they stand.
 * @param file below src/content/docs, with forward slashes
 * Fails with `file:line: field: expected ..., found ...`.
 */
export function readLesson(file: string, text: string): Lesson {
  const tree = mdxToMdast(text, { features: { frontmatter: true } }) as unknown as Node;
  const matter: unknown = parse(tree.children?.find(({ type }) => type === "yaml")?.value ?? "");
  const named = typeof matter === "object" && matter !== null && "exercises" in matter ? matter.exercises : [];
  const exercises = Array.isArray(named) ? named.map(String) : [];
  const stretches: { exercise: string | undefined; commands: LessonCommand[] }[] = [{ exercise: exercises[0], commands: [] }];
  const walk = (node: Node): void => {
    const line = node.position?.start.line ?? 0;
    const refuse: Refuse = (field, expected, found) => {
      throw new Error(`${file}:${line}: ${node.name} ${field}: expected ${expected}, found ${JSON.stringify(found) ?? "nothing"}`);
    };
    const element = node.type === "mdxJsxFlowElement" || node.type === "mdxJsxTextElement";
    if (element && node.name === "Run") stretches.at(-1)?.commands.push(commandOf(node, line, refuse));
    if (element && node.name === "Lab") {
      const exercise = fieldsOf(node, refuse).get("exercise");
      if (typeof exercise !== "string" || !exercises.includes(exercise))
        refuse("exercise", `an exercise of the front matter (${exercises.join(", ")})`, exercise);
      stretches.push({ exercise: exercise as string, commands: [] });
    }
    for (const child of node.children ?? []) walk(child);
  };
  walk(tree);
  const locale = LOCALES.find((name) => file.startsWith(`${name}/`)) ?? "en";
  const address = file.replace(new RegExp(`^${locale}/`), "").replace(/\.mdx?$/, "");
  return { file, locale, address, exercises, stretches: stretches.filter(({ commands }) => commands.length > 0) };
}
