import { lazy, type ReactNode, type RefObject, Suspense, useEffect, useMemo, useRef, useState } from "react";
import type { ParameterValues } from "../../../lab-server/contract/parameters.ts";
import type { SeatView } from "../../../lab-server/contract/seat.ts";
import { lasting } from "../../lab/kept.ts";
import { withValues } from "../../lab/lesson-exercise.ts";
import { TOUR_STEPS, type TourStep, tourMemory } from "../../lab/tour.ts";
import type { View } from "../../lab/views.ts";
import { CheckList } from "./CheckList.tsx";
import { PausedClass } from "./classroom/PausedClass.tsx";
import { FullScreen } from "./FullScreen.tsx";
import { Help } from "./Help.tsx";
import { HostStatus } from "./HostStatus.tsx";
import { LifeNote } from "./LifeNote.tsx";
import { type Lab, LabContext, useLab, useStore } from "./lab-context.ts";
import { ParkedHost } from "./ParkedHost.tsx";
import { ProblemNote } from "./ProblemNote.tsx";
import { SeatActions } from "./SeatActions.tsx";
import { SeatTrouble } from "./SeatTrouble.tsx";
import { SnapshotMenu } from "./SnapshotMenu.tsx";
import { StartSteps } from "./StartSteps.tsx";
import { Tour } from "./Tour.tsx";
import { LabViews } from "./views/LabViews.tsx";

// Most learners are in no class.
const Classroom = lazy(() => import("./classroom/Classroom.tsx"));
const ExamNote = lazy(() => import("../exams/ExamNote.tsx"));

export function LabPanel({ lab }: { readonly lab: Lab }): ReactNode {
  const { seat } = useStore(lab.store);
  const values = seat?.exercise === lab.exercise.id ? seat.parameters : undefined;
  // Every event of the seat brings the same values anew.
  const known = JSON.stringify(values);
  const filled = useMemo(() => fillLab(lab, known === undefined ? undefined : JSON.parse(known)), [lab, known]);
  return (
    <LabContext value={filled}>
      <Panel />
    </LabContext>
  );
}

/** The lab with what was drawn for the learner in the texts of the exercise at which the learner is. */
function fillLab(lab: Lab, values: ParameterValues | undefined): Lab {
  const filled = lab.exercises.map((exercise) => withValues(exercise, exercise.id === lab.exercise.id ? values : undefined));
  return { ...lab, exercises: filled, exercise: withValues(lab.exercise, values) };
}

function Panel(): ReactNode {
  const { store, exercise, strings } = useLab();
  const { seat, live, problem, server, classroom } = useStore(store);
  const openView = useRef<(view: View) => void>(undefined);
  const work = useRef<HTMLDivElement>(null);
  const [tours] = useState(() => tourMemory(lasting()));
  const [step, setStep] = useState<TourStep | undefined>(() => (tours.seen() ? undefined : TOUR_STEPS[0]));
  useFocusKept(work, seat?.phase);
  const worked = useHasBeen(seat?.phase === "ready");
  if (seat === undefined) return null;
  return (
    <div className="lab-work" data-phase={seat.phase} data-tour={seat.phase === "ready" ? step : undefined} ref={work}>
      <header className="lab-head">
        <p className="lab-eyebrow">{strings.exercise}</p>
        <h2 className="lab-head-title">{exercise.title}</h2>
        <HostStatus seat={seat} />
        {seat.phase === "ready" && seat.exam?.snapshots !== false && (seat.host?.savable !== false || seat.snapshots.length > 0) && (
          <SnapshotMenu seat={seat} />
        )}
        <SeatActions seat={seat} />
        <span className="lab-head-tools">
          <Help onTour={() => setStep(TOUR_STEPS[0])} />
          <FullScreen />
        </span>
      </header>
      <p className="lab-notlive" role="status">
        {(!live || server === "away") && seat.phase !== "ended" ? strings.notLive : ""}
      </p>
      <LifeNote seat={seat} />
      {seat.exam !== undefined && (
        <Suspense>
          <ExamNote exam={seat.exam} />
        </Suspense>
      )}
      {classroom !== undefined && (
        <Suspense>
          <Classroom
            seat={seat}
            onShow={seat.phase === "ready" && seat.held === undefined ? (room) => openView.current?.({ kind: "shown", room }) : undefined}
          />
        </Suspense>
      )}
      {problem !== undefined && <ProblemNote problem={problem} onDismiss={store.dismissProblem} />}
      {seat.phase === "ready" && step !== undefined && (
        <Tour
          step={step}
          onStep={(next) => {
            if (next === undefined) tours.remember();
            setStep(next);
          }}
        />
      )}
      <Phase seat={seat} worked={worked} openView={openView} />
    </div>
  );
}

/** Whether something has ever been so. */
function useHasBeen(so: boolean): boolean {
  const [been, setBeen] = useState(so);
  if (so && !been) setBeen(true);
  return been || so;
}

/** A button may disappear with the phase it belonged to; the focus then goes to the panel and not to the page. */
function useFocusKept(work: RefObject<HTMLElement | null>, phase: string | undefined): void {
  const inside = useRef(false);
  useEffect(() => {
    const note = (): void => {
      inside.current = document.activeElement?.closest(".lab-panel") != null;
    };
    document.addEventListener("focusin", note);
    note();
    return () => document.removeEventListener("focusin", note);
  }, []);
  useEffect(() => {
    if (phase === undefined || !inside.current || document.activeElement !== document.body) return;
    work.current?.closest<HTMLElement>(".lab-panel")?.focus({ preventScroll: true });
  }, [phase, work]);
}

interface PhaseProps {
  readonly seat: SeatView;
  /** The learner has worked on the host in this page. */
  readonly worked: boolean;
  /** Set while there are views of the host: shows one. */
  readonly openView: RefObject<((view: View) => void) | undefined>;
}

function Phase({ seat, worked, openView }: PhaseProps): ReactNode {
  const { exercise, strings } = useLab();
  if (seat.held !== undefined) return <PausedClass held={seat.held} />;
  switch (seat.phase) {
    case "queued":
      return (
        <div className="lab-scroll">
          <div role="status">
            <h3>{strings.queuedTitle(seat.place ?? 1)}</h3>
            <p>{strings.queued}</p>
          </div>
          <StartSteps steps={seat.steps} />
        </div>
      );
    case "starting":
      return (
        <div className="lab-scroll">
          <h3>{strings.startingTitle}</h3>
          <StartSteps steps={seat.steps} />
        </div>
      );
    case "ready":
      // A new host is a new machine with new shells and no verdict yet: nothing of the old one is kept.
      return (
        <>
          <LabViews key={`views-${seat.host?.id}`} seat={seat} openView={openView} />
          <CheckList key={`tasks-${exercise.id}`} />
        </>
      );
    case "parked":
      return <ParkedHost seat={seat} wokenBySight={!worked || seat.problem === undefined} />;
    case "failed":
    case "lost":
      return <SeatTrouble seat={seat} />;
    case "ended":
      return null;
  }
}
