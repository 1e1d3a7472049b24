// @ts-check
// Style sheets that come with what needs them.

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/** Fetches a style sheet once; nothing that needs it may be seen before. @param {string} name @param {string} [media] @returns {Promise<void>} */
export function addSheet(name, media = "all") {
  const known = sheets.get(name);
  if (known) return known;
  const href = new URL(name, import.meta.url).href;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, media });
  /** @type {Promise<void>} */
  const fetched = new Promise((loaded, failed) => {
    link.onload = () => loaded();
    link.onerror = () => {
      // Asked for again it may come.
      link.remove();
      sheets.delete(name);
      failed(new Error(name));
    };
    document.head.append(link);
  });
  sheets.set(name, fetched);
  return fetched;
}
