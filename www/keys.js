// @ts-check
// Keys of one sign for commands of the whole page. They can be switched off: who speaks to the computer may say them unawares.

/** Name under which it is kept that they are off. */
const KEPT = "auxilearn-keys";
/** Where a sign is written or chosen by. */
const WRITES = "input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=file]), textarea, select, [contenteditable]";

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
    if (event.target instanceof Element && event.target.closest(WRITES)) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    run();
  });
}

/** @param {KeyboardEvent} event */
export const withModifier = ({ altKey, ctrlKey, metaKey }) => altKey || ctrlKey || metaKey;
