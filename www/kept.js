// @ts-check
// What is being run and edited, kept while the page is loaded anew.
/** @import { State } from "./types.js" */
import { t } from "./lang.js";

/** Where a document waits meanwhile. */
const KEPT = "auxilearn-kept";

/** @returns {HTMLTextAreaElement | null} */
const area = () => document.querySelector("[data-document]");

/** The document that is run, and what is written in the editor; whether they are kept, if there is a need. @param {State} state */
export function keep({ document, preset }) {
  const draft = area()?.readOnly ? document : area()?.value ?? document;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ document, preset, draft }));
    return true;
  } catch {
    return draft === document && preset !== undefined;
  }
}

/** What is said where nothing can be kept. */
export const notKept = () => t("This browser lets the page keep nothing. Copy your document from the editor, then reload the page.");

/** Returns what was kept, if there is something. @returns {{ document: string, preset: string | undefined, draft: string } | undefined} */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Forgets it: it is run. */
export function forgetKept() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // Denied: nothing was kept.
  }
}
