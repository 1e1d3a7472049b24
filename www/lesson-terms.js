// @ts-check
// Terms of a lesson's formulas and the charts that show them: pointing at one lights up the other.
/** @import { Host } from "./types.js" */

/** What stands on the page for the name of a chart. @param {string} name @returns {HTMLElement | null} */
export function chartOf(name) {
  if (name === "lanes") return document.querySelector(".lanes");
  return document.querySelector(`canvas[data-chart="${name}"]`)?.closest("figure") ?? null;
}

/** Follows pointer and focus. @param {Host} host @param {HTMLElement} panel holds the terms @param {AbortSignal} signal ends it */
export function linkTerms({ views, charts }, panel, signal) {
  /** @type {Element | null} */
  let under = null;
  /** The task whose curves are lit up. @type {number | undefined} */
  let lit;
  /** @param {number | undefined} task */
  const curves = (task) => {
    if (task === lit) return;
    lit = task;
    for (const view of views.values()) view.setLit?.(task);
    for (const chart of charts) chart.invalidate();
  };
  const look = () => {
    dark();
    const sources = [under, document.activeElement].flatMap((from) => from ?? []);
    for (const from of new Set(sources)) light(panel, from);
    curves(sources.map(taskOf).find((task) => task !== undefined));
  };
  document.addEventListener("pointerover", ({ target }) => ((under = target instanceof Element ? target : null), look()), { signal });
  document.addEventListener("pointerout", () => ((under = null), look()), { signal });
  for (const event of ["focusin", "focusout"]) document.addEventListener(event, () => queueMicrotask(look), { signal });
  signal.addEventListener("abort", () => (dark(), curves(undefined)));
}

/** The task that a term is of, counted from 0. @param {Element} from */
function taskOf(from) {
  const [, number] = /^task_(\d+)$/.exec(from.closest(".term")?.getAttribute("data-term") ?? "") ?? [];
  return number === undefined ? undefined : Number(number) - 1;
}

function dark() {
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
}

/** What belongs to an element: the charts of a term, the terms of a chart. @param {HTMLElement} panel @param {Element} from */
function light(panel, from) {
  const term = from.closest(".term");
  if (term) {
    for (const name of namesOf(term)) chartOf(name)?.classList.add("lit");
    for (const same of panel.querySelectorAll(`[data-term="${term.getAttribute("data-term")}"]`)) same.classList.add("lit");
    return;
  }
  const figure = from.closest("main figure, main .lanes");
  if (!figure) return;
  for (const other of panel.querySelectorAll(".term")) {
    if (namesOf(other).some((name) => chartOf(name) === figure)) other.classList.add("lit");
  }
}

/** @param {Element} term */
function namesOf(term) {
  return term.getAttribute("data-lights")?.split(" ") ?? [];
}
