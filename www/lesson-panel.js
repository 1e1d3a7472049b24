// @ts-check
// The panel that lessons stand in, and what they leave in the address.
import { linking } from "./fragment.js";
import { t } from "./lang.js";

/** Milliseconds in which the page's height may still change after a lesson has been opened. */
const SETTLING = 3000;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** One language lasts as long as the page. */
export const { language } = globalThis.auxilearn;

/** Room for what becomes of a thing to try. */
export function mark() {
  return Object.assign(document.createElement("span"), { className: "mark" });
}

/** The panel, not yet on the page. */
export function panel() {
  const made = document.createElement("section");
  made.className = "lessons";
  made.setAttribute("aria-labelledby", "lesson-title");
  made.innerHTML = `<div class="lesson-head"><p data-lesson-number></p><progress aria-hidden="true"></progress>
      <button type="button" data-action="lesson-close"></button></div>
    <div class="lesson-body" data-lesson-scroll tabindex="0" role="group" aria-labelledby="lesson-title">
      <h2 id="lesson-title" tabindex="-1"></h2><div data-lesson></div>
      <p class="lesson-sheet"><a></a></p></div>
    <p class="lesson-status" role="status" data-lesson-status></p>
    <div class="buttons"><button type="button" data-action="lesson-back"></button>
      <button type="button" class="primary" data-action="lesson-next"></button></div>`;
  /** @template {HTMLElement} T @param {string} selector */
  const find = (selector) => /** @type {T} */ (made.querySelector(selector));
  find("[data-action=lesson-close]").textContent = t("Close");
  find("[data-action=lesson-back]").textContent = t("Back");
  /** @type {HTMLAnchorElement} */
  const sheet = find("a");
  sheet.textContent = t("Teacher’s sheet: questions with answers, plans for a lesson");
  sheet.href = String(new URL(language === "en" ? "teacher.html" : `teacher-${language}.html`, globalThis.auxilearn.site));
  return made;
}

/** Keeps the number of the lesson in the address. @param {number | undefined} number */
export function link(number) {
  if (linking.lesson === number) return;
  linking.lesson = number;
  linking.follow?.();
}

/** Scrolls to a figure. @param {Element} figure */
export function bring(figure) {
  figure.scrollIntoView({ block: "start", behavior: calm.matches ? "instant" : "smooth" });
  // Charts above may still find their height: then it is brought back, until somebody takes over.
  const stop = new AbortController();
  const settle = new ResizeObserver(() => figure.scrollIntoView({ block: "start", behavior: "instant" }));
  settle.observe(/** @type {Element} */ (document.querySelector("main")));
  stop.signal.addEventListener("abort", () => settle.disconnect());
  for (const event of ["wheel", "pointerdown", "keydown"]) addEventListener(event, () => stop.abort(), { signal: stop.signal, capture: true });
  setTimeout(() => stop.abort(), SETTLING);
}
