import { DOMParser } from "@xmldom/xmldom";
import { select } from "xpath";
import { FactUnknown } from "../fact.ts";
import { REASONS } from "../texts.ts";

/** A definition of libvirt, read by XPath 1.0 and never by searching its text. */
export class Xml {
  readonly text: string;
  #document: Node | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The text of every node or attribute at a path, in document order. */
  values(path: string): string[] {
    const found = select(path, this.#parsed());
    if (!Array.isArray(found)) return [String(found)];
    return found.map((node) => node.textContent ?? node.nodeValue ?? "");
  }

  /** The first of them; undefined when there is none. */
  value(path: string): string | undefined {
    return this.values(path)[0];
  }

  /** The first of them as a number; undefined when there is none or it is no number. */
  number(path: string): number | undefined {
    const value = this.value(path);
    return value === undefined || value.trim() === "" || Number.isNaN(Number(value)) ? undefined : Number(value);
  }

  has(path: string): boolean {
    return this.values(path).length > 0;
  }

  #parsed(): Node {
    try {
      // xmldom's types are its own, and xpath's are the browser's; at run time xpath takes any DOM level 2 node.
      this.#document ??= new DOMParser({ onError: () => {} }).parseFromString(this.text, "text/xml") as unknown as Node;
      return this.#document;
    } catch (thrown) {
      throw new FactUnknown(REASONS.probeSilent, `XML that cannot be parsed: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
}
