// @ts-check
// Texts that scripts and the program say in the page's language; start.js leads to the page in another.
/** @import { Runner } from "./runner.js" */
import { speak } from "./lang.js";
import * as program from "./pkg/auxilearn_lab.js";

/** The page is written in it; browsers that translate it by themselves change the document's attribute only. */
const { language } = globalThis.auxilearn;

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
