import { chosenExercise } from "../../lab/chosen-exercise.ts";
import { exerciseAfterKey } from "../../lab/exercise-choice.ts";

/** The list of a lesson's exercises above the lab, as tabs: a click or an arrow key chooses. Does nothing where there is one exercise. */
export function dockChoice(dock: HTMLElement, signal: AbortSignal): void {
  const tabs = [...dock.querySelectorAll<HTMLElement>(".lab-choice [role=tab]")];
  if (tabs.length === 0) return;
  const ids = tabs.map((tab) => tab.dataset["exercise"] ?? "");

  const draw = (): void => {
    for (const tab of tabs) {
      const selected = tab.dataset["exercise"] === chosenExercise.get();
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      if (selected) dock.querySelector("#lab-chosen")?.setAttribute("aria-labelledby", tab.id);
    }
  };

  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => chosenExercise.set(ids[index]), { signal });
    tab.addEventListener(
      "keydown",
      (event) => {
        const next = exerciseAfterKey(ids, ids[index] ?? "", event.key);
        if (next === undefined) return;
        event.preventDefault();
        chosenExercise.set(next);
        tabs[ids.indexOf(next)]?.focus();
      },
      { signal },
    );
  }
  signal.addEventListener("abort", chosenExercise.subscribe(draw));
  draw();
}
