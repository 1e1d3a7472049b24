// @ts-check
// Everything that a document can choose, by controls: they edit the document, the program judges it.
/** @import { Json, Refusal } from "./types.js" */
/** @import { Catalogue } from "./form.js" */
import { element } from "./elements.js";
import { Form, group, join, select } from "./form.js";
import { caretAt, formulas } from "./formulas.js";
import { t } from "./lang.js";
import { unlike } from "./refusals.js";
import { addSheet } from "./sheets.js";

/**
 * @typedef {object} PanelEvents
 * @property {(document: string) => void} apply
 * @property {(id: string) => void} preset
 */

/** As many as a document may have. */
const MAX_LANES = 16;

const host = /** @type {HTMLElement} */ (document.querySelector("[data-panel-body]"));

export class Panel {
  /** @type {Json} */ #document = {};
  /** Text of the document as shown here. */
  #text = "";
  /** How the losses were combined when `start.phi` was last right. */
  #shape = "";
  #form;
  #events;

  /** Fetches what the panel needs. @param {PanelEvents} events */
  static async open(events) {
    const [response] = await Promise.all([fetch(new URL("catalogue.json", import.meta.url)), addSheet("panel.css")]);
    if (!response.ok) throw new Error(String(response.status));
    return new Panel(await response.json(), events);
  }

  /** @param {Catalogue} catalogue @param {PanelEvents} events */
  constructor(catalogue, events) {
    this.#events = events;
    this.#form = new Form(catalogue, (again) => this.#changed(again));
  }

  /** Shows the document that is run. @param {string} text */
  show(text) {
    this.#mark();
    if (text === this.#text) return;
    this.#text = text;
    this.#document = JSON.parse(text.replace(/^\uFEFF/, ""));
    this.#shape = JSON.stringify(this.#document.combination ?? { kind: "linear" });
    this.#render();
  }

  /** Says at its control what is wrong. @param {Refusal} refusal */
  refuse(refusal) {
    const { field } = refusal;
    this.#mark();
    const control = this.#control(field);
    if (!control) return;
    caretAt(control, refusal.found);
    const what = unlike(refusal);
    this.#mark(control, control.dataset.path === field ? what : t("{what} at {field}", { what, field }));
  }

  /** The control of a path, or of what it is a part of. @param {string} path @returns {HTMLElement | undefined} */
  #control(path) {
    for (let at = path; at; at = at.replace(/(^|[.[])[^.[]*$/, "")) {
      /** @type {HTMLElement | null} */
      const found = host.querySelector(`[data-path="${CSS.escape(at)}"]`);
      if (found) return found;
    }
  }

  /** Marks a control as wrong, and no other. @param {HTMLElement} [control] @param {string} [words] */
  #mark(control, words = "") {
    for (const marked of host.querySelectorAll("[aria-invalid]")) {
      marked.removeAttribute("aria-invalid");
      wordsOf(marked).textContent = "";
    }
    if (!control) return;
    control.closest("details.more")?.setAttribute("open", "");
    control.setAttribute("aria-invalid", "true");
    wordsOf(control).textContent = words;
  }

  /** @param {boolean} again whether other controls are needed */
  #changed(again) {
    this.#fit();
    this.#text = JSON.stringify(this.#document, null, 2);
    if (again) this.#render();
    this.#events.apply(this.#text);
  }

  /**
   * A start that was given for other parameters does not suit a network of them, nor the other way; and what no lane would
   * take notice of is not left behind.
   */
  #fit() {
    const { combination, start, constraint, lanes = [] } = this.#document;
    const shape = JSON.stringify(combination ?? { kind: "linear" });
    if (start && (shape !== this.#shape || lanes.every((/** @type {Json} */ lane) => this.#allowed(lane)?.length === 0))) delete start.phi;
    this.#shape = shape;
    for (const lane of lanes) if (lane.constraint && !this.#obeys(lane, lane.constraint)) delete lane.constraint;
    if (constraint && !this.#shared().some((lane) => this.#obeys(lane, constraint))) delete this.#document.constraint;
  }

  /** The constraints that a lane's method can have; all if undefined. @param {Json} lane */
  #allowed(lane) {
    return this.#form.entry("method", lane.method?.kind)?.constraints;
  }

  /** @param {Json} lane @param {Json} constraint */
  #obeys(lane, constraint) {
    return this.#allowed(lane)?.includes(constraint.kind) ?? true;
  }

  /** The lanes for which the document's constraint holds. @returns {Json[]} */
  #shared() {
    return (this.#document.lanes ?? []).filter((/** @type {Json} */ lane) => !lane.constraint && this.#allowed(lane)?.length !== 0);
  }

  #render() {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.path;
    host.replaceChildren(explained(), this.#experiment(), element("ol", { class: "lanes-chosen" }, ...this.#lanes()), this.#add());
    if (focused) this.#focus(focused);
  }

  /** @param {string} path */
  #focus(path) {
    /** @type {HTMLElement | null} */
    const control = host.querySelector(`[data-path="${CSS.escape(path)}"]`);
    control?.focus();
  }

