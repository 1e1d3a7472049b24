// @ts-check
// Terms of a lesson's formulas and the charts that show them: pointing at one lights up the other.

const ON = ["pointerover", "focusin"];
const OFF = ["pointerout", "focusout"];

/** What stands on the page for the name of a chart. @param {string} name @returns {HTMLElement | null} */
export function chartOf(name) {
  if (name === "lanes") return document.querySelector(".lanes");
  return document.querySelector(`canvas[data-chart="${name}"]`)?.closest("figure") ?? null;
}

/** Follows pointer and focus. @param {HTMLElement} panel holds the terms @param {AbortSignal} signal ends it */
export function linkTerms(panel, signal) {
  const figures = () => [...document.querySelectorAll("main figure, main .lanes")];
  const dark = () => {
    for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  };
  /** @param {Event} event */
  const light = ({ target }) => {
    const from = /** @type {Element} */ (target);
    const term = from.closest?.(".term");
    dark();
    if (term) {
      for (const name of namesOf(term)) chartOf(name)?.classList.add("lit");
      for (const same of panel.querySelectorAll(`[data-term="${term.getAttribute("data-term")}"]`)) same.classList.add("lit");
      return;
    }
    const figure = figures().find((figure) => figure.contains(from));
    if (!figure) return;
    for (const other of panel.querySelectorAll(".term")) {
      if (namesOf(other).some((name) => chartOf(name) === figure)) other.classList.add("lit");
    }
  };
  for (const event of ON) document.addEventListener(event, light, { signal });
  for (const event of OFF) document.addEventListener(event, dark, { signal });
  signal.addEventListener("abort", dark);
}

/** @param {Element} term */
function namesOf(term) {
  return term.getAttribute("data-lights")?.split(" ") ?? [];
}
