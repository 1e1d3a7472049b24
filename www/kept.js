// @ts-check
// What is being run and edited, kept while the page is loaded anew.
/** @import { Host, State } from "./types.js" */
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

/** Puts back what was kept. @param {Host} host @param {string} said  announced with the run */
export function restore({ state, load, followers }, said) {
  let kept;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
  } catch {
    return;
  }
  if (!kept) return;
  const { document: text, preset, draft } = kept;
  const write = () => {
    const editor = state.document === text && area();
    if (!editor) return;
    followers.delete(write);
    editor.value = draft;
    editor.closest("details")?.setAttribute("open", "");
  };
  if (draft !== text) {
    followers.add(write);
    write();
  }
  if (state.document !== text) load(text, undefined, { preset, said });
}
