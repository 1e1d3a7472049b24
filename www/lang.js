// @ts-check
// Texts in the language chosen. English stands in the code; other languages are looked up by it.

/** Nothing that objects have by themselves is a text. @type {Record<string, string>} */
let catalogue = Object.create(null);

/** @param {Record<string, string>} texts by the English ones */
export function speak(texts) {
  catalogue = Object.assign(Object.create(null), texts);
}

/** Characters that embed, override or isolate a direction, or end that; what is written from the right or makes others so. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/gu;
const RIGHT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** What is isolated already. */
const SETTLED = /\u2068[^\u202a-\u202e\u2066-\u2069]*\u2069/gu;

/** A text that turns nothing around it: without characters that turn, and isolated where it is written from the right. As src/lang.rs has it. @param {string} text */
function isolated(text) {
  const loose = text.replace(SETTLED, "");
  if (loose.search(TURNS) < 0 && !RIGHT.test(loose)) return text;
  const bare = text.replace(TURNS, "");
  return RIGHT.test(bare) ? `\u2068${bare}\u2069` : bare;
}

/** A text made elsewhere whose numbers are `{0}`, `{1}`, … in catalogues. @param {string} text */
export function numbered(text) {
  /** @type {string[]} */
  const numbers = [];
  return t(text.replace(/\d+/g, (n) => `{${numbers.push(n) - 1}}`), { ...numbers });
}

/** A text, its `{name}`s replaced; what has no value stays, and no name turns what stands behind it. @param {string} text in English @param {Record<string, unknown>} [values] */
export function t(text, values = {}) {
  return (catalogue[text] ?? isolated(text)).replace(/\{(\w+)\}/g, (whole, name) => isolated(String((Object.hasOwn(values, name) ? values[name] : null) ?? whole)));
}

/** An error in words. @param {unknown} error */
export const reason = (error) => numbered(`${error instanceof Error ? error.message : error}`);
