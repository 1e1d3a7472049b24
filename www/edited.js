// @ts-check
// What an experiment says of itself is of the experiment as it ships: once it has been edited, the page says so.
/** @import { Host, State } from "./types.js" */
/** @import { Bench } from "./bench.js" */
import { linking, shipped } from "./fragment.js";
import { t } from "./lang.js";

/** What can be another without making a description false. */
const HARMLESS = ["seed", "diagnostics", "title"];

/** @param {Host} host @param {Bench} bench */
export function addEdited({ state }, bench) {
  const place = /** @type {HTMLElement} */ (document.querySelector("[data-description]"));
  let { textContent, hidden } = place;
  /** The experiment that was run last as it ships. @type {string | undefined} */
  let last;
  /** What a link's document was edited from, and is fetched. @type {string | undefined} */
  let base;
  const tell = () => {
    // Another number of lines above would move the picture under the hand that drags.
    if (bench.dragging) return Object.assign(place, { textContent, hidden });
    if (state.preset !== undefined && state.phase !== "loading") [last, base] = [state.document, state.preset];
    else if (linking.base !== base && linking.base !== undefined) {
      base = linking.base;
      shipped(base).then((text) => (last = text, tell()), () => {});
    }
    const original = edited(state, last);
    if (original !== undefined) {
      place.textContent = t("Edited: this is no longer “{original}” as it ships.", { original: t(original) });
      place.hidden = false;
    }
    ({ textContent, hidden } = place);
  };
  // The page writes the description of each document just before the phase changes.
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-state"] });
  bench.followers.push(tell);
  tell();
}

/** Title of the experiment that was edited into the one that is run, which still has its description. @param {State} state @param {string | undefined} shipped */
function edited({ metadata, preset, document: text }, shipped) {
  if (preset !== undefined || !metadata?.description || !shipped) return undefined;
  const { title, description } = JSON.parse(shipped);
  return description === metadata.description && what(text) !== what(shipped) ? title : undefined;
}

/** What a document runs. @param {string} text */
function what(text) {
  return JSON.stringify({ ...JSON.parse(text), ...Object.fromEntries(HARMLESS.map((name) => [name, undefined])) });
}