  /** What holds for all lanes. */
  #experiment() {
    const form = this.#form;
    const shown = this.#document;
    const problem = shown.problem ?? {};
    const has = form.entry("problem", problem.kind)?.has ?? [];
    /** @type {HTMLElement[]} */
    const controls = [this.#problems(problem.kind)];
    if (has.includes("combination")) controls.push(...form.family(shown, "combination", ""));
    if (this.#shared().length || shown.constraint) controls.push(...form.family(shown, "constraint", "", { unset: form.name("constraint.unset") }));
    if (has.includes("aux_set")) controls.push(form.words(problem, "aux_set", "problem.aux_set", form.name("aux_set"), "held_out"));
    controls.push(form.number(shown, "steps", "steps", form.name("steps")));
    controls.push(form.check(shown, "diagnostics", "diagnostics", form.name("diagnostics"), false, true));
    if (has.includes("formulas")) controls.push(formulas(shown, form, (again) => this.#changed(again)));
    return group(t("Problem"), controls);
  }

  /** Another kind of problem is another document: the first that ships with it. @param {string} kind */
  #problems(kind) {
    /** @type {NodeListOf<HTMLOptGroupElement>} */
    const groups = document.querySelectorAll("optgroup[data-kind]");
    const first = new Map([...groups].map((group) => [group.dataset.kind ?? "", group.querySelector("option")?.value ?? ""]));
    const kinds = this.#form.entries("problem").filter((entry) => first.has(entry.kind));
    const control = select(kinds.map((entry) => [entry.kind, t(entry.label)]), kind);
    control.addEventListener("change", () => this.#events.preset(first.get(control.value) ?? ""));
    return this.#form.labelled("problem.kind", this.#form.name("problem"), control);
  }

  #lanes() {
    /** @type {Json[]} */
    const lanes = this.#document.lanes ?? [];
    return lanes.map((lane, i) => {
      const path = `lanes[${i}]`;
      const form = this.#form;
      const only = this.#allowed(lane);
      const own = { only, name: form.name("lane.constraint"), unset: form.name("lane.constraint.unset") };
      const constraint = only?.length === 0 ? [] : form.family(lane, "constraint", path, own);
      const controls = [this.#name(lane, path), ...constraint, ...form.family(lane, "method", path)];
      const whole = group(t("Lane {i}", { i: i + 1 }), controls);
      if (lanes.length > 1) whole.append(this.#remove(lanes, i));
      return element("li", {}, whole);
    });
  }

  /** @param {Json} lane @param {string} path */
  #name(lane, path) {
    const control = element("input", { type: "text", autocomplete: "off" });
    control.value = lane.label ?? "";
    control.addEventListener("change", () => {
      if (control.value) lane.label = control.value;
      else delete lane.label;
      this.#changed(false);
    });
    return this.#form.labelled(join(path, "label"), this.#form.name("label"), control);
  }

  /** @param {Json[]} lanes @param {number} i */
  #remove(lanes, i) {
    const name = t("Remove lane {i}", { i: i + 1 });
    const button = element("button", { type: "button", "data-path": `remove ${i}`, "data-action": "remove-lane", "aria-label": name }, t("Remove"));
    button.addEventListener("click", () => {
      lanes.splice(i, 1);
      this.#changed(true);
      this.#focus(`lanes[${Math.min(i, lanes.length - 1)}].method`);
    });
    return button;
  }

  #add() {
    /** @type {Json[]} */
    const lanes = this.#document.lanes ?? [];
    const button = element("button", { type: "button", "data-action": "add-lane" }, t("Add a lane"));
    button.disabled = lanes.length >= MAX_LANES;
    button.addEventListener("click", () => {
      lanes.push({ method: this.#form.template("method", "equal") });
      this.#changed(true);
      this.#focus(`lanes[${lanes.length - 1}].method`);
    });
    return button;
  }
}

function explained() {
  return element("p", {}, t("Every choice edits the document below. Another rate or number of a method lets the run go on from where it is; anything else restarts it. A number in grey may be left out."));
}

/** Where a control's mistake is told. @param {Element} control */
function wordsOf(control) {
  return /** @type {HTMLElement} */ (document.getElementById(control.getAttribute("aria-describedby") ?? ""));
}
