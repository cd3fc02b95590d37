import { type Completion, type CompletionContext, type CompletionResult, startCompletion } from "@codemirror/autocomplete";
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import { elementAt, rootNames } from "./schema-table.ts";
import { elementName, enclosingElement, pathTo, type SyntaxNode } from "./xml-path.ts";

const PARSE_MS = 200;
const WORD = /^[\w:.-]*$/;

/** Completes elements, attributes and values of libvirt's XML, each where it may stand. */
export function completeLibvirt(context: CompletionContext): CompletionResult | null {
  const { state, pos } = context;
  const node = (ensureSyntaxTree(state, pos, PARSE_MS) ?? syntaxTree(state)).resolveInner(pos, -1);
  const typed = state.sliceDoc(Math.max(0, pos - 200), pos);

  if (node.name === "AttributeValue") return attributeValue(state, node, pos);

  const tagStart = /<(\/?)([\w:.-]*)$/.exec(typed);
  if (tagStart !== null) return tagStart[1] === "/" ? closeTag(state, node, pos, tagStart[2] ?? "") : openTag(state, node, pos, tagStart[2] ?? "");

  const tag = tagAround(node);
  if (tag !== null && pos > tag.from && (pos < tag.to || !closed(state, tag))) {
    const word = /[\w:.-]*$/.exec(typed)?.[0] ?? "";
    if (!/\s/.test(state.sliceDoc(pos - word.length - 1, pos - word.length)) || (word === "" && !context.explicit)) return null;
    return attributeName(state, tag, pos - word.length);
  }
  return textOrElement(context, node);
}

function attributeValue(state: EditorState, node: SyntaxNode, pos: number): CompletionResult | null {
  const attribute = node.parent;
  const name = attribute?.getChild("AttributeName");
  if (attribute === null || name === null || name === undefined || pos <= node.from) return null;
  const values = elementAt(pathTo(state, node, true))?.attributes.get(state.sliceDoc(name.from, name.to));
  if (values === undefined || values.named.length === 0) return null;
  const last = state.sliceDoc(node.to - 1, node.to);
  const complete = node.to - node.from > 1 && (last === "'" || last === '"');
  const to = complete ? node.to - 1 : pos;
  return to < pos ? null : { from: node.from + 1, to, options: values.named.map((label) => ({ label, type: "enum" })), validFor: /^[^'"<&]*$/ };
}

function openTag(state: EditorState, node: SyntaxNode, pos: number, word: string): CompletionResult | null {
  const path = pathTo(state, node, false).filter((name) => name !== "");
  const names = path.length === 0 ? rootNames() : (elementAt(path)?.children ?? []);
  return names.length === 0 ? null : { from: pos - word.length, options: names.map((label) => ({ label, type: "type" })), validFor: WORD };
}

function closeTag(state: EditorState, node: SyntaxNode, pos: number, word: string): CompletionResult | null {
  const element = enclosingElement(node);
  const name = element === null ? undefined : elementName(state, element);
  return name === undefined ? null : { from: pos - word.length, options: [{ label: name, apply: `${name}>`, type: "type" }], validFor: WORD };
}

function attributeName(state: EditorState, tag: SyntaxNode, from: number): CompletionResult | null {
  const facts = elementAt(pathTo(state, tag, true));
  if (facts === undefined) return null;
  const taken = new Set(
    tag.getChildren("Attribute").flatMap((attribute) => {
      const name = attribute.getChild("AttributeName");
      return name === null || (from >= name.from && from <= name.to) ? [] : [state.sliceDoc(name.from, name.to)];
    }),
  );
  const options: Completion[] = [...facts.attributes.keys()]
    .filter((name) => !taken.has(name))
    .map((label) => ({
      label,
      type: "property",
      apply: (view, _completion, start, end) => {
        const insert = `${label}=''`;
        view.dispatch({ changes: { from: start, to: end, insert }, selection: { anchor: start + insert.length - 1 }, userEvent: "input.complete" });
        startCompletion(view);
      },
    }));
  return options.length === 0 ? null : { from, options, validFor: WORD };
}

/** Between tags: values of a text, and at a wish the elements that may stand here. */
function textOrElement(context: CompletionContext, node: SyntaxNode): CompletionResult | null {
  const { state, pos } = context;
  const path = pathTo(state, node, true).filter((name) => name !== "");
  const facts = path.length === 0 ? undefined : elementAt(path);
  const word = /[^<>&\s]*$/.exec(state.sliceDoc(Math.max(0, pos - 100), pos))?.[0] ?? "";
  const values: Completion[] = (facts?.text.named ?? []).map((label) => ({ label, type: "enum" }));
  const bare = word === "" && context.explicit;
  const elements: Completion[] = bare ? (path.length === 0 ? rootNames() : (facts?.children ?? [])).map((name) => ({ label: `<${name}`, type: "type" })) : [];
  const options = [...values, ...elements];
  if (options.length === 0 || (word === "" && !context.explicit && values.length === 0)) return null;
  return { from: pos - word.length, options, validFor: /^[^<>&\s]*$/ };
}

function tagAround(node: SyntaxNode): SyntaxNode | null {
  for (let at: SyntaxNode | null = node; at !== null; at = at.parent) {
    if (at.name === "OpenTag" || at.name === "SelfClosingTag") return at;
    if (at.name === "Element" || at.name === "Document") return null;
  }
  return null;
}

function closed(state: EditorState, tag: SyntaxNode): boolean {
  return state.sliceDoc(tag.to - 1, tag.to) === ">";
}
