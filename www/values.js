// @ts-check
// The numbers shown: tables beside the charts, the lanes' summary, the digests.
/** @import { Metadata, State, Traces } from "./types.js" */
import { element } from "./elements.js";
import { numbered, t } from "./lang.js";
import { number } from "./words.js";

/** @type {Record<string, string>} */
const STEMS = {
  step: /* t */ "outer step",
  loss_train: /* t */ "training loss L_T",
  loss_main: /* t */ "main loss, training set",
  loss_aux_set: /* t */ "held-out main loss L_A",
  loss_test: /* t */ "main loss, test set",
  stationarity: /* t */ "size of ∇L_T",
  fall_by_w: /* t */ "fall of L_T by W",
  fall_by_phi: /* t */ "fall of L_T by φ",
  inner_solves: /* t */ "inner problems solved",
  cosine: /* t */ "cosine with the exact gradient",
  magnitude_ratio: /* t */ "size over that of the exact gradient",
  sign_agreement: /* t */ "share of signs that agree",
  lambda_min: /* t */ "least eigenvalue of H",
  lambda_max: /* t */ "largest eigenvalue of H",
  spectral_radius: /* t */ "spectral radius of I − αH",
};

/** Columns of which there is one a component. @type {Record<string, string>} */
const OF = {
  phi: /* t */ "φ of {name}",
  alignment: /* t */ "alignment of {name}",
  hypergradient: /* t */ "dL_A/dφ of {name}",
  exact_hypergradient: /* t */ "exact dL_A/dφ of {name}",
  effective_weight: /* t */ "effective weight of {name}",
};

/** @param {string} column */
function chartOf(column) {
  if (/^(phi|effective_weight)_/.test(column)) return "phi";
  return /^(w|loss|fall|stationarity|step|inner)/.test(column) ? "losses" : "alignment";
}

/** @param {string} column @param {Metadata} metadata */
export function inWords(column, { phiNames, taskNames }) {
  const [, stem, k] = /^(.*)_(\d+)$/.exec(column) ?? [];
  if (stem === "w") return `W ${k}`;
  if (!OF[stem]) return t(STEMS[column] ?? column);
  const names = stem === "effective_weight" ? taskNames : phiNames;
  return t(OF[stem], { name: numbered(names[+k - 1] ?? /* t */ "the main task") });
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
    const head = element("tr", {}, element("th", { scope: "col" }, t("Present value")));
    for (const { label } of metadata.lanes) head.append(element("th", { scope: "col" }, numbered(label)));
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
      element("li", {}, element("span", { class: "name" }, numbered(lanes[i].label)), value,
        element("span", { class: "track", "aria-hidden": "true" }, bar), status));
    find("[data-lanes]").replaceChildren(...items);
    const prints = this.#lanes.flatMap(({ digest }, i) => [element("dt", {}, numbered(lanes[i].label)), element("dd", {}, digest)]);
    find("[data-digests]").replaceChildren(...prints);
  }

  /** Shows the present numbers; digests only `atRest`, since they read the whole trace. @param {State} state @param {boolean} atRest */
  update({ traces }, atRest) {
    if (!traces) return;
    this.fill(traces);
    const shown = traces.errorBars(atRest);
    for (const [i, { bar, value, status, digest }] of this.#lanes.entries()) {
      value.textContent = shown[i].value;
      bar.style.inlineSize = `${100 * shown[i].share}%`;
      status.textContent = shown[i].status;
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
