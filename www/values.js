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
});

/** @param {string} column */
function chartOf(column) {
  if (column.startsWith("phi_")) return "phi";
  return /^(alignment|hypergradient)_/.test(column) ? "alignment" : "losses";
}

/** @param {string} column @param {string[]} taskNames */
function inWords(column, taskNames) {
  const [, stem, k] = /^(.*)_(\d+)$/.exec(column) ?? [];
  if (stem === "phi") return `φ of ${taskNames[+k - 1]}`;
  if (stem === "alignment") return `alignment of ${taskNames[+k - 1]}`;
  if (stem === "hypergradient") return `dL_A/dφ of ${taskNames[+k - 1]}`;
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

export class Values {
  /** Cells by lane, in the order of the lane's columns. @type {HTMLElement[][]} */
  #cells = [];
  /** @type {{ bar: HTMLElement, value: HTMLElement, status: HTMLElement, digest: HTMLElement }[]} */
  #lanes = [];

  /** Makes tables and lists for an experiment. @param {Metadata} metadata @param {Traces} traces */
  build(metadata, traces) {
    this.#cells = metadata.lanes.map(() => []);
    const columns = metadata.lanes.map((_, lane) => traces.columns(lane));
    const names = [...new Set(columns.flat())];
    for (const chart of ["phi", "alignment", "losses"]) {
      const head = element("tr", {}, element("th", { scope: "col" }, "Present value"));
      for (const { label } of metadata.lanes) head.append(element("th", { scope: "col" }, label));
      const body = element("tbody", {});
      for (const name of names.filter((name) => chartOf(name) === chart)) {
        const row = element("tr", {}, element("th", { scope: "row" }, inWords(name, metadata.taskNames)));
        for (const [lane, own] of columns.entries()) {
          const cell = element("td", { "data-value": `${lane}:${name}` });
          if (own.includes(name)) this.#cells[lane][own.indexOf(name)] = cell;
          row.append(cell);
        }
        body.append(row);
      }
      find(`[data-table="${chart}"]`).replaceChildren(element("table", {}, element("thead", {}, head), body));
    }
    this.#buildLanes(metadata);
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
    const errors = this.#cells.map((cells, lane) => {
      const row = traces.lastRow(lane);
      for (const [c, cell] of cells.entries()) show(cell, row[c]);
      return row[traces.columns(lane).indexOf("loss_test")];
    });
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
