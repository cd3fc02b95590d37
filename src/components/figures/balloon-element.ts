import { AT_FIRST, type Balloon, goal, MAXIMUM, memTotal, pagesHeld, tick } from "./balloon-model.ts";

/** How long a page takes, in ms. */
const PACE = 60;

/** The balloon figure's moving part: a target, a driver that may be absent, and the accident with the unit. */
class RingsideBalloon extends HTMLElement {
  #balloon: Balloon = AT_FIRST;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    this.#target?.addEventListener("input", () => this.#move({ target: Number(this.#target?.value) }), { signal });
    this.#driver?.addEventListener("change", () => this.#move({ driver: this.#driver?.checked ?? true, stuck: false }), { signal });
    this.querySelector("[data-do=accident]")?.addEventListener("click", () => this.#move({ target: 1 }), { signal });
    this.querySelector("[data-do=reset]")?.addEventListener(
      "click",
      () => {
        if (this.#driver) this.#driver.checked = true;
        this.#move(AT_FIRST);
        this.#speak();
      },
      { signal },
    );
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    clearInterval(this.#timer);
  }

  get #target(): HTMLInputElement | null {
    return this.querySelector("input[type=range]");
  }

  get #driver(): HTMLInputElement | null {
    return this.querySelector("input[type=checkbox]");
  }

  #move(change: Partial<Balloon>): void {
    this.#balloon = { ...this.#balloon, ...change };
    clearInterval(this.#timer);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (this.#moving()) this.#balloon = tick(this.#balloon);
      this.#draw();
      this.#speak();
      return;
    }
    this.#draw();
    this.#timer = setInterval(() => {
      if (this.#moving()) {
        this.#balloon = tick(this.#balloon);
        this.#draw();
        return;
      }
      clearInterval(this.#timer);
      this.#speak();
    }, PACE);
  }

  #moving(): boolean {
    return this.#balloon.actual !== goal(this.#balloon);
  }

  #draw(): void {
    const balloon = this.#balloon;
    const held = pagesHeld(balloon);
    this.querySelectorAll<HTMLElement>("[data-page]").forEach((page, index) => {
      page.toggleAttribute("data-held", held[index]);
    });
    const values = { target: balloon.target, actual: balloon.actual, memTotal: memTotal(balloon), held: MAXIMUM - balloon.actual };
    for (const [name, value] of Object.entries(values)) {
      const shown = this.querySelector(`[data-value=${name}]`);
      if (shown !== null) shown.textContent = `${value} MiB`;
      this.querySelector<HTMLElement>(`[data-mark=${name}]`)?.style.setProperty("--at", String(value / MAXIMUM));
    }
    if (this.#target) {
      this.#target.value = String(balloon.target);
      this.#target.disabled = !balloon.driver || balloon.stuck;
      this.#target.setAttribute("aria-valuetext", `${balloon.target} MiB`);
    }
    this.toggleAttribute("data-stuck", balloon.stuck);
  }

  /** What has come of it, once it has come to rest. */
  #speak(): void {
    const balloon = this.#balloon;
    const says = balloon.stuck ? "stuck" : !balloon.driver ? "absent" : balloon.actual === MAXIMUM ? "empty" : "inflated";
    for (const text of this.querySelectorAll<HTMLElement>("[data-says]")) text.hidden = text.dataset["says"] !== says;
  }
}

customElements.define("ringside-balloon", RingsideBalloon);
