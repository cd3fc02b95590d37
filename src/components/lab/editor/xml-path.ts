import type { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

export type SyntaxNode = ReturnType<typeof syntaxTree>["topNode"];

/** The name in an element's first tag; undefined while there is none. */
export function elementName(state: EditorState, element: SyntaxNode): string | undefined {
  const tag = element.getChild("OpenTag") ?? element.getChild("SelfClosingTag") ?? element.firstChild;
  const name = tag?.getChild("TagName");
  return name === undefined || name === null ? undefined : state.sliceDoc(name.from, name.to);
}

/** Names of the elements around a node, from the root down; the element of a tag counts as around it only where `own` says so. */
export function pathTo(state: EditorState, node: SyntaxNode, own: boolean): string[] {
  const path: string[] = [];
  const skipped = own ? null : enclosingElement(node);
  for (let at: SyntaxNode | null = node; at !== null; at = at.parent) {
    if (at.name !== "Element" || (skipped !== null && at.from === skipped.from && at.to === skipped.to)) continue;
    path.unshift(elementName(state, at) ?? "");
  }
  return path;
}

export function enclosingElement(node: SyntaxNode): SyntaxNode | null {
  for (let at: SyntaxNode | null = node; at !== null; at = at.parent) if (at.name === "Element") return at;
  return null;
}
