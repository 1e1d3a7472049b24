// @ts-check
// The choice of the page's language: kept for the next visit; the page is loaded anew in it, as it is.
import { addTool } from "./toolbar.js";
import { LANGUAGES } from "./translate.js";

/** Where start.js looks. */
const KEPT = "auxilearn-language";

/** Adds a button that changes to the other language. */
export function addLanguage() {
  const present = document.documentElement.lang.slice(0, 2);
  const [other] = Object.keys(LANGUAGES).filter((tag) => tag !== present);
  const button = addTool({ action: "language", label: LANGUAGES[other], order: 60, run: () => change(other) });
  button.lang = other;
  // A link to the page in another language, followed on the page itself.
  addEventListener("hashchange", () => {
    const wanted = new URLSearchParams(location.hash.slice(1)).get("lang")?.slice(0, 2) ?? present;
    if (wanted !== present && wanted in LANGUAGES) location.reload();
  });
}

/** @param {string} language */
function change(language) {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Denied: then the link alone says it.
  }
  const fields = new URLSearchParams(location.hash.slice(1));
  fields.set("lang", language);
  history.replaceState(null, "", `#${fields}`);
  location.reload();
}
