/// <reference types="node" />
import { glob, readFile } from "node:fs/promises";
import { posix } from "node:path";

const LINK = /<(?:a|area|link|img|script|source)\b[^>]*?\s(?:href|src)=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/g;
const ANCHOR = /<[a-zA-Z][^>]*?\sid=(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/g;
/** The top of a page, which every browser knows. */
const TOP = "top";

/** A built page, by its path in the output folder: `zh-cn/glossary/index.html`. */
export type BuiltPages = ReadonlyMap<string, string>;

/**
 * Links of the built pages that lead nowhere: to a file that is not there, or to an anchor that its page does not have.
 * Looks at what was built and not at what was written, so links that components make count too.
 * @param files every file of the output folder
 */
export function deadLinks(pages: BuiltPages, files: ReadonlySet<string>): readonly string[] {
  const anchors = new Map([...pages].map(([path, html]) => [path, anchorsOf(html)]));
  const dead: string[] = [];
  for (const [path, html] of pages) {
    const seen = new Set<string>();
    for (const link of linksOf(html)) {
      if (seen.has(link)) continue;
      seen.add(link);
      const why = fault(link, path, files, anchors);
      if (why !== undefined) dead.push(`${path}: ${link}: ${why}`);
    }
  }
  return dead;
}

function fault(link: string, from: string, files: ReadonlySet<string>, anchors: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(link)) return undefined;
  const [address = "", hash] = link.split("#", 2);
  const file = address === "" ? from : fileAt(address.split("?")[0] ?? "", from, files);
  if (!files.has(file)) return "expected a page or a file of the site, found none";
  const wanted = decodeURIComponent(hash ?? "");
  if (wanted === "" || wanted === TOP) return undefined;
  return anchors.get(file)?.has(wanted) === false ? `expected the anchor on ${file}, found none` : undefined;
}

/** The file that a web server gives for an address. */
function fileAt(address: string, from: string, files: ReadonlySet<string>): string {
  const path = decodeURIComponent(posix.resolve("/", posix.dirname(from), address)).slice(1);
  return files.has(path) ? path : posix.join(path, "index.html");
}

function linksOf(html: string): readonly string[] {
  return [...markup(html).matchAll(LINK)].map((match) => decoded(match));
}

function anchorsOf(html: string): ReadonlySet<string> {
  return new Set([...markup(html).matchAll(ANCHOR)].map((match) => decoded(match)));
}

/** Without what scripts hold between their tags: text there is no markup. */
function markup(html: string): string {
  return html.replace(/(<script\b[^>]*>)[\s\S]*?<\/script>/g, "$1");
}

function decoded([, double, single, bare]: RegExpMatchArray): string {
  return (double ?? single ?? bare ?? "").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}

/** @param folder the build's output */
export async function deadLinksIn(folder: string): Promise<readonly string[]> {
  const files = new Set<string>();
  const pages = new Map<string, string>();
  for await (const entry of glob("**/*", { cwd: folder, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = posix.relative(folder, posix.join(entry.parentPath, entry.name));
    files.add(path);
    if (path.endsWith(".html")) pages.set(path, await readFile(posix.join(folder, path), "utf8"));
  }
  return deadLinks(pages, files);
}
