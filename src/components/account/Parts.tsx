import { type ComponentProps, type ReactNode, useId } from "react";
import { type Problem, problemText } from "../../../lab-server/contract/problem.ts";
import { useAccount } from "./account-context.ts";

/** A field with its name above it and a hint below. */
export function Field({ label, hint, ...input }: { readonly label: string; readonly hint?: string } & ComponentProps<"input">): ReactNode {
  const id = useId();
  return (
    <p className="account-field">
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-describedby={hint === undefined ? undefined : `${id}-hint`} {...input} />
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </p>
  );
}

/** Why something was refused, and what to do. */
export function Refusal({ problem }: { readonly problem: Problem | undefined }): ReactNode {
  const { locale } = useAccount();
  const text = problem && problemText(problem, locale);
  return (
    <div role="alert" className="account-refusal" hidden={text === undefined}>
      {text && (
        <p>
          <strong>{text.message}</strong> {text.next}
        </p>
      )}
    </div>
  );
}
