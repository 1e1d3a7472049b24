// @ts-check
// Predict, then see: for each weight whether it will grow or shrink, chosen before the run is shown.
/** @import { State } from "./types.js" */
import { numbered, t } from "./lang.js";
import { number } from "./words.js";

/** @param {string} html @returns {HTMLElement} */
function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}

/** The question: a choice for each task, and a button that shows the run once all are made. */
export class Prediction {
  #names;
  #lane;
  /** @type {Record<string, string>} */ #chosen = {};
  element = document.createElement("div");

  /** @param {string[]} names of the tasks @param {string} lane label @param {() => void} reveal */
  constructor(names, lane, reveal) {
    this.#names = names.map(numbered);
    this.#lane = lane;
    this.element.className = "prediction";
    const show = made('<button type="button" class="primary" data-action="reveal" disabled></button>');
    show.textContent = t("Show the run");
    show.addEventListener("click", reveal, { once: true });
    this.#names.forEach((name, k) => this.element.append(this.#question(name, k, show)));
    this.element.append(show);
  }

  /** @param {string} name @param {number} k @param {HTMLElement} show */
  #question(name, k, show) {
    const field = made("<fieldset><legend></legend></fieldset>");
    /** @type {HTMLElement} */ (field.firstElementChild).textContent = t("φ of {name}", { name });
    for (const [value, text] of [["grows", t("▲ grows")], ["shrinks", t("▼ shrinks")]]) {
      const label = made(`<label><input type="radio" name="predict-${k}" value="${value}"> <span></span></label>`);
      /** @type {HTMLElement} */ (label.lastElementChild).textContent = text;
      field.append(label);
    }
    field.addEventListener("change", ({ target }) => {
      this.#chosen[k] = /** @type {HTMLInputElement} */ (target).value;
      show.toggleAttribute("disabled", Object.keys(this.#chosen).length < this.#names.length);
    });
    return field;
  }

  /** Nothing more can be chosen. */
  close() {
    for (const control of this.element.querySelectorAll("input, button")) control.setAttribute("aria-disabled", "true");
    for (const field of this.element.querySelectorAll("fieldset")) field.setAttribute("disabled", "");
  }

  /** What became of each weight beside what was said of it. @param {State} state @returns {string[]} */
  compare({ metadata, traces }) {
    const lane = metadata?.lanes.findIndex(({ label }) => label === this.#lane) ?? -1;
    const tasks = (lane >= 0 && traces?.facts(lane)?.tasks) || [];
    return this.#names.map((name, k) => {
      const { phiStart, phiLast } = tasks[k] ?? {};
      const grew = (phiLast ?? NaN) > (phiStart ?? NaN);
      const values = { name, from: number(phiStart), to: number(phiLast) };
      const went = grew ? t("▲ φ of {name} grew from {from} to {to}", values) : t("▼ φ of {name} shrank from {from} to {to}", values);
      if (!this.#chosen[k]) return t("{went}.", { went });
      return (this.#chosen[k] === "grows") === grew ? t("{went}: as you said.", { went }) : t("{went}: you said the opposite.", { went });
    });
  }
}
