// @ts-check
// The page's language: texts that scripts and the program say, and the link to the page in the other one.
/** @import { Runner } from "./runner.js" */
import { speak } from "./lang.js";
import * as program from "./pkg/auxilearn_lab.js";

/** Where start.js looks for the choice. */
const STORED = "auxilearn-language";
/** The page is written in it. */
const language = document.documentElement.lang.slice(0, 2);

/** The catalogue, fetched while the program is compiled; an English page needs none. */
const catalogue = language === "en" ? undefined : fetchCatalogue();
catalogue?.catch(() => {});

async function fetchCatalogue() {
  const response = await fetch(new URL(`lang/${language}.json`, import.meta.url));
  if (!response.ok) throw new Error(String(response.status));
  return response.text();
}

/** Lets scripts speak the page's language. */
export async function speakHere() {
  if (catalogue) speak(JSON.parse(await catalogue));
}

/** Lets the program speak it, here and in the worker; a worker that takes the place of one that ended hears it, too. @param {Runner} runner */
export async function teach(runner) {
  if (!catalogue) return;
  const texts = await catalogue;
  program.speak(texts);
  runner.greet({ kind: "speak", texts });
}

/** The link to the other language keeps what is shown, and is remembered. */
export function connectLanguage() {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("[data-language]"));
  link?.addEventListener("click", () => {
    const chosen = link.dataset.language ?? "en";
    try {
      localStorage.setItem(STORED, chosen);
    } catch {
      // Denied: then the address alone says it.
    }
    const fields = new URLSearchParams(location.hash.slice(1));
    if (fields.has("lang")) fields.set("lang", chosen);
    link.hash = fields.toString();
    link.search = location.search;
  });
  // A link to the page in another language, followed on the page itself: start.js goes there.
  addEventListener("hashchange", () => {
    const wanted = new URLSearchParams(location.hash.slice(1)).get("lang")?.slice(0, 2) ?? language;
    if (wanted !== language && wanted === link?.dataset.language) location.reload();
  });
}
