import type { Locale } from "../../../lab-server/contract/locale.ts";
import type { Problem } from "../../../lab-server/contract/problem.ts";
import { chosenExercise } from "../../lab/chosen-exercise.ts";
import { choiceMemory, exerciseOfHash, firstChoice } from "../../lab/exercise-choice.ts";
import { createLabClient } from "../../lab/lab-client.ts";
import { type LessonData, type LessonExercise, withValues } from "../../lab/lesson-exercise.ts";
import { seatEvents } from "../../lab/seat-events.ts";
import { createSeatStore, type LabState, type SeatStore } from "../../lab/seat-store.ts";
import { dockChoice } from "./dock-choice.ts";
import { dockDrawer } from "./dock-drawer.ts";
import { dockSplitter } from "./dock-splitter.ts";

/** React, xterm and the panel: more script than a reader needs, so it comes with the first seat. */
const loadPanel = () => import("./mount-panel.tsx");

type Cover = "asking" | "away" | "idle" | "elsewhere" | "moving";

/**
 * The lab beside a lesson, until there is a seat on the chosen exercise: draws which of the prepared texts applies,
 * and starts.
 */
class RingsideLab extends HTMLElement {
  #data: LessonData = { lesson: "", exercises: [], lessons: {} };
  #store: SeatStore | undefined;
  #unmount: (() => void) | undefined;
  /** The exercise whose panel is there or on its way. */
  #panelOf: string | undefined;
  readonly #leaving = new AbortController();

  connectedCallback(): void {
    this.#data = JSON.parse(this.querySelector(".lab-data")?.textContent ?? "{}") as LessonData;
    const store = createSeatStore({ client: createLabClient(), openEvents: seatEvents() });
    this.#store = store;
    const { signal } = this.#leaving;
    dockSplitter(this, signal);
    dockDrawer(this, signal);
    const isChosenByHand = this.#chooseAtFirst();
    dockChoice(this, signal);
    this.#onClick("retry", () => store.load());
    this.#onClick("start", () => store.start(this.#chosen));
    this.#onClick("replace", () => store.start(this.#chosen, true));
    this.#onClick("back", () => chosenExercise.set(store.get().seat?.exercise ?? this.#chosen));
    for (const start of this.querySelectorAll("[data-do=start],[data-do=replace]")) {
      start.addEventListener("pointerenter", warmUp, { once: true, signal });
      start.addEventListener("focus", warmUp, { once: true, signal });
    }
    // Somebody may just have started the server in another window.
    window.addEventListener("focus", () => store.get().server === "away" && void store.load(), { signal });
    const stops = [store.subscribe(() => this.#draw(store.get())), chosenExercise.subscribe(() => this.#onChosen())];
    signal.addEventListener("abort", () => stops.forEach((stop) => void stop()));
    this.#draw(store.get());
    void store.load().then(() => {
      const exercise = store.get().seat?.exercise;
      if (!isChosenByHand && this.#exercise(exercise) !== undefined) chosenExercise.set(exercise);
    });
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
    this.#store?.close();
    this.#unmount?.();
  }

  get #chosen(): string {
    return chosenExercise.get() ?? "";
  }

  get #locale(): Locale {
    return this.dataset["locale"] === "zh-cn" ? "zh-cn" : "en";
  }

  #exercise(id: string | undefined): LessonExercise | undefined {
    return this.#data.exercises.find((exercise) => exercise.id === id);
  }

