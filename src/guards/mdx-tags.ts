/// <reference types="node" />
import { runInNewContext } from "node:vm";
import { mdxToMdast } from "satteri";

/** A component in a lesson's text. */
export interface MdxTag {
  readonly name: string;
  /** As they reach the component: strings, numbers, truths. An expression that is no constant is its own source. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** From 1, in the text that was read. */
  readonly line: number;
}

/** What is used of a tree of Markdown with JSX. */
interface Node {
  readonly type: string;
  readonly name?: string | null;
  readonly attributes?: readonly { readonly type: string; readonly name?: string; readonly value?: string | null | { readonly value: string } }[];
  readonly children?: readonly Node[];
  readonly position?: { readonly start: { readonly line: number } };
}

/** The components (`<Run on="host" … />`) in a lesson's MDX, in order. What stands in code is none. */
export function mdxTags(text: string): readonly MdxTag[] {
  const tags: MdxTag[] = [];
  const visit = (node: Node): void => {
    if (node.name != null && /^[A-Z]/.test(node.name)) tags.push({ name: node.name, attributes: attributesOf(node), line: node.position?.start.line ?? 0 });
    for (const child of node.children ?? []) visit(child);
  };
  visit(mdxToMdast(text) as Node);
  return tags;
}

function attributesOf({ attributes = [] }: Node): Record<string, unknown> {
  return Object.fromEntries(
    attributes.flatMap(({ name, value }) =>
      name === undefined ? [] : [[name, typeof value === "object" && value !== null ? constant(value.value) : (value ?? true)]],
    ),
  );
}

function constant(expression: string): unknown {
  try {
    return runInNewContext(`(${expression})`, Object.create(null), { timeout: 1_000 });
  } catch {
    return expression.trim();
  }
}
