/// <reference types="node" />
import { glob, readFile } from "node:fs/promises";
import { parse } from "yaml";
import { LOCALES, type Locale } from "../../lab-server/contract/locale.ts";
import { type MdxTag, mdxTags } from "./mdx-tags.ts";

/** A page of the course as its author wrote it. */
export interface PageSource {
  /** Relative to `src/content/docs/`. */
  readonly file: string;
  readonly locale: Locale;
  /** The same in every language: `changing-a-running-vm/cpu-hot-add`. */
  readonly address: string;
  readonly matter: Readonly<Record<string, unknown>>;
  /** All that follows the front matter. */
  readonly text: string;
  /** Components, in order. */
  readonly tags: readonly MdxTag[];
}

/** Reads one page. @param file relative to `src/content/docs/` */
export function readPage(file: string, source: string): PageSource {
  const [whole, yaml = ""] = /^---\r?\n(.*?)\r?\n---\r?\n/s.exec(source) ?? [""];
  const matter: unknown = parse(yaml);
  const text = source.slice(whole.length);
  const locale = LOCALES.find((name) => file.startsWith(`${name}/`)) ?? "en";
  return {
    file,
    locale,
    address: file.replace(new RegExp(`^${locale}/`), "").replace(/\.mdx?$/, ""),
    matter: typeof matter === "object" && matter !== null ? { ...matter } : {},
    text,
    tags: tagsOf(file, text),
  };
}

function tagsOf(file: string, text: string): readonly MdxTag[] {
  try {
    return mdxTags(text);
  } catch (cause) {
    throw new Error(`${file}: expected well-formed MDX, found: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Every page of the course. @param folder `src/content/docs` */
export async function readPages(folder: string): Promise<readonly PageSource[]> {
  const pages: PageSource[] = [];
  for await (const file of glob("**/*.{md,mdx}", { cwd: folder })) pages.push(readPage(file, await readFile(`${folder}/${file}`, "utf8")));
  return pages.sort((a, b) => (a.file < b.file ? -1 : 1));
}
