// @ts-check
// A field of a refused document that nothing takes notice of: one press runs the document without it.
/** @import { Refusal } from "./types.js" */
import { button } from "./dialog.js";
import { t } from "./lang.js";

/** What offers to leave the field out, beside what is said of it. @param {Refusal} refusal @param {string} text of the document @param {(text: string) => void} load */
export function leaveOut(refusal, text, load) {
  const rest = without(refusal, text);
  if (rest === undefined) return () => {};
  return () => document.querySelector("[data-message]")?.append(" ", button(t("Leave it out and run"), "leave-out", () => load(rest)));
}

/** The document without the field; nothing if the field is not one that should be absent. @param {Refusal} refusal @param {string} text */
function without({ field, expected }, text) {
  if (!field || !/^(none|clamp), /.test(expected)) return undefined;
  try {
    const root = JSON.parse(text);
    const path = field.replaceAll("[", ".").replaceAll("]", "").split(".");
    const last = path.pop() ?? "";
    const parent = path.reduce((at, name) => at[name], root);
    delete parent[last];
    return JSON.stringify(root, undefined, 2);
  } catch {
    return undefined;
  }
}
