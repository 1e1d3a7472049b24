// @ts-check
// Many seeds in numbers: a table of the quantiles at the end.
import { numbered, t } from "./lang.js";
import { number } from "./words.js";

const TABLE_HEAD = [/* t */ "lane", /* t */ "at the end", /* t */ "seeds", "10 %", "25 %", /* t */ "median", "75 %", "90 %"];

/** @param {[string, string, ...number[]][]} rows  lane, what, how many seeds, then the quantiles */
export function quantileTable(rows) {
  const made = document.createElement("table");
  const row = (/** @type {string[]} */ cells, /** @type {(i: number) => string} */ tag) => {
    const tr = document.createElement("tr");
    tr.append(...cells.map((text, i) => Object.assign(document.createElement(tag(i)), { textContent: text })));
    return tr;
  };
  const head = document.createElement("thead");
  head.append(row(TABLE_HEAD.map((text) => t(text)), () => "th"));
  const body = document.createElement("tbody");
  for (const [lane, what, seeds, ...quantiles] of rows) {
    const numbers = quantiles.map((value) => (Number.isNaN(value) ? "–" : number(value)));
    body.append(row([numbered(lane), numbered(what), String(seeds), ...numbers], (i) => (i < 2 ? "th" : "td")));
  }
  made.append(head, body);
  return made;
}