  #titleOf(id: string): string | undefined {
    const exercise = this.#exercise(id);
    return exercise && withValues(exercise).title;
  }

  /** By the address, by what was looked at last, else the first. @returns whether it was somebody's choice */
  #chooseAtFirst(): boolean {
    const ids = this.#data.exercises.map(({ id }) => id);
    const wishes = [exerciseOfHash(location.hash), choiceMemory(this.#data.lesson).read()];
    chosenExercise.set(firstChoice(ids, wishes));
    return wishes.some((id) => id != null && ids.includes(id));
  }

  #onChosen(): void {
    if (this.#data.exercises.length > 1) choiceMemory(this.#data.lesson).write(this.#chosen);
    if (this.#store !== undefined) this.#draw(this.#store.get());
  }

  #onClick(action: string, run: () => Promise<void> | void): void {
    for (const button of this.querySelectorAll(`[data-do=${action}]`)) {
      button.addEventListener("click", () => {
        if (action === "start" || action === "replace") warmUp();
        void run();
      });
    }
  }

  #draw(state: LabState): void {
    const passed = new Set(state.progress.filter(({ passedAt }) => passedAt !== undefined).map(({ exercise }) => exercise));
    for (const mark of this.querySelectorAll<HTMLElement>(".lab-done, .lab-choice-done")) {
      mark.hidden = !passed.has(mark.closest<HTMLElement>("[data-exercise]")?.dataset["exercise"] ?? "");
    }
    if (state.seat?.exercise === this.#chosen) {
      this.#showPanel(this.#chosen);
      return;
    }
    this.#hidePanel();
    this.#drawCover(state);
    for (const note of this.querySelectorAll<HTMLElement>(".lab-note[data-exam]")) {
      note.textContent = (state.seat?.exam === undefined ? note.dataset["plain"] : note.dataset["exam"]) ?? "";
    }
    if (state.seat !== undefined) this.#drawElsewhere(state.seat.exercise, passed);
    this.#drawBusy(state.pending === "start");
    void this.#drawProblem(state.problem);
  }

  #drawCover({ server, seat }: LabState): void {
    const here = this.#exercise(seat?.exercise) !== undefined;
    const cover: Cover = server === "asking" ? "asking" : server === "away" ? "away" : seat === undefined ? "idle" : here ? "moving" : "elsewhere";
    for (const section of this.querySelectorAll<HTMLElement>(".lab-exercise")) {
      section.toggleAttribute("data-chosen", section.dataset["exercise"] === this.#chosen);
      const standing = this.querySelector(".lab-state");
      // The cards are there once, and follow the choice.
      if (section.matches("[data-chosen]") && standing !== null && !section.contains(standing)) section.querySelector(".lab-done")?.after(standing);
    }
    for (const card of this.querySelectorAll<HTMLElement>("[data-when]")) card.hidden = card.dataset["when"] !== cover;
  }

  #drawElsewhere(exercise: string, passed: ReadonlySet<string>): void {
    const lesson = this.#data.lessons[exercise];
    for (const link of this.querySelectorAll<HTMLAnchorElement>(".lab-elsewhere, .lab-go")) {
      link.href = lesson?.href ?? "#";
      if (link.matches(".lab-elsewhere")) link.textContent = lesson?.title ?? exercise;
      else link.hidden = lesson === undefined;
    }
    const finished = passed.has(exercise);
    const text = this.querySelector<HTMLElement>(".lab-moving");
    const sentence = text?.dataset[finished ? "finished" : "unfinished"] ?? "";
    if (text) text.textContent = sentence.replace("{title}", this.#titleOf(exercise) ?? exercise);
    // What is finished may be left; what is not is rather gone on with.
    this.querySelector(".lab-move")?.classList.toggle("primary", finished);
    this.querySelector(".lab-back")?.classList.toggle("primary", !finished);
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
    // The server knows exercises by their ids; people know them by their titles.
    const exercise = String(problem.params?.["exercise"] ?? "");
    const title = this.#titleOf(exercise) ?? this.#data.lessons[exercise]?.title ?? exercise;
    const { message, next } = problemText({ ...problem, params: { ...problem.params, exercise: title } }, this.#locale);
    place.textContent = `${message} ${next}`;
  }

  #showPanel(exercise: string): void {
    if (this.#panelOf === exercise) return;
    this.#hidePanel();
    this.#panelOf = exercise;
    void this.#mount(exercise);
  }

  async #mount(id: string): Promise<void> {
    const [store, exercise] = [this.#store, this.#exercise(id)];
    const [cover, live] = [this.querySelector<HTMLElement>(".lab-cover"), this.querySelector<HTMLElement>(".lab-live")];
    if (store === undefined || exercise === undefined || cover === null || live === null) return;
    const { mountPanel } = await loadPanel().catch((cause) => {
      this.#panelOf = undefined;
      throw cause;
    });
    // The seat may have ended, or another exercise may have been chosen, while the panel was on its way.
    if (this.#panelOf !== id || this.#unmount !== undefined) return;
    const hadFocus = cover.contains(document.activeElement);
    this.#swap(true);
    const { exercises } = this.#data;
    this.#unmount = mountPanel(live, { store, exercise, exercises, choose: (next) => chosenExercise.set(next), locale: this.#locale });
    if (hadFocus) this.#focusPanel();
  }

  #hidePanel(): void {
    this.#panelOf = undefined;
    if (this.#unmount === undefined) return;
    const live = this.querySelector<HTMLElement>(".lab-live");
    const hadFocus = live?.contains(document.activeElement) === true || document.activeElement === document.body;
    this.#unmount();
    this.#unmount = undefined;
    this.#swap(false);
    if (hadFocus) this.#focusPanel();
  }

  #swap(live: boolean): void {
    for (const cover of this.querySelectorAll<HTMLElement>(".lab-cover")) cover.hidden = live;
    for (const panel of this.querySelectorAll<HTMLElement>(".lab-live")) panel.hidden = !live;
    this.querySelector(".lab-panel")?.toggleAttribute("data-live", live);
  }

  #focusPanel(): void {
    this.querySelector<HTMLElement>(".lab-panel")?.focus({ preventScroll: true });
  }
}

/** Fetches panel and terminal while the server makes the host, or already while a hand moves to Start. */
function warmUp(): void {
  void loadPanel().then(({ warmTerminal }) => warmTerminal());
}

customElements.define("ringside-lab", RingsideLab);
