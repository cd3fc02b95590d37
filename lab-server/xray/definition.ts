/** One element of a definition. `text` is what stands directly in it, without its children's. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** Libvirt's definitions are less deep and have fewer elements than this. */
const MOST_DEPTH = 24;
const MOST_ELEMENTS = 1_000;
const MOST_ATTRIBUTES = 32;
const MOST_CHARACTERS = 64 * 1024;

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** A piece of markup: what is passed over, an end tag, or a start tag with its attributes. Each begins with `<`, and none looks further than its own end. */
const PASSED_OVER = /<\?[^>]*>|<!--[^>]*>|<!\[CDATA\[[^\]]*\]\]>/y;
const END = /<\/([\w:.-]{1,100})\s*>/y;
const START = /<([\w:.-]{1,100})/y;
const ATTRIBUTE = /\s+([\w:.-]{1,100})=(?:'([^'<]*)'|"([^"<]*)")/y;
const START_END = /\s*(\/?)>/y;

/**
 * Reads XML as libvirt writes it into its own files, in one pass over the text: a host's files are whatever its root makes of them, and
 * readers of all of XML take seconds for 100 kB that was written to vex them. Gives undefined for anything else.
 */
export function readDefinition(text: string): Element | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  type Open = { name: string; attributes: Map<string, string>; children: Element[]; text: string };
  const root: Open = { name: "", attributes: new Map(), children: [], text: "" };
  const open: Open[] = [root];
  let elements = 0;
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length) {
    const inside = open.at(-1) as Open;
    const next = text.indexOf("<", at);
    const until = next < 0 ? text.length : next;
    const between = text.slice(at, until).trim();
    if (between !== "") inside.text += withoutEntities(between);
    at = until;
    if (next < 0) break;
    if (take(PASSED_OVER) !== null) continue;
    const end = take(END);
    if (end !== null) {
      if (open.length === 1 || inside.name !== end[1]) return undefined;
      open.pop();
      continue;
    }
    const start = take(START);
    elements += 1;
    if (start === null || elements > MOST_ELEMENTS || open.length > MOST_DEPTH) return undefined;
    const element: Open = { name: start[1] ?? "", attributes: new Map(), children: [], text: "" };
    for (let attribute = take(ATTRIBUTE); attribute !== null; attribute = take(ATTRIBUTE)) {
      if (element.attributes.size >= MOST_ATTRIBUTES) return undefined;
      element.attributes.set(attribute[1] ?? "", withoutEntities(attribute[2] ?? attribute[3] ?? ""));
    }
    const closed = take(START_END);
    if (closed === null) return undefined;
    inside.children.push(element);
    if (closed[1] === "") open.push(element);
  }
  return open.length === 1 && root.children.length === 1 ? root.children[0] : undefined;
}

/** Every element at a path of names below an element. */
export function all(element: Element | undefined, ...path: string[]): readonly Element[] {
  let found: readonly Element[] = element === undefined ? [] : [element];
  for (const name of path) found = found.flatMap(({ children }) => children.filter((child) => child.name === name));
  return found;
}

export const one = (element: Element | undefined, ...path: string[]): Element | undefined => all(element, ...path)[0];

/** The value of an attribute; undefined where there is none, or an empty one. */
export const attribute = (element: Element | undefined, name: string): string | undefined => element?.attributes.get(name) || undefined;

/** A number that is none, or beyond what can be counted, is undefined. */
export function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

function withoutEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w{2,4}));/g, (whole, decimal, hex, name) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    return ENTITIES[name] ?? whole;
  });
}
