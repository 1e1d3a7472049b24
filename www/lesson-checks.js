// @ts-check
// Whether what a lesson waits for has come about: comparisons made by `cargo xtask dist` from its lines `check`.
/** @import { Host } from "./types.js" */

/**
 * @typedef {{ lane: string, column: string, at?: number | "cursor" | "zero" }} TraceQuantity
 * @typedef {TraceQuantity | { document: string } | { control: string } | { page: string } | number | string} Quantity
 * @typedef {[Quantity, string, Quantity]} Comparison
 */

/** @type {Record<string, (a: number | string, b: number | string) => boolean>} */
const RELATIONS = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** Whether all hold of what the page shows. @param {Comparison[]} comparisons @param {Host} host */
export function hold(comparisons, host) {
  return comparisons.every(([left, relation, right]) => {
    const [a, b] = [value(left, host), value(right, host)];
    return a !== undefined && b !== undefined && RELATIONS[relation]?.(a, b);
  });
}

/** Undefined where there is none, or not yet. @param {Quantity} quantity @param {Host} host */
function value(quantity, host) {
  if (typeof quantity !== "object") return quantity;
  const { state, cursor } = host;
  if ("lane" in quantity) return recorded(quantity, host);
  if ("document" in quantity) return part(quantity.document, state.document);
  if ("control" in quantity) {
    /** @type {HTMLInputElement | null} */
    const control = document.querySelector(`[data-problem="${quantity.control}"]`);
    return control?.type === "checkbox" ? Number(control.checked) : control ? Number(control.value) : undefined;
  }
  return quantity.page === "cursor" ? cursor.step : Number(state.metadata?.seed);
}

/** @param {TraceQuantity} quantity @param {Host} host */
function recorded({ lane, column, at }, { state, cursor }) {
  const { traces, metadata, phase } = state;
  const i = metadata?.lanes.findIndex(({ label }) => label === lane) ?? -1;
  // What a run ends with is known at its end.
  if (!traces || i < 0 || (phase !== "finished" && typeof at !== "number")) return undefined;
  if (at === "zero") return traces.facts(i)?.tasks[Number(column.split("_").pop()) - 1]?.zeroSince ?? undefined;
  const step = at === "cursor" ? cursor.step : at;
  if ((at !== undefined && step === undefined) || (step ?? 0) > traces.step) return undefined;
  const row = step === undefined ? traces.lastRow(i) : traces.rowAt(i, step);
  const c = traces.columns(i).indexOf(column);
  return Number.isFinite(row[c]) ? row[c] : undefined;
}

/** The document read last: it is asked in every frame of a run. It may hold anything. @type {{ text: string, document: any }} */
let read = { text: "", document: null };

/** A part of a document: `start.phi[0]`; null if it is not there. @param {string} path @param {string} text */
function part(path, text) {
  if (text !== read.text) read = { text, document: JSON.parse(text) };
  let found = read.document;
  for (const key of path.split(/[.[\]]+/).filter(Boolean)) found = found?.[key];
  return found ?? null;
}
