import type { ReactNode } from "react";
import { type Problem, problemText } from "../../../../lab-server/contract/problem.ts";
import { useLab } from "../lab-context.ts";
import { useClassroom } from "./use-classroom.ts";

/** In place of the host, while nobody may work on it. */
export function PausedClass({ held }: { readonly held: Problem }): ReactNode {
  const { locale } = useLab();
  const { strings } = useClassroom();
  const { message, next } = problemText(held, locale);
  return (
    <div className="lab-scroll">
      <h3>{strings.pausedTitle}</h3>
      <p role="status">
        {message} {next}
      </p>
    </div>
  );
}
