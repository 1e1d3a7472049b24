// @ts-check
// Names in a CSV that a spreadsheet would run as formulas, and the choice about them.
import { element } from "./elements.js";
import { t } from "./lang.js";

/** As long as the page is open. */
let guards = true;

/** Whether names in a CSV get an apostrophe where a spreadsheet would run them. */
export const guarded = () => guards;

/** The choice. */
export function guard() {
  const box = element("input", { type: "checkbox", "data-control": "guard-names" });
  box.checked = guards;
  box.addEventListener("change", () => (guards = box.checked));
  return element("label", { class: "check" }, box, t("In a CSV, an apostrophe before names that a spreadsheet would run as a formula (=, +, -, @)"));
}
