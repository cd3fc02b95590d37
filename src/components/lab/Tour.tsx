import type { ReactNode } from "react";
import { stepAfter, TOUR_STEPS, type TourStep } from "../../lab/tour.ts";
import { useLab } from "./lab-context.ts";

interface Props {
  readonly step: TourStep;
  /** The next step, or the end. */
  readonly onStep: (step: TourStep | undefined) => void;
}

/** One step of the tour: a sentence above the part it is about, which the panel marks. It covers nothing and takes no focus. */
export function Tour({ step, onStep }: Props): ReactNode {
  const { strings } = useLab();
  const next = stepAfter(step);
  return (
    <aside className="lab-tour" aria-label={strings.tour}>
      <p role="status">
        <span className="lab-tour-count">{strings.tourStep(TOUR_STEPS.indexOf(step) + 1, TOUR_STEPS.length)}</span> {strings.tourSteps[step]}
      </p>
      <span className="lab-actions">
        <button type="button" className="lab-button small primary" onClick={() => onStep(next)}>
          {next === undefined ? strings.tourEnd : strings.tourNext}
        </button>
        {next !== undefined && (
          <button type="button" className="lab-button small" onClick={() => onStep(undefined)}>
            {strings.tourSkip}
          </button>
        )}
      </span>
    </aside>
  );
}
