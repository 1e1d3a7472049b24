// @ts-check
// The address's fragment: which preset, which seed.

/** @typedef {{ preset?: string, seed?: number }} Link */

/** @param {string} fragment @returns {Link} */
export function readLink(fragment) {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  /** @type {Link} */
  const link = {};
  const preset = fields.get("preset");
  if (preset) link.preset = preset;
  const seed = fields.get("seed");
  if (seed !== null && /^\d{1,15}$/.test(seed)) link.seed = Number(seed);
  return link;
}

/** Shows the link in the address bar without a new entry in the history. @param {Link} link */
export function writeLink({ preset, seed }) {
  const fields = new URLSearchParams();
  if (preset) fields.set("preset", preset);
  if (preset && seed !== undefined) fields.set("seed", String(seed));
  const fragment = fields.size ? `#${fields}` : location.pathname + location.search;
  history.replaceState(null, "", fragment);
}
