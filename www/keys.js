// @ts-check
// Keys of one sign for commands of the whole page. They can be switched off: who speaks to the computer may say them unawares.

/** Name under which it is kept that they are off. */
const KEPT = "auxilearn-keys";
/** Where a text is written. */
const TEXTS = "input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=file]), textarea, [contenteditable]";

let on = true;
try {
  on = localStorage.getItem(KEPT) !== "off";
} catch {
  // Denied: they are on.
}

/** Whether keys of one sign are heard. */
export const keysOn = () => on;

/** @param {boolean} wanted */
export function switchKeys(wanted) {
  on = wanted;
  try {
    if (on) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "off");
  } catch {
    // Denied: it lasts as long as the page.
  }
}

/** Calls `run` when a key is pressed where it is not written and no dialog is open. @param {string} key @param {() => void} run */
export function onKey(key, run) {
  document.addEventListener("keydown", (event) => {
    if (!on || event.key.toLowerCase() !== key || event.defaultPrevented || event.repeat || withModifier(event)) return;
    // In a list a sign chooses.
    if (writes(event.target) || event.target instanceof HTMLSelectElement) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    run();
  });
}

/** Whether keys belong to a text. @param {EventTarget | null} target */
export const writes = (target) => target instanceof Element && !!target.closest(TEXTS);

/** @param {KeyboardEvent} event */
export const withModifier = ({ altKey, ctrlKey, metaKey }) => altKey || ctrlKey || metaKey;
