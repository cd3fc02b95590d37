import { AT_FIRST, type Balloon, devicePages, hostGives, MAXIMUM, memTotal, moving, pageKinds, says, tick } from "./balloon-model.ts";

/** How long a page takes, in ms. */
const PACE = 60;

type Switch = "driver" | "autodeflate" | "reporting" | "device";
type Slider = "target" | "requested";

/** The balloon figure's moving part: a target, what else may be switched on beside it, and the accident with the unit. */
class RingsideBalloon extends HTMLElement {
  #balloon: Balloon = AT_FIRST;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #leaving = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#leaving;
    for (const slider of this.querySelectorAll<HTMLInputElement>("[data-slider]")) {
      slider.addEventListener("input", () => this.#move({ [slider.dataset["slider"] as Slider]: Number(slider.value) }), { signal });
    }
    for (const box of this.querySelectorAll<HTMLInputElement>("[data-switch]")) {
      const name = box.dataset["switch"] as Switch;
      // The definition is read at the start: a guest that stood still runs again.
      box.addEventListener("change", () => this.#move({ [name]: box.checked, stuck: false }), { signal });
    }
    this.querySelector("[data-do=accident]")?.addEventListener("click", () => this.#move({ target: 1 }), { signal });
    this.querySelector("[data-do=reset]")?.addEventListener(
      "click",
      () => {
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

  #move(change: Partial<Balloon>): void {
    this.#balloon = tick({ ...this.#balloon, ...change });
    clearInterval(this.#timer);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (moving(this.#balloon)) this.#balloon = tick(this.#balloon);
      this.#draw();
      this.#speak();
      return;
    }
    this.#draw();
    this.#timer = setInterval(() => {
      if (moving(this.#balloon)) {
        this.#balloon = tick(this.#balloon);
        this.#draw();
        return;
      }
      clearInterval(this.#timer);
      this.#speak();
    }, PACE);
  }

  #draw(): void {
    const balloon = this.#balloon;
    this.#paint("[data-page]", pageKinds(balloon));
    this.#paint("[data-device-page]", devicePages(balloon));
    const values = {
      target: balloon.target,
      actual: balloon.actual,
      memTotal: memTotal(balloon),
      held: MAXIMUM - balloon.actual,
      added: balloon.current,
      host: hostGives(balloon),
    };
    for (const [name, value] of Object.entries(values)) {
      const shown = this.querySelector(`[data-value=${name}]`);
      if (shown !== null) shown.textContent = `${value} MiB`;
      // What lies beyond the maximum points at the end of the scale.
      this.querySelector<HTMLElement>(`[data-mark=${name}]`)?.style.setProperty("--at", String(Math.min(1, value / MAXIMUM)));
    }
    for (const slider of this.querySelectorAll<HTMLInputElement>("[data-slider]")) {
      const value = balloon[slider.dataset["slider"] as Slider];
      slider.value = String(value);
      slider.setAttribute("aria-valuetext", `${value} MiB`);
      slider.disabled = balloon.stuck || (slider.dataset["slider"] === "target" ? !balloon.driver : !balloon.device);
    }
    for (const box of this.querySelectorAll<HTMLInputElement>("[data-switch]")) box.checked = balloon[box.dataset["switch"] as Switch];
    for (const part of this.querySelectorAll<HTMLElement>("[data-device]")) part.hidden = !balloon.device;
    this.toggleAttribute("data-stuck", balloon.stuck);
  }

  #paint(pages: string, kinds: readonly string[]): void {
    this.querySelectorAll<HTMLElement>(pages).forEach((page, index) => {
      page.dataset["kind"] = kinds[index];
    });
  }

  /** What has come of it, once it has come to rest. */
  #speak(): void {
    const now = says(this.#balloon);
    for (const text of this.querySelectorAll<HTMLElement>("[data-says]")) text.hidden = text.dataset["says"] !== now;
  }
}

customElements.define("ringside-balloon", RingsideBalloon);
