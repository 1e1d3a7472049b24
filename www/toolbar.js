// @ts-check
// What concerns the whole page, as one row of buttons in its head.
import { t } from "./lang.js";

/**
 * @typedef {object} Tool
 * @property {string} action  name of the command
 * @property {string} label
 * @property {string} [sign]  shown in the place of the label
 * @property {number} order  buttons stand by it
 * @property {(button: HTMLButtonElement) => void} run
 */

/** Adds a button. @param {Tool} tool */
export function addTool({ action, label, sign, order, run }) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.action = action;
  button.dataset.order = String(order);
  button.textContent = sign ?? label;
  if (sign) button.ariaLabel = button.title = label;
  button.addEventListener("click", () => run(button));
  const bar = row();
  // The keyboard's order is that of the eye.
  const next = [...bar.children].find((other) => Number(/** @type {HTMLElement} */ (other).dataset.order) > order);
  bar.insertBefore(button, next ?? null);
  return button;
}

function row() {
  const found = document.querySelector(".commands");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "commands";
  made.setAttribute("role", "toolbar");
  made.setAttribute("aria-label", t("Page"));
  document.querySelector(".top .choices")?.before(made);
  return made;
}
