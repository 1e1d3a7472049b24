// @ts-check
// Many seeds in numbers: a table of the quantiles at the end.
import { number } from "./words.js";

const TABLE_HEAD = ["lane", "at the end", "seeds", "10 %", "25 %", "median", "75 %", "90 %"];

/** @param {[string, string, ...number[]][]} rows  lane, what, how many seeds, then the quantiles */
export function quantileTable(rows) {
  const made = document.createElement("table");
  const row = (/** @type {string[]} */ cells, /** @type {(i: number) => string} */ tag) => {
    const tr = document.createElement("tr");
    tr.append(...cells.map((text, i) => Object.assign(document.createElement(tag(i)), { textContent: text })));
    return tr;
  };
  const head = document.createElement("thead");
  head.append(row(TABLE_HEAD, () => "th"));
  const body = document.createElement("tbody");
  for (const [lane, what, seeds, ...quantiles] of rows) {
    const numbers = quantiles.map((value) => (Number.isNaN(value) ? "–" : number(value)));
    body.append(row([lane, what, String(seeds), ...numbers], (i) => (i < 2 ? "th" : "td")));
  }
  made.append(head, body);
  return made;
}
