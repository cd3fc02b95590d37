/**
 * Makes the table that the editor completes libvirt's XML from, out of libvirt's own schemas (RELAX NG):
 *
 *     node scripts/libvirt-schema.ts /usr/share/libvirt/schemas > src/components/lab/editor/libvirt-schema.ts
 *
 * Each `<element>` of the grammar becomes a node: what may stand in it, in whatever order and number. That is less than the grammar
 * says and all that a completion needs; libvirt itself is the judge. The folder comes with Debian's libvirt-common.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOMParser, type Element } from "@xmldom/xmldom";

const ROOTS = ["domain", "network", "storagepool", "storagevol"];

interface Node {
  name: string;
  attributes: Map<string, Content>;
  children: Set<number>;
  text: Content;
  anything: boolean;
}
/** Values that are named, and whether others may be. */
interface Content {
  values: Set<string>;
  open: boolean;
}

const [, , folder = "/usr/share/libvirt/schemas"] = process.argv;
const nodes: Node[] = [];
const numbers = new Map<Element, number>();

const childrenOf = (element: Element): Element[] => [...element.childNodes].filter((node): node is Element => node.nodeType === 1);
const newContent = (): Content => ({ values: new Set(), open: false });

/** The definitions of a grammar with all that it includes; a later definition of a name is one more choice. */
function readGrammar(file: string, defines: Map<string, Element[]>, seen: Set<string>): Element | undefined {
  if (seen.has(file)) return undefined;
  seen.add(file);
  const grammar = new DOMParser().parseFromString(readFileSync(join(folder, file), "utf8"), "text/xml").documentElement;
  let start: Element | undefined;
  for (const part of grammar === null ? [] : childrenOf(grammar)) {
    if (part.localName === "include") readGrammar(part.getAttribute("href") ?? "", defines, seen);
    if (part.localName === "start") start = part;
    if (part.localName !== "define") continue;
    const name = part.getAttribute("name") ?? "";
    defines.set(name, [...(defines.get(name) ?? []), part]);
  }
  return start;
}

/** `a|b|c`, alone or in brackets: the only patterns that name their values. */
function wordsOf(pattern: string): string[] {
  const words = pattern.replace(/^\((.*)\)$/, "$1").split("|");
  return words.every((word) => /^[\w-]+$/.test(word)) ? words : [];
}

function grammarReader(defines: Map<string, Element[]>) {
  function content(pattern: Element, into: Content, path: readonly string[] = []): void {
    const name = pattern.localName ?? "";
    if (name === "value") into.values.add(pattern.textContent?.trim() ?? "");
    else if (name === "text") into.open = true;
    else if (name === "data") {
      const words = childrenOf(pattern).flatMap((param) => (param.getAttribute("name") === "pattern" ? wordsOf(param.textContent ?? "") : []));
      for (const word of words) into.values.add(word);
      if (words.length === 0) into.open = true;
    } else if (name === "list") into.open = true;
    else if (name === "ref") {
      const to = pattern.getAttribute("name") ?? "";
      if (!path.includes(to)) for (const define of defines.get(to) ?? []) for (const part of childrenOf(define)) content(part, into, [...path, to]);
    } else if (name !== "element" && name !== "attribute") for (const part of childrenOf(pattern)) content(part, into, path);
  }

  function fill(pattern: Element, node: Node, path: readonly string[]): void {
    const name = pattern.localName ?? "";
    if (name === "element") {
      for (const child of read(pattern)) node.children.add(child);
      if (childrenOf(pattern).some(({ localName }) => localName === "anyName" || localName === "nsName")) node.anything = true;
    } else if (name === "attribute") {
      const attribute = pattern.getAttribute("name");
      if (attribute === null) return;
      const values = node.attributes.get(attribute) ?? newContent();
      const parts = childrenOf(pattern);
      if (parts.length === 0) values.open = true;
      for (const part of parts) content(part, values);
      node.attributes.set(attribute, values);
    } else if (name === "ref") {
      const to = pattern.getAttribute("name") ?? "";
      if (!path.includes(to)) for (const define of defines.get(to) ?? []) for (const part of childrenOf(define)) fill(part, node, [...path, to]);
    } else if (name === "value" || name === "text" || name === "data" || name === "list") content(pattern, node.text);
    else for (const part of childrenOf(pattern)) fill(part, node, path);
  }

  /** The numbers of the nodes that an `<element>` stands for: several where it has a choice of names. */
  function read(element: Element): number[] {
    const known = numbers.get(element);
    if (known !== undefined) return [known];
    const name = element.getAttribute("name");
    // Elements of other namespaces are QEMU's, LXC's and metadata: what is in them is not libvirt's to say.
    if (name === null || element.hasAttribute("ns")) return [];
    const node: Node = { name, attributes: new Map(), children: new Set(), text: newContent(), anything: false };
    numbers.set(element, nodes.length);
    const number = nodes.push(node) - 1;
    for (const part of childrenOf(element)) fill(part, node, []);
    return [number];
  }
  return (start: Element): number[] => {
    const top: Node = { name: "", attributes: new Map(), children: new Set(), text: newContent(), anything: false };
    fill(start, top, []);
    return [...top.children];
  };
}

const roots: number[] = [];
for (const root of ROOTS) {
  const defines = new Map<string, Element[]>();
  const start = readGrammar(`${root}.rng`, defines, new Set());
  if (start === undefined) throw new Error(`${root}.rng has no start`);
  roots.push(...grammarReader(defines)(start));
}

/** Nodes that say the same are one: their children are renamed until nothing changes. */
function merged(): { table: unknown[]; roots: number[] } {
  let names = nodes.map((_, index) => index);
  const content = ({ values, open }: Content): (string | 0)[] => [...[...values].sort(), ...(open ? [0 as const] : [])];
  const drawn = (node: Node): string => {
    const attributes = Object.fromEntries([...node.attributes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, values]) => [name, content(values)]));
    const children = [...new Set([...node.children].map((child) => names[child] ?? child))].sort((a, b) => a - b);
    return JSON.stringify([node.name, attributes, children, content(node.text), ...(node.anything ? [1] : [])]);
  };
  for (;;) {
    const first = new Map<string, number>();
    const next = nodes.map((node, index) => {
      const key = drawn(node);
      if (!first.has(key)) first.set(key, index);
      return first.get(key) ?? index;
    });
    if (next.every((name, index) => name === names[index])) break;
    names = next;
  }
  const kept = [...new Set(names)].sort((a, b) => a - b);
  const place = new Map(kept.map((name, index) => [name, index]));
  names = names.map((name) => place.get(name) ?? 0);
  return { table: kept.map((index) => JSON.parse(drawn(nodes[index] as Node))), roots: [...new Set(roots.map((root) => names[root] ?? 0))] };
}

const { table, roots: tops } = merged();
const lines = table.map((node) => JSON.stringify(node)).join(",\n");
if (/[`$\\]/.test(lines)) throw new Error("a name or value of the schema does not fit in a template literal");
process.stdout.write(`// Made by scripts/libvirt-schema.ts from the schemas of the host's libvirt. Do not edit; see schema-table.ts.
export const LIBVIRT_SCHEMA = \`{"roots":${JSON.stringify(tops)},"nodes":[
${lines}
]}\`;
`);
