import { chosenExercise } from "../../lab/chosen-exercise.ts";

/** The card of an exercise in the text: its button chooses the exercise in the lab, and says when it is the one there. */
class ChooseExercise extends HTMLElement {
  #stop = (): void => {};

  connectedCallback(): void {
    const button = this.querySelector("button");
    const id = this.dataset["exercise"];
    const what = button?.querySelector(".what");
    if (button == null || what == null || id === undefined) return;
    const draw = (): void => {
      const chosen = chosenExercise.get() === id;
      this.toggleAttribute("data-here", chosen);
      what.textContent = (chosen ? button.dataset["chosen"] : button.dataset["free"]) ?? "";
    };
    button.addEventListener("click", () => {
      chosenExercise.set(id);
      document.dispatchEvent(new CustomEvent("ringside:chosen"));
    });
    this.#stop = chosenExercise.subscribe(draw);
    draw();
  }

  disconnectedCallback(): void {
    this.#stop();
  }
}

customElements.define("choose-exercise", ChooseExercise);
