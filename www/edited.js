// @ts-check
// What an experiment says of itself is of the experiment as it ships: once it has been edited, the page says so.

/** What can be another without making a description false. */
const HARMLESS = ["seed", "diagnostics", "title"];

/** @param {import("./more.js").Host} host */
export function addEdited({ state }) {
  const place = /** @type {HTMLElement} */ (document.querySelector("[data-description]"));
  const tell = () => {
    const { metadata, preset, shipped } = state;
    if (preset !== undefined || !metadata?.description || !shipped) return;
    const original = JSON.parse(shipped);
    if (metadata.description !== original.description || without(state.document) === without(shipped)) return;
    place.textContent = `Edited: this is no longer “${original.title}” as it ships, and what is said of that need not hold.`;
    place.hidden = false;
  };
  // The page writes the description of each document just before the phase changes.
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-state"] });
  tell();
}

/** What a document runs. @param {string} text */
function without(text) {
  return JSON.stringify({ ...JSON.parse(text), ...Object.fromEntries(HARMLESS.map((name) => [name, undefined])) });
}
