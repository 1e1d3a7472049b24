// @ts-check
// Terms of a lesson's formulas and the charts that show them: pointing at one lights up the other.

/** What stands on the page for the name of a chart. @param {string} name @returns {HTMLElement | null} */
export function chartOf(name) {
  if (name === "lanes") return document.querySelector(".lanes");
  return document.querySelector(`canvas[data-chart="${name}"]`)?.closest("figure") ?? null;
}

/** Follows pointer and focus. @param {HTMLElement} panel holds the terms @param {AbortSignal} signal ends it */
export function linkTerms(panel, signal) {
  /** @type {Element | null} */
  let under = null;
  const look = () => {
    dark();
    for (const from of new Set([under, document.activeElement])) if (from) light(panel, from);
  };
  document.addEventListener("pointerover", ({ target }) => ((under = /** @type {Element} */ (target)), look()), { signal });
  document.addEventListener("pointerout", () => ((under = null), look()), { signal });
  for (const event of ["focusin", "focusout"]) document.addEventListener(event, () => queueMicrotask(look), { signal });
  signal.addEventListener("abort", dark);
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
