// @ts-check
// The lessons: a panel beside the live charts. Texts are made by `cargo xtask dist` from www/lessons/*/*.md.
/** @import { Host } from "./types.js" */
/** @import { Comparison } from "./lesson-checks.js" */
import { numbered, t } from "./lang.js";
import { hold } from "./lesson-checks.js";
import { bring, language, link, mark, panel } from "./lesson-panel.js";
import { Prediction } from "./lesson-predict.js";
import { chartOf, linkTerms } from "./lesson-terms.js";
import { messageOf } from "./refusals.js";
import { addSheet } from "./sheets.js";
import { fetchPreset } from "./state.js";

/**
 * @typedef {object} Lesson  an entry of index.json
 * @property {string} title
 * @property {string} preset
 * @property {number} seed
 * @property {string} chart
 * @property {string} [predict]  label of a lane
 * @property {number} [cursor]
 * @property {[string, string][]} set  controls of the charts of the problem
 * @property {Comparison[][]} checks
 */

/** @param {string} address relative to this module */
async function text(address) {
  const response = await fetch(new URL(address, import.meta.url));
  if (!response.ok) throw new Error(String(response.status));
  return response.text();
}

export class Lessons {
  #host;
  #button;
  #panel;
  #list;
  /** Of the lesson shown; 0 while none is. */
  #number = 0;
  /** Lessons asked for so far: what arrives late is left aside. */
  #asked = 0;
  /** Which things to try are done. @type {boolean[]} */ #done = [];
  /** @type {Prediction | undefined} */ #prediction;
  /** The run that was predicted is on. */
  #revealing = false;
  /** Lessons whose run has been revealed. @type {Set<number>} */ #revealed = new Set();
  /** Waits for the run of the lesson to come to rest. @type {(() => void) | undefined} */ #atRest;
  /** Ends what follows the page. @type {AbortController | undefined} */ #open;
  #looking = 0;

  /** @param {Host} host @param {HTMLButtonElement} button that opened them, and has the focus back afterwards */
  static async fetch(host, button) {
    const [list] = await Promise.all([text(`lessons/${language}/index.json`), addSheet("lessons.css")]);
    return new Lessons(host, button, JSON.parse(list));
  }

