// @ts-check
// Texts in the language chosen. English stands in the code; other languages are looked up by it.

/** Nothing that objects have by themselves is a text. @type {Record<string, string>} */
let catalogue = Object.create(null);

/** @param {Record<string, string>} texts by the English ones */
export function speak(texts) {
  catalogue = Object.assign(Object.create(null), texts);
}

/** A text made elsewhere whose numbers are `{0}`, `{1}`, … in catalogues. @param {string} text */
export function numbered(text) {
  /** @type {string[]} */
  const numbers = [];
  return t(text.replace(/\d+/g, (n) => `{${numbers.push(n) - 1}}`), { ...numbers });
}

/** A text, its `{name}`s replaced; what has no value stays. @param {string} text in English @param {Record<string, unknown>} [values] */
export function t(text, values = {}) {
  return (catalogue[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => String((Object.hasOwn(values, name) ? values[name] : null) ?? whole));
}

/** An error in words. @param {unknown} error */
export const reason = (error) => numbered(`${error instanceof Error ? error.message : error}`);
