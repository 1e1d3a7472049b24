// @ts-check
// Texts in the language chosen. English stands in the code; other languages are looked up by it.

/** @type {Record<string, string>} */
let catalogue = {};

/** @param {Record<string, string>} texts by the English ones */
export function speak(texts) {
  catalogue = texts;
}

/** A text, its `{name}`s replaced. @param {string} text in English @param {Record<string, unknown>} [values] */
export function t(text, values = {}) {
  return (catalogue[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}
