// @ts-check
// The numbers shown: tables beside the charts, the lanes' summary, the digests.
import { number } from "./words.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Metadata} Metadata
 * @typedef {import("./state.js").Traces} Traces
 */

const STEMS = /** @type {Record<string, string>} */ ({
  step: "outer step",
  loss_train: "training loss L_T",
  loss_main: "main loss, training set",
  loss_aux_set: "held-out main loss L_A",
  loss_test: "main loss, test set",
  stationarity: "size of ∇L_T",
  fall_by_w: "fall of L_T by W",
  fall_by_phi: "fall of L_T by φ",
  inner_solves: "inner problems solved",
  cosine: "cosine with the exact gradient",
  magnitude_ratio: "size over that of the exact gradient",
  sign_agreement: "share of signs that agree",
  lambda_min: "least eigenvalue of H",
  lambda_max: "largest eigenvalue of H",
  spectral_radius: "spectral radius of I − αH",
});

/** @param {string} column */
function chartOf(column) {
  if (/^(phi|effective_weight)_/.test(column)) return "phi";
  return /^(w|loss|fall|stationarity|step|inner)/.test(column) ? "losses" : "alignment";
}

/** @param {string} column @param {Metadata} metadata */
export function inWords(column, { phiNames, taskNames }) {
  const [, stem, k] = /^(.*)_(\d+)$/.exec(column) ?? [];
  const name = phiNames[+k - 1];
  if (stem === "phi") return `φ of ${name}`;
  if (stem === "alignment") return `alignment of ${name}`;
  if (stem === "hypergradient") return `dL_A/dφ of ${name}`;
  if (stem === "exact_hypergradient") return `exact dL_A/dφ of ${name}`;
  if (stem === "effective_weight") return `effective weight of ${taskNames[+k - 1] ?? "the main task"}`;
  if (stem === "w") return `W ${k}`;
  return STEMS[column] ?? column;
}

/** @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} children */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {string} selector @returns {HTMLElement} */
function find(selector) {
  return /** @type {HTMLElement} */ (document.querySelector(selector));
}

/** Cells of a table that is made only when it is looked at. */
const MANY = 500;

export class Values {
  /** Cells by lane, in the order of the lane's columns. @type {HTMLElement[][]} */
  #cells = [];
  /** @type {{ bar: HTMLElement, value: HTMLElement, status: HTMLElement, digest: HTMLElement }[]} */
  #lanes = [];
  /** Step whose values the tables show: the last, if undefined. @type {number | undefined} */
  step;

  /** Makes tables and lists for an experiment. @param {Metadata} metadata @param {Traces} traces */
  build(metadata, traces) {
    this.#cells = metadata.lanes.map(() => []);
    const columns = metadata.lanes.map((_, lane) => traces.columns(lane));
    const names = [...new Set(columns.flat())];
    for (const chart of ["phi", "alignment", "losses"]) {
      const shown = names.filter((name) => chartOf(name) === chart);
      const place = find(`[data-table="${chart}"]`);
      const details = /** @type {HTMLDetailsElement} */ (place.parentElement);
      const make = () => {
        place.replaceChildren(this.#table(metadata, columns, shown));
        if (details.open) this.fill(traces);
      };
      place.replaceChildren();
      details.ontoggle = null;
      if (details.open || shown.length * columns.length < MANY) make();
      else details.ontoggle = () => (make(), (details.ontoggle = null));
    }
    this.#buildLanes(metadata);
  }

  /** @param {Metadata} metadata @param {string[][]} columns of each lane @param {string[]} names of the rows */
  #table(metadata, columns, names) {
    const head = element("tr", {}, element("th", { scope: "col" }, "Present value"));
    for (const { label } of metadata.lanes) head.append(element("th", { scope: "col" }, label));
    const body = element("tbody", {});
    const places = columns.map((own) => new Map(own.map((name, i) => [name, i])));
    for (const name of names) {
      const row = element("tr", {}, element("th", { scope: "row" }, inWords(name, metadata)));
      for (const [lane, own] of places.entries()) {
        const cell = element("td", { "data-value": `${lane}:${name}` });
        const place = own.get(name);
        if (place !== undefined) this.#cells[lane][place] = cell;
        row.append(cell);
      }
      body.append(row);
    }
    return element("table", {}, element("thead", {}, head), body);
  }

  /** @param {Traces} traces */
  fill(traces) {
    const { step } = this;
    for (const [lane, cells] of this.#cells.entries()) {
      const row = step === undefined ? traces.lastRow(lane) : traces.rowAt(lane, step);
      cells.forEach((cell, c) => show(cell, row[c]));
    }
  }

  /** @param {Metadata} metadata */
  #buildLanes({ lanes }) {
    this.#lanes = lanes.map((_, i) => ({
      bar: element("span", { class: "bar" }),
      value: element("span", { class: "number" }),
      status: element("span", { class: "lane-status", "data-lane-status": String(i) }),
      digest: element("code", { "data-digest": String(i) }),
    }));
    const items = this.#lanes.map(({ bar, value, status }, i) =>
      element("li", {}, element("span", { class: "name" }, lanes[i].label), value,
        element("span", { class: "track", "aria-hidden": "true" }, bar), status));
    find("[data-lanes]").replaceChildren(...items);
    const prints = this.#lanes.flatMap(({ digest }, i) => [element("dt", {}, lanes[i].label), element("dd", {}, digest)]);
    find("[data-digests]").replaceChildren(...prints);
  }

  /** Shows the present numbers; digests only `atRest`, since they read the whole trace. @param {State} state @param {boolean} atRest */
  update({ traces, statuses }, atRest) {
    if (!traces) return;
    this.fill(traces);
    const errors = this.#cells.map((_, lane) => traces.facts(lane)?.lossTest ?? NaN);
    const most = Math.max(...errors.filter(Number.isFinite), 0);
    for (const [i, { bar, value, status, digest }] of this.#lanes.entries()) {
      value.textContent = number(errors[i]);
      bar.style.inlineSize = Number.isFinite(errors[i]) && most > 0 ? `${(100 * errors[i]) / most}%` : "0";
      const stopped = statuses[i] && statuses[i].word !== "running";
      status.textContent = stopped || !atRest ? (statuses[i]?.text ?? "") : `at step ${traces.step}`;
      if (atRest) digest.textContent = traces.digest(i);
    }
  }
}

/** @param {HTMLElement} cell @param {number | undefined} x */
function show(cell, x) {
  const exact = x === undefined || Number.isNaN(x) ? "" : String(x);
  if (cell.dataset.exact === exact) return;
  cell.dataset.exact = exact;
  cell.textContent = number(x, 5);
}
