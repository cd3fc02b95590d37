import type { Locale } from "../../../lab-server/contract/locale.ts";
import type { Problem } from "../../../lab-server/contract/problem.ts";
import { createLabClient } from "../../lab/lab-client.ts";
import type { LessonData } from "../../lab/lesson-exercise.ts";
import { seatEvents } from "../../lab/seat-events.ts";
import { createSeatStore, type LabState, type SeatStore } from "../../lab/seat-store.ts";
import { dockDrawer } from "./dock-drawer.ts";
import { dockSplitter } from "./dock-splitter.ts";

/** React, xterm and the panel: more script than a reader needs, so it comes with the first seat. */
const loadPanel = () => import("./mount-panel.tsx");

type Cover = "asking" | "away" | "idle" | "elsewhere";

/** The lab beside a lesson, until there is a seat: draws which of the prepared texts applies, and starts. */
class RingsideLab extends HTMLElement {
  #data: LessonData = { exercise: { id: "", title: "", summary: "", minutes: 0, tasks: [] }, lessons: {} };
  #store: SeatStore | undefined;
  #unmount: (() => void) | undefined;
  #mounting = false;
  readonly #leaving = new AbortController();

  connectedCallback(): void {
    this.#data = JSON.parse(this.querySelector(".lab-data")?.textContent ?? "{}") as LessonData;
    const store = createSeatStore({ exercise: this.#data.exercise.id, client: createLabClient(), openEvents: seatEvents() });
    this.#store = store;
    const { signal } = this.#leaving;
    dockSplitter(this, signal);
    dockDrawer(this, signal);
    this.#onClick("retry", () => store.load());
    this.#onClick("start", () => store.start());
    this.#onClick("replace", () => store.start(true));
    for (const start of this.querySelectorAll("[data-do=start],[data-do=replace]")) {
      start.addEventListener("pointerenter", warmUp, { once: true, signal });
      start.addEventListener("focus", warmUp, { once: true, signal });
    }
    // Somebody may just have started the server in another window.
    window.addEventListener("focus", () => store.get().server === "away" && void store.load(), { signal });
    store.subscribe(() => this.#draw(store.get()));
    this.#draw(store.get());
    void store.load();
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#store?.close();
    this.#unmount?.();
  }

  #onClick(action: string, run: () => Promise<void>): void {
    this.querySelector(`[data-do=${action}]`)?.addEventListener("click", () => {
      if (action !== "retry") warmUp();
      void run();
    });
  }

  #draw(state: LabState): void {
    const here = state.seat?.exercise === this.#data.exercise.id;
    if (here) {
      this.#showPanel();
      return;
    }
    this.#hidePanel();
    const cover: Cover = state.server === "asking" ? "asking" : state.server === "away" ? "away" : state.seat === undefined ? "idle" : "elsewhere";
    for (const card of this.querySelectorAll<HTMLElement>("[data-when]")) card.hidden = card.dataset["when"] !== cover;
    const done = this.querySelector<HTMLElement>(".lab-done");
    if (done) done.hidden = !state.progress.some((entry) => entry.exercise === this.#data.exercise.id && entry.passedAt !== undefined);
    if (state.seat !== undefined) this.#drawElsewhere(state.seat.exercise);
    this.#drawBusy(state.pending === "start");
    void this.#drawProblem(state.problem);
  }

  #drawElsewhere(exercise: string): void {
    const lesson = this.#data.lessons[exercise];
    for (const link of this.querySelectorAll<HTMLAnchorElement>(".lab-elsewhere, .lab-go")) {
      link.href = lesson?.href ?? "#";
      if (link.matches(".lab-elsewhere")) link.textContent = lesson?.title ?? exercise;
      else link.hidden = lesson === undefined;
    }
  }

  #drawBusy(busy: boolean): void {
    for (const button of this.querySelectorAll<HTMLButtonElement>("[data-busy]")) {
      button.dataset["label"] ??= button.textContent ?? "";
      button.textContent = (busy ? button.dataset["busy"] : button.dataset["label"]) ?? "";
      button.setAttribute("aria-disabled", String(busy));
    }
  }

  async #drawProblem(problem: Problem | undefined): Promise<void> {
    const place = this.querySelector<HTMLElement>(".lab-problem");
    if (place === null) return;
    // An exercise elsewhere has a card of its own.
    place.hidden = problem === undefined || problem.code === "seat_taken";
    if (problem === undefined || place.hidden) return;
    const { problemText } = await import("../../../lab-server/contract/problem.ts");
    const { message, next } = problemText(problem, this.#locale);
    place.textContent = `${message} ${next}`;
  }

  get #locale(): Locale {
    return this.dataset["locale"] === "zh-cn" ? "zh-cn" : "en";
  }

  #showPanel(): void {
    if (this.#unmount !== undefined || this.#mounting) return;
    this.#mounting = true;
    void this.#mount().finally(() => {
      this.#mounting = false;
    });
  }

  async #mount(): Promise<void> {
    const store = this.#store;
    const [cover, live] = [this.querySelector<HTMLElement>(".lab-cover"), this.querySelector<HTMLElement>(".lab-live")];
    if (store === undefined || cover === null || live === null) return;
    const { mountPanel } = await loadPanel();
    // The seat may have ended while the panel was on its way.
    if (store.get().seat?.exercise !== this.#data.exercise.id) return;
    const hadFocus = cover.contains(document.activeElement);
    cover.hidden = true;
    live.hidden = false;
    this.#unmount = mountPanel(live, { store, exercise: this.#data.exercise, locale: this.#locale });
    if (hadFocus) this.querySelector<HTMLElement>(".lab-panel")?.focus({ preventScroll: true });
  }

  #hidePanel(): void {
    if (this.#unmount === undefined) return;
    const [cover, live] = [this.querySelector<HTMLElement>(".lab-cover"), this.querySelector<HTMLElement>(".lab-live")];
    const hadFocus = live?.contains(document.activeElement) === true || document.activeElement === document.body;
    this.#unmount();
    this.#unmount = undefined;
    if (cover) cover.hidden = false;
    if (live) live.hidden = true;
    if (hadFocus) this.querySelector<HTMLElement>(".lab-panel")?.focus({ preventScroll: true });
  }
}

/** Fetches panel and terminal while the server makes the host, or already while a hand moves to Start. */
function warmUp(): void {
  void loadPanel().then(({ warmTerminal }) => warmTerminal());
}

customElements.define("ringside-lab", RingsideLab);
