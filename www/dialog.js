// @ts-check
// Dialogs of the whole page: a heading, a button to close, the focus back where it was.
import { element } from "./elements.js";
import { t } from "./lang.js";

/**
 * Shows a dialog that is gone once it is closed.
 * @param {string} name as `data-dialog` @param {string} title @param {...(Node | string)} content
 */
export function showDialog(name, title, ...content) {
  const dialog = document.createElement("dialog");
  dialog.className = "sheet";
  dialog.dataset.dialog = name;
  const heading = element("h2", { id: `dialog-${name}` }, title);
  dialog.setAttribute("aria-labelledby", heading.id);
  const close = button(t("Close"), "close-dialog", () => dialog.close());
  dialog.append(element("div", { class: "sheet-head" }, heading, close), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  // A press beside it closes it, as Escape does.
  dialog.addEventListener("pointerdown", ({ target }) => target === dialog && dialog.close());
  // One at a time: some come a moment after they were asked for, when another may be open.
  /** @type {NodeListOf<HTMLDialogElement>} */
  const others = document.querySelectorAll("dialog:modal");
  for (const other of others) other.close();
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** @param {string} label @param {string} action @param {() => void} run */
export function button(label, action, run) {
  const made = element("button", { type: "button", "data-action": action }, label);
  made.addEventListener("click", run);
  return made;
}

/** Lets the browser keep a file. @param {Blob} blob @param {string} name */
export function keepFile(blob, name) {
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/** Copies a text that stands in a field; where the browser forbids it, the text is selected. @param {string} text @param {HTMLTextAreaElement} field @returns {Promise<string>} what to say */
export async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return t("Copied.");
  } catch {
    field.focus();
    field.select();
    // Old, but works where the clipboard is denied to scripts.
    if (document.execCommand("copy")) return t("Copied.");
    return t("The browser does not let the page copy. The text is selected: press Ctrl+C, or hold it and choose to copy.");
  }
}
