export interface TextPart {
  readonly text: string;
  readonly code: boolean;
}

/** Texts of exercises and verdicts name commands between backticks. A backtick without a partner is itself. */
export function textParts(text: string): readonly TextPart[] {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => ({ text: part, code: index % 2 === 1 }))
    .filter((part) => part.text !== "");
}
