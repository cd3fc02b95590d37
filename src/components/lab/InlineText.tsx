import type { ReactNode } from "react";
import { textParts } from "../../lab/inline-code.ts";

export function InlineText({ text }: { readonly text: string }): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change their order.
  return textParts(text).map((part, index) => (part.code ? <code key={index}>{part.text}</code> : part.text));
}
