import type { ReactNode } from "react";
import type { Locale } from "../../../lab-server/contract/locale.ts";
import type { TaskVerdict } from "../../../lab-server/contract/verdict.ts";
import { InlineText } from "./InlineText.tsx";

interface Props {
  readonly verdict: Extract<TaskVerdict, { outcome: "failed" }>;
  readonly words: Readonly<Record<"expected" | "found" | "look", string>>;
  readonly locale: Locale;
  readonly className?: string;
}

/** Of a task that failed: what was expected, what was found, and where to look. */
export function FailedParts({ verdict, words, locale, className }: Props): ReactNode {
  return (
    <dl className={className}>
      {(["expected", "found", "look"] as const).map((part) => (
        <div key={part}>
          <dt>{words[part]}</dt>
          <dd>
            <InlineText text={verdict[part][locale]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
