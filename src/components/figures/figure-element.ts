import { type FigureState, holds, stepWithin } from "./figure-state.ts";

let figures = 0;

/**
 * A figure that moves. Its parts say in their own markup when they belong:
 * `data-when` is shown only then, `data-lit` is lit only then, `ol[data-steps]` holds the steps, and inputs that have a `data-choice` choose.
 * Without script every part is there, and the steps are a list to read.
 */
class RingsideFigure extends HTMLElement {
  #step = 1;
  readonly #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    figures += 1;
    // The same figure may stand twice on a page, and radio buttons of one name would be one choice.
    for (const radio of this.querySelectorAll<HTMLInputElement>("input[type=radio][data-choice]")) {
      radio.name = `${radio.dataset["choice"]}-${figures}`;
      radio.checked = radio.defaultChecked;
    }
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.addEventListener(
      "change",
      (event) => {
        const input = event.target;
        if (!(input instanceof HTMLInputElement) || input.dataset["choice"] === undefined) return;
        if (input.dataset["keepsStep"] === undefined) this.#step = 1;
        this.#draw();
      },
      { signal },
    );
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #state(): FigureState {
    const state: Record<string, string> = { step: String(this.#step) };
    for (const input of this.querySelectorAll<HTMLInputElement>("input[data-choice]")) {
      const name = input.dataset["choice"] ?? "";
      if (input.type === "checkbox") state[name] = input.checked ? "on" : "off";
      else if (input.checked) state[name] = input.value;
    }
    return state;
  }

  /** The list of steps that belongs to what is chosen. */
  #steps(state: FigureState): HTMLElement[] {
    const lists = [...this.querySelectorAll<HTMLElement>("ol[data-steps]")];
    const list = lists.find((each) => holds(each.dataset["steps"] ?? "", state));
    return list === undefined ? [] : [...list.querySelectorAll<HTMLElement>(":scope > li")];
  }

  #pressed(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-go]") : null;
    if (button !== null && button.getAttribute("aria-disabled") !== "true") this.#go(button.dataset["go"] ?? "");
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    // Arrow keys that a choice, a field or a scrolling part needs stay its own.
    if (!(event.target instanceof Element) || event.target.closest("[data-stepper]") === null) return;
    const go = { ArrowLeft: "back", ArrowRight: "on", Home: "first" }[event.key];
    if (go === undefined) return;
    event.preventDefault();
    this.#go(go);
  }

  #go(where: string): void {
    const to = { first: 1, back: this.#step - 1, on: this.#step + 1 }[where];
    if (to === undefined) return;
    this.#step = stepWithin(to, this.#steps(this.#state()).length);
    this.#draw(true);
  }

  #draw(speak = false): void {
    const steps = this.#steps(this.#state());
    this.#step = stepWithin(this.#step, steps.length);
    const state = this.#state();
    for (const part of this.querySelectorAll<HTMLElement>("[data-when]")) part.hidden = !holds(part.dataset["when"] ?? "", state);
    for (const part of this.querySelectorAll<HTMLElement>("[data-lit]")) part.toggleAttribute("data-on", holds(part.dataset["lit"] ?? "", state));
    for (const list of this.querySelectorAll<HTMLElement>("ol[data-steps]")) list.hidden = !holds(list.dataset["steps"] ?? "", state);
    steps.forEach((step, index) => {
      step.hidden = index + 1 !== this.#step;
    });
    this.#drawStepper(steps, speak);
  }

  #drawStepper(steps: readonly HTMLElement[], speak: boolean): void {
    const stepper = this.querySelector<HTMLElement>("[data-stepper]");
    if (stepper === null) return;
    stepper.hidden = steps.length < 2;
    const place = (stepper.dataset["place"] ?? "").replace("%n", String(this.#step)).replace("%all", String(steps.length));
    const shown = stepper.querySelector("[data-place-shown]");
    if (shown !== null) shown.textContent = place;
    // A button that is switched off would lose the focus of whoever pressed it.
    for (const button of stepper.querySelectorAll<HTMLElement>("[data-go]")) {
      const end = button.dataset["go"] === "on" ? this.#step === steps.length : this.#step === 1;
      button.setAttribute("aria-disabled", String(end));
    }
    const spoken = stepper.querySelector("[data-spoken]");
    if (spoken !== null && speak)
      spoken.textContent = `${place}${stepper.dataset["colon"] ?? " "}${steps[this.#step - 1]?.innerText.replace(/\s+/g, " ").trim() ?? ""}`;
  }
}

customElements.define("ringside-figure", RingsideFigure);
