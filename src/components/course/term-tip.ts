/**
 * The sentence of a term, shown beside it. It stays while the pointer is on the term or on the sentence, goes away with
 * Escape, and covers nothing of the term. Its text is the link's `aria-description`, which is read out without it.
 */
const GAP = 6;
const EDGE = 8;
/** Long enough to bring the pointer from the term to the sentence, ms. */
const LEAVE_MS = 150;
/** A pointer on its way elsewhere opens nothing, ms. */
const REST_MS = 120;

const tip = document.createElement("div");
tip.className = "term-tip";
tip.setAttribute("aria-hidden", "true");
let shown: HTMLElement | undefined;
let timer: number | undefined;

function show(term: HTMLElement): void {
  clearTimeout(timer);
  if (shown === term) return;
  const name = document.createElement("strong");
  name.textContent = term.dataset["term"] ?? "";
  tip.replaceChildren(name, ` ${term.getAttribute("aria-description") ?? ""}`);
  shown = term;
  document.body.append(tip);
  place(term);
}

function place(term: HTMLElement): void {
  // A term may be broken over two lines; the sentence belongs to the first.
  const line = term.getClientRects()[0] ?? term.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const below = line.bottom + GAP + height <= innerHeight - EDGE;
  const left = Math.min(Math.max(EDGE, line.left), document.documentElement.clientWidth - width - EDGE);
  tip.style.insetInlineStart = `${Math.max(EDGE, left)}px`;
  tip.style.insetBlockStart = `${below ? line.bottom + GAP : Math.max(EDGE, line.top - GAP - height)}px`;
}

function hide(): void {
  clearTimeout(timer);
  shown = undefined;
  tip.remove();
}

function later(run: () => void, ms: number): void {
  clearTimeout(timer);
  timer = window.setTimeout(run, ms);
}

for (const term of document.querySelectorAll<HTMLElement>("a.term")) {
  term.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && later(() => show(term), REST_MS));
  term.addEventListener("pointerleave", () => later(hide, LEAVE_MS));
  term.addEventListener("focus", () => term.matches(":focus-visible") && show(term));
  term.addEventListener("blur", hide);
}
tip.addEventListener("pointerenter", () => clearTimeout(timer));
tip.addEventListener("pointerleave", () => later(hide, LEAVE_MS));
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
addEventListener("scroll", hide, { passive: true });
