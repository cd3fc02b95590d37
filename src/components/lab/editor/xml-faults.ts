import { ensureSyntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import { elementAt, rootNames } from "./schema-table.ts";
import { elementName, pathTo, type SyntaxNode } from "./xml-path.ts";

/** What is wrong with a document; the words are in the strings of the page. */
export interface Fault {
  readonly from: number;
  readonly to: number;
  /** An error is no XML. A warning is XML that libvirt's schema does not know, and libvirt has the last word. */
  readonly severity: "error" | "warning";
  readonly kind:
    | "mismatched"
    | "unclosed"
    | "notOpen"
    | "entity"
    | "twice"
    | "syntax"
    | "noRoot"
    | "secondRoot"
    | "textOutside"
    | "unknownElement"
    | "unknownAttribute"
    | "unknownValue";
  /** What is named, then what it is named against: the element, or the values that are known. */
  readonly name: string;
  readonly other: string;
}

const MOST = 100;
const PARSE_MS = 500;
const SHOWN_VALUES = 8;

/** Faults of a document in its order, errors of form and, in what is libvirt's, names and values that its schema does not have. */
export function faultsOf(state: EditorState): Fault[] {
  const faults: Fault[] = [];
  const text = (node: SyntaxNode): string => state.sliceDoc(node.from, node.to);
  const add = (severity: Fault["severity"], kind: Fault["kind"], { from, to }: { from: number; to: number }, name = "", other = ""): void => {
    // A fault that has no width is shown at the character before it.
    if (faults.length < MOST) faults.push({ from: from === to ? Math.max(0, from - 1) : from, to, severity, kind, name, other });
  };
  const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS);
  // What is not read to its end cannot be judged.
  if (tree === null) return [];
  let lastError = -1;
  tree.iterate({
    enter: ({ node, name, type }) => {
      if (name === "MismatchedCloseTag") {
        const element = node.parent?.name === "Element" ? node.parent : null;
        const tag = node.getChild("TagName");
        if (element === null) return add("error", "notOpen", node, tag === null ? "" : text(tag));
        add("error", "mismatched", tag ?? node, tag === null ? "" : text(tag), element === null ? "" : (elementName(state, element) ?? ""));
      } else if (name === "MissingCloseTag") {
        if (node.parent?.getChild("MismatchedCloseTag")) return;
        const open = node.parent?.firstChild ?? node;
        add("error", "unclosed", open, node.parent === null ? "" : (elementName(state, node.parent) ?? ""));
      } else if (name === "InvalidEntity") add("error", "entity", node);
      else if (type.isError && node.from > lastError) {
        const open = node.parent?.name === "Element" && node.to === state.doc.length ? node.parent.firstChild : null;
        if (open !== null && node.parent !== null) add("error", "unclosed", open, elementName(state, node.parent) ?? "");
        else add("error", "syntax", node);
        lastError = node.to;
      } else if (name === "OpenTag" || name === "SelfClosingTag") checkTag(node);
      else if (name === "Text" && node.parent?.name === "Document" && text(node).trim() !== "") add("error", "textOutside", node);
    },
  });
  const roots = tree.topNode.getChildren("Element");
  if (roots.length === 0 && state.doc.length > 0) add("error", "noRoot", { from: 0, to: state.doc.lineAt(0).to });
  for (const extra of roots.slice(1)) add("error", "secondRoot", { from: extra.from, to: state.doc.lineAt(extra.from).to }, elementName(state, extra) ?? "");
  return faults.sort((a, b) => a.from - b.from);

  function checkTag(tag: SyntaxNode): void {
    const seen = new Set<string>();
    const path = pathTo(state, tag, true);
    const known = path[0] !== undefined && rootNames().includes(path[0]) && !path.some((name) => name.includes(":"));
    const facts = known ? elementAt(path) : undefined;
    const nameNode = tag.getChild("TagName");
    if (known && facts === undefined && nameNode !== null && elementAt(path.slice(0, -1)) !== undefined) {
      add("warning", "unknownElement", nameNode, text(nameNode), path.at(-2) ?? "");
    }
    for (const attribute of tag.getChildren("Attribute")) {
      const key = attribute.getChild("AttributeName");
      if (key === null) continue;
      const name = text(key);
      if (seen.has(name)) add("error", "twice", key, name, path.at(-1) ?? "");
      seen.add(name);
      if (facts === undefined || facts.anything || name.includes(":") || name === "xmlns") continue;
      const values = facts.attributes.get(name);
      const value = attribute.getChild("AttributeValue");
      if (values === undefined) add("warning", "unknownAttribute", key, name, path.at(-1) ?? "");
      else if (value !== null && !values.open && values.named.length > 0 && value.to - value.from >= 2) {
        const given = state.sliceDoc(value.from + 1, value.to - 1);
        if (!values.named.includes(given)) add("warning", "unknownValue", value, given, some(values.named));
      }
    }
  }
}

function some(values: readonly string[]): string {
  return values.length > SHOWN_VALUES ? `${values.slice(0, SHOWN_VALUES).join(", ")}, …` : values.join(", ");
}
