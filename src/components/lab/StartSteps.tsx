import type { ReactNode } from "react";
import type { Step } from "../../../lab-server/contract/seat.ts";
import { useLab } from "./lab-context.ts";

/** What really happens between Start and the prompt, as the server reports it. */
export function StartSteps({ steps }: { readonly steps: readonly Step[] }): ReactNode {
  const { strings } = useLab();
  const running = steps.find((step) => step.state === "running");
  return (
    <>
      <ol className="lab-steps">
        {steps.map((step) => (
          <li key={step.id} data-state={step.state}>
            <span className="lab-step-mark" aria-hidden="true" />
            <span className="lab-step-name">{strings.stepNames[step.id]}</span>
            <span className="lab-step-state">
              {step.ms !== undefined && step.state === "done" ? strings.duration(step.ms) : strings.stepStates[step.state]}
            </span>
          </li>
        ))}
      </ol>
      <p className="sr-only" role="status">
        {running === undefined ? "" : `${strings.stepNames[running.id]}: ${strings.stepStates.running}`}
      </p>
    </>
  );
}
