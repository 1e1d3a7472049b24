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

/**
 * Hands a file to the browser. Returns what to say of it: a page cannot see whether the frame that it is in lets it save.
 * @param {Blob} blob @param {string} name @returns {(string | Node)[]}
 */
export function keepFile(blob, name) {
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
  if (window.parent === window) return [t("Saved as {name}.", { name })];
  const said = t("Offered for saving as {name}. If no file comes, the frame that this page is in does not allow it: it needs allow-downloads in its sandbox.", { name });
  return /^image\/png/.test(blob.type) ? [said] : [said, " ", copying(blob)];
}

/** A button that copies a file's text, or shows it selected. @param {Blob} blob */
function copying(blob) {
  const field = element("textarea", { readonly: "", rows: "4", hidden: "", "aria-label": t("Text of the file"), "data-file-text": "" });
  const said = element("span", { role: "status" });
  const made = button(t("Copy it instead"), "copy-file", async () => {
    field.value = await blob.text();
    field.hidden = false;
    said.textContent = await copy(field.value, field);
  });
  return element("span", { class: "instead" }, made, " ", said, field);
}

/** Hands a file to the browser where no dialog is open: in a frame one says what else can be done. @param {Blob} blob @param {string} name */
export function offerFile(blob, name) {
  const said = keepFile(blob, name);
  if (said.length > 1 || window.parent !== window) showDialog("saved", t("Saving"), element("p", { role: "status", "data-said": "" }, ...said));
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