  /** @param {Host} host @param {HTMLButtonElement} button @param {Lesson[]} list */
  constructor(host, button, list) {
    this.#host = host;
    this.#list = list;
    this.#button = button;
    this.#panel = panel();
    const on = (/** @type {string} */ action, /** @type {() => void} */ run) =>
      this.#find(`[data-action=${action}]`).addEventListener("click", run);
    on("lesson-close", () => this.close());
    on("lesson-back", () => this.#show(this.#number - 1));
    on("lesson-next", () => (this.#number < this.#list.length ? this.#show(this.#number + 1) : this.close()));
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      this.close();
    });
    host.followers.add(() => this.#soon());
    host.cursor.follow(() => this.#soon());
  }

  /** @template {HTMLElement} T @param {string} selector @returns {T} */
  #find(selector) {
    return /** @type {T} */ (this.#panel.querySelector(selector));
  }

  /** Opens a lesson, or the one that was left. @param {string} [wanted] its number, as a link has it */
  async open(wanted) {
    const number = Number(wanted ?? Math.max(this.#number, 1));
    const count = this.#list.length;
    const there = Number.isInteger(number) && number >= 1 && number <= count;
    if (!this.#open) this.#begin();
    else if (there && number === this.#number && wanted !== undefined) return;
    await this.#show(there ? number : 1);
    if (!there) this.#say(t("The link asks for lesson {wanted}, but there are lessons 1 to {count}: this is the first.", { wanted: String(wanted).slice(0, 20), count }));
  }

  #begin() {
    document.querySelector(".top")?.after(this.#panel);
    document.documentElement.classList.add("with-lessons");
    this.#button.setAttribute("aria-expanded", "true");
    this.#open = new AbortController();
    const { signal } = this.#open;
    linkTerms(this.#host, this.#panel, signal);
    const soon = () => this.#soon();
    for (const event of ["input", "change"]) document.addEventListener(event, soon, { signal });
    const observer = new MutationObserver(soon);
    observer.observe(document.documentElement, { attributeFilter: ["data-state"] });
    signal.addEventListener("abort", () => observer.disconnect());
  }

  close() {
    this.#asked += 1;
    this.#open?.abort();
    this.#open = this.#atRest = undefined;
    this.#panel.remove();
    document.documentElement.classList.remove("with-lessons", "predicting");
    this.#point(undefined);
    this.#button.setAttribute("aria-expanded", "false");
    this.#button.focus();
    link(undefined);
  }

  /** Shows a lesson and runs its experiment. @param {number} number */
  async #show(number) {
    const asked = (this.#asked += 1);
    try {
      const lesson = this.#list[number - 1];
      const [html, document] = await Promise.all([
        text(`lessons/${language}/${String(number).padStart(2, "0")}.html`),
        fetchPreset(lesson.preset),
      ]);
      if (asked !== this.#asked) return;
      this.#number = number;
      this.#fill(lesson, html);
      this.#run(lesson, document);
    } catch (error) {
      this.#say(t("This lesson could not be fetched ({message}). Try again when there is a connection.", { message: messageOf(error) }));
    }
  }

  /** @param {Lesson} lesson @param {string} html */
  #fill(lesson, html) {
    const [number, count] = [this.#number, this.#list.length];
    this.#find("[data-lesson-number]").textContent = t("Lesson {number} of {count}", { number, count });
    /** @type {HTMLProgressElement} */
    const bar = this.#find("progress");
    [bar.value, bar.max] = [number, count];
    this.#find("#lesson-title").textContent = lesson.title;
    this.#find("[data-lesson]").innerHTML = html;
    this.#find("[data-action=lesson-back]").toggleAttribute("disabled", number === 1);
    this.#done = lesson.checks.map(() => false);
    this.#prediction = undefined;
    this.#revealing = false;
    this.#say("");
    this.#next();
    for (const item of this.#panel.querySelectorAll("[data-check]")) item.append(mark());
    this.#find("[data-lesson]").scrollTop = 0;
    this.#find("#lesson-title").focus();
  }

  /** Loads the experiment: of a prediction its start only. @param {Lesson} lesson @param {string} text */
  #run(lesson, text) {
    const host = this.#host;
    const hidden = !!lesson.predict && !this.#revealed.has(this.#number);
    this.#part("reveal").hidden = this.#part("try").hidden = hidden;
    if (lesson.predict && !hidden) this.#part("predict").hidden = true;
    host.cursor.show(undefined);
    const said = t("Lesson {number}: {title}. ", { number: this.#number, title: lesson.title });
    // The charts of the problem would give the answer away.
    document.documentElement.classList.toggle("predicting", hidden);
    const chart = hidden ? "phi" : lesson.chart;
    this.#point(chart);
    this.#atRest = () => {
      if (hidden) this.#predict(lesson);
      else this.#set(lesson);
      this.#point(chart);
    };
    host.load(text, lesson.seed, { preset: lesson.preset, said, goal: hidden ? 0 : undefined });
  }

  /** @param {Lesson} lesson */
  #predict(lesson) {
    const { state } = this.#host;
    const prediction = new Prediction(state.metadata?.taskNames ?? [], lesson.predict ?? "", () => {
      prediction.close();
      this.#revealing = true;
      /** @type {HTMLElement} */ (document.querySelector("[data-control=play]")).click();
    });
    this.#prediction = prediction;
    this.#part("predict").append(prediction.element);
  }

  /** The run predicted has ended. @param {Lesson} lesson */
  #reveal(lesson) {
    this.#revealing = false;
    this.#revealed.add(this.#number);
    document.documentElement.classList.remove("predicting");
    this.#point(lesson.chart);
    const lines = this.#prediction?.compare(this.#host.state) ?? [];
    const list = document.createElement("ul");
    list.append(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    list.dataset.compared = "";
    list.tabIndex = -1;
    this.#prediction?.element.replaceWith(list);
    this.#part("reveal").hidden = this.#part("try").hidden = false;
    // Read aloud, and in view; whoever has gone elsewhere meanwhile stays there.
    if (this.#panel.contains(document.activeElement) || document.activeElement === document.body) list.focus();
    else this.#say(lines.join(" "));
    this.#next();
    this.#set(lesson);
  }

  /** Cursor and controls as the lesson has them. @param {Lesson} lesson */
  async #set({ cursor, set }) {
    const { state } = this.#host;
    if (cursor !== undefined) this.#host.cursor.show(cursor);
    if (!set.length) return;
    const asked = this.#asked;
    const labels = (state.metadata?.lanes ?? []).map(({ label }) => label);
    /** @type {HTMLSelectElement | null} */
    const lanes = document.querySelector("[data-problem=lane]");
    const end = performance.now() + globalThis.auxilearn.patience.chart;
    // The charts of the problem know its lanes once they have read its document.
    const known = () => lanes?.options.length === labels.length && labels.every((label, i) => [label, numbered(label)].includes(lanes.options[i].text));
    while (!known()) {
      await new Promise((go) => setTimeout(go, 50));
      if (asked !== this.#asked || performance.now() > end) return;
    }
    for (const [name, value] of set) {
      const control = /** @type {HTMLInputElement} */ (document.querySelector(`[data-problem="${name}"]`));
      control.value = value;
      for (const event of ["input", "change"]) control.dispatchEvent(new Event(event, { bubbles: true }));
    }
  }

  /** A part of the text; one that there is not is nowhere. @param {string} name @returns {HTMLElement} */
  #part(name) {
    return this.#find(`[data-part=${name}]`) ?? document.createElement("section");
  }

  /** Looks at the page in the next frame. */
  #soon() {
    if (this.#open && !this.#looking) this.#looking = requestAnimationFrame(() => this.#look());
  }

  #look() {
    this.#looking = 0;
    const lesson = this.#list[this.#number - 1];
    const { phase } = this.#host.state;
    if (!this.#open || !lesson) return;
    if (["ready", "paused", "finished"].includes(phase)) {
      const atRest = this.#atRest;
      this.#atRest = undefined;
      atRest?.();
    }
    if (phase !== "loading") link(this.#number);
    if (this.#atRest) return;
    // Who plays the run without a word sees it, too.
    if (phase === "finished" && (this.#revealing || (this.#prediction && !this.#revealed.has(this.#number)))) this.#reveal(lesson);
    if (!this.#part("try").hidden) this.#check(lesson);
  }

  /** @param {Lesson} lesson */
  #check({ checks }) {
    for (const [i, check] of checks.entries()) {
      if (this.#done[i] || !hold(check, this.#host)) continue;
      this.#done[i] = true;
      const item = this.#find(`[data-check="${i}"]`);
      item.classList.add("done");
      const sign = item.querySelector(".mark");
      if (sign) sign.textContent = t("✓ Done");
      this.#say(this.#done.every(Boolean) ? t("Done. You can go on.") : t("Done. There is more to try."));
    }
    this.#next();
  }

  /** What the button forward says. */
  #next() {
    const last = this.#number === this.#list.length;
    const open = this.#part("try").hidden || this.#done.some((done) => !done);
    this.#find("[data-action=lesson-next]").textContent = last ? t("Finish") : open ? t("Skip") : t("Next");
  }

  /** Said below the text, and aloud. @param {string} words */
  #say(words) {
    this.#find("[data-lesson-status]").textContent = words;
  }

  /** Outlines a chart and brings it into view, or none. @param {string | undefined} chart */
  #point(chart) {
    for (const pointed of document.querySelectorAll(".pointed")) pointed.classList.remove("pointed");
    const figure = chart && chartOf(chart);
    if (!figure) return;
    figure.classList.add("pointed");
    bring(figure);
  }
}
