import { createLabClient } from "../../lab/lab-client.ts";
import { lessonProgress } from "../../lab/lesson-progress.ts";

/** Marks the lessons whose exercises this browser has done. Without a lab server there are no marks. */
class CourseOverview extends HTMLElement {
  readonly #leaving = new AbortController();

  connectedCallback(): void {
    void createLabClient()
      .me(this.#leaving.signal)
      .then(
        ({ progress }) => {
          for (const lesson of this.querySelectorAll<HTMLElement>("li[data-exercises]")) {
            const ids = (lesson.dataset["exercises"] ?? "").split(" ").filter((id) => id !== "");
            this.#mark(lesson, lessonProgress(ids, progress));
          }
        },
        () => {},
      );
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #mark(lesson: HTMLElement, { done, all }: { done: number; all: number }): void {
    const mark = lesson.querySelector<HTMLElement>(".mark");
    if (mark === null || done === 0) return;
    const text = (done === all ? this.dataset["done"] : this.dataset["part"]) ?? "";
    mark.textContent = text.replace("{done}", String(done)).replace("{all}", String(all));
    mark.toggleAttribute("data-whole", done === all);
    mark.hidden = false;
  }
}

customElements.define("course-overview", CourseOverview);
