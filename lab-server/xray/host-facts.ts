import { type Element, readDefinition } from "./definition.ts";

/** The kinds of files of libvirt's that a host tells; see lab-host/host/programs/watch-guests.c. */
const KINDS = ["live", "defined", "live-network", "network", "live-pool", "pool"] as const;
export type FileKind = (typeof KINDS)[number];

/** Lists that are told whole, each in one line. */
const LISTS = ["host", "daemon", "sockets", "autostart", "processes", "images"] as const;
export type ListKind = (typeof LISTS)[number];

/** What is different: one of libvirt's files, or only what the host itself does with it (threads, sizes, processes). */
export type Change = "definitions" | "facts";

/** What a host may tell is its root's choice: what is beyond these is left out. */
const MOST_FILES = 400;
const MOST_CHARACTERS = 2 * 1024 * 1024;
const MOST_FIELDS = 1_000;
const LONGEST_FIELD = 1_024;

/** What one host has told of itself so far. All of it is data of somebody who may mean harm: bounded, and nothing but text. */
export class HostFacts {
  readonly #files = new Map<string, { kind: FileKind; name: string; text: string }>();
  readonly #read = new Map<string, { text: string; definition: Element | undefined }>();
  readonly #lists = new Map<ListKind, string>();
  #characters = 0;
  #changed: Change | undefined;

  /** Takes one line. Gives what is different from the time before as soon as what was told belongs together. */
  tell(line: string): Change | undefined {
    const [type, first, second, third] = line.split("\t", 4);
    if (type === "xml" && isFileKind(first) && second !== undefined) this.#keep(first, second.slice(0, LONGEST_FIELD), third ?? "");
    else if (type === "gone" && isFileKind(first) && second !== undefined) this.#remove(`${first}\t${second.slice(0, LONGEST_FIELD)}`);
    else if (isListKind(type)) this.#replace(type, line);
    else if (type === "end") {
      const changed = this.#changed;
      this.#changed = undefined;
      return changed;
    }
    return undefined;
  }

  /** The fields of a list. */
  list(kind: ListKind): string[] {
    const line = this.#lists.get(kind);
    if (line === undefined) return [];
    return line
      .split("\t", MOST_FIELDS + 1)
      .slice(1)
      .map((field) => field.slice(0, LONGEST_FIELD));
  }

  /** The names of the files of a kind, in the order of the alphabet. */
  names(kind: FileKind): string[] {
    return [...this.#files.values()]
      .filter((file) => file.kind === kind)
      .map(({ name }) => name)
      .sort();
  }

  has(kind: FileKind, name: string): boolean {
    return this.#files.has(`${kind}\t${name}`);
  }

  /** A file as it was read; undefined where there is none, or none that libvirt would write. */
  definition(kind: FileKind, name: string): Element | undefined {
    const key = `${kind}\t${name}`;
    const text = this.#files.get(key)?.text;
    if (text === undefined) return undefined;
    const before = this.#read.get(key);
    if (before?.text === text) return before.definition;
    const definition = readDefinition(text);
    this.#read.set(key, { text, definition });
    return definition;
  }

  /** A host that tells anew tells all: forgets the files that it does not tell any more. Calls `tell` for each line. */
  onlyThese(lines: readonly string[]): Change | undefined {
    const told = new Set(lines.filter((line) => line.startsWith("xml\t")).map((line) => line.split("\t", 3).slice(1).join("\t")));
    for (const key of [...this.#files.keys()]) if (!told.has(key)) this.#remove(key);
    let changed: Change | undefined;
    for (const line of lines) changed = this.tell(line) ?? changed;
    return changed;
  }

  #keep(kind: FileKind, name: string, text: string): void {
    const key = `${kind}\t${name}`;
    const before = this.#files.get(key);
    if (before?.text === text) return;
    if (before === undefined && this.#files.size >= MOST_FILES) return;
    this.#remove(key);
    if (this.#characters + text.length > MOST_CHARACTERS) return;
    this.#characters += text.length;
    this.#files.set(key, { kind, name, text });
    this.#changed = "definitions";
  }

  #remove(key: string): void {
    const before = this.#files.get(key);
    if (before === undefined) return;
    this.#characters -= before.text.length;
    this.#files.delete(key);
    this.#read.delete(key);
    this.#changed = "definitions";
  }

  #replace(kind: ListKind, line: string): void {
    if (this.#lists.get(kind) === line) return;
    this.#lists.set(kind, line);
    if (kind === "autostart") this.#changed = "definitions";
    this.#changed ??= "facts";
  }
}

const isFileKind = (word: string | undefined): word is FileKind => (KINDS as readonly (string | undefined)[]).includes(word);
const isListKind = (word: string | undefined): word is ListKind => (LISTS as readonly (string | undefined)[]).includes(word);
