// @ts-check
// The address's fragment: what it asks for, and how what is shown is told in one. See docs/links.md.
/** @import { Parts, State } from "./types.js" */
import { t } from "./lang.js";
import { isKnown, mended } from "./mended.js";
import { difference, edition, pack, patched, unpack } from "./pack.js";
import { fetchPreset } from "./state.js";

/** The version of links that this page writes and reads; one without a version is of the first. */
const VERSION = 1;
/** Longest link that is made, and longest that is looked at. */
export const LONGEST = 8000;
const READABLE = 2_000_000;
/** Largest whole number that JavaScript holds, as that of a document. */
const LARGEST = Number.MAX_SAFE_INTEGER;
/** Documents of more characters are not tried: they would not fit. */
const HOPELESS = 300_000;

/** What links have to do with the page as it is. */
export const linking = {
  /** What the page was opened with, to go back to. */
  opened: "",
  /** The link whose run is to come, and what was run before. @type {{ fragment: string, fields: URLSearchParams, preset: string | undefined, before: unknown } | undefined} */
  coming: undefined,
  /** There is a link that could not be opened: its address stays as long as the run that is shown instead. @type {{ instead: unknown } | undefined} */
  unopened: undefined,
  /** Experiment that ships from which the document was made. @type {string | undefined} */
  base: undefined,
  /** The lesson that is open, from 1. @type {number | undefined} */
  lesson: undefined,
  /** Lets the address follow what is shown. @type {(() => void) | undefined} */
  follow: undefined,
};

/**
 * What a link asks for: a document; the id of the experiment that it is, or that it was made from.
 * @typedef {{ document?: string, preset?: string, base?: string, seed?: number, goal?: number, complaint?: string, broken?: boolean }} Wish
 */

let openings = 0;

/**
 * Opens a link; what cannot be opened leaves what is shown, or shows the first experiment. What was kept while the page was
 * loaded anew is run in the place of the link's experiment.
 * @param {Parts} parts @param {string} fragment @param {{ document: string, preset: string | undefined, draft: string }} [kept]
 */
export async function open(parts, fragment, kept) {
  const opening = (openings += 1);
  const { state, load, usePreset, keep } = parts;
  const anchor = isAnchor(fragment);
  if (anchor && state.traces) return linking.follow?.();
  const fields = anchor ? new URLSearchParams() : fieldsOf(fragment);
  const wish = !anchor && isStrange(fragment, fields) ? strange(fragment) : await wished(fields, state.presets.map(({ id }) => id), parts.limit, fragment.length);
  if (opening !== openings) return;
  const { preset, document = "", seed, goal, complaint } = kept ? { ...wish, ...kept, seed: undefined, complaint: undefined } : wish;
  linking.unopened = wish.broken && !kept ? { instead: state.metadata } : undefined;
  linking.follow?.();
  if (wish.broken && !kept && state.traces) return keep(t("{complaint} What is shown stays as it is.", { complaint }));
  if (wish.broken && !kept) return usePreset(state.presets[0].id, undefined, { complaint: t("{complaint} The first experiment is shown instead.", { complaint }) });
  wear(fields.get("theme") ?? "", parts);
  linking.base = wish.base;
  linking.coming = { fragment: `#${fields}`, fields, preset, before: state.metadata };
  const said = kept ? t("New version; your experiment is kept. ") : state.traces ? t("Link opened: run restarted. ") : "";
  load(document, seed, { preset, said, complaint, goal, draft: kept?.draft });
}

/** A theme for this page alone: what is kept is the user's choice. @param {string} theme @param {Parts} parts */
function wear(theme, { charts }) {
  const select = /** @type {HTMLSelectElement} */ (document.querySelector("[data-control=theme]"));
  if (![...select.options].some(({ value }) => value === theme)) return;
  select.value = theme;
  document.documentElement.dataset.theme = theme;
  for (const chart of charts) chart.invalidate();
}

/** The fields of a link that is followed, or that the page was opened with. @param {string} [fragment] */
export function fieldsOf(fragment = location.hash) {
  return fragment.length > READABLE ? new URLSearchParams() : mended(fragment, location.search);
}

/** Whether a fragment is an anchor on the page, such as the one that skips to the experiment. @param {string} fragment */
function isAnchor(fragment) {
  return fragment === "#top" || (/^#[\w-]+$/.test(fragment) && !!document.getElementById(fragment.slice(1)));
}

/** Whether a fragment asks for something, but for nothing that this page knows. @param {string} fragment @param {URLSearchParams} fields */
function isStrange(fragment, fields) {
  const names = [...fields.keys()];
  return names.length ? !names.some(isKnown) : fragment.length <= READABLE && /[\p{L}\d]/u.test(fragment) && !fragment.includes("=");
}

/** @param {string} fragment @returns {Wish} */
function strange(fragment) {
  return { broken: true, complaint: t("The link is none of this page’s, or was changed on its way ({fragment}).", { fragment: fragment.slice(1, 41) }) };
}

/** @param {URLSearchParams} fields @param {string[]} presets ids @param {number} limit @param {number} length @returns {Promise<Wish>} */
async function wished(fields, presets, limit, length) {
  const failed = (/** @type {string} */ complaint) => ({ broken: true, complaint });
  if (length > READABLE) return failed(t("The link is too long to be read. Ask for the experiment as a file instead."));
  const version = fields.get("v");
  if (version !== null && !(whole(version) === VERSION)) {
    if ((whole(version) ?? 0) < VERSION) return failed(t("The link is broken: its version is not a number of one."));
    return failed(t("The link was made by a newer version of this page, which may mean more by it. Open it there, or ask for the experiment as a file."));
  }
  const named = fields.get("preset");
  if (named !== null && !presets.includes(named)) {
    return failed(t("The link asks for an experiment that is not here ({preset}).", { preset: named.slice(0, 40) }));
  }
  /** @type {Wish} */
  const wish = { base: named ?? presets[0], goal: whole(fields.get("step")), seed: whole(fields.get("seed")) };
  if (fields.has("seed") && wish.seed === undefined) wish.complaint = t("The link’s seed is not a whole number up to 2^53 − 1; that of the experiment is used.");
  try {
    await fetchWish(fields, wish, limit);
    return wish;
  } catch (error) {
    return failed(why(error));
  }
}

/** The document: all of it in the link, or an experiment that ships, perhaps with the link's differences. @param {URLSearchParams} fields @param {Wish} wish @param {number} limit */
async function fetchWish(fields, wish, limit) {
  const [whole, edited] = [fields.get("d"), fields.get("e")];
  if (whole !== null) {
    wish.document = legible(await unpack(whole, limit));
    if (!fields.has("preset")) wish.base = undefined;
    return;
  }
  const text = await shipped(wish.base ?? "");
  if (edited === null) {
    [wish.document, wish.preset] = [text, wish.base];
    return;
  }
  const [made, differences] = edited.split(".", 2);
  if (made !== edition(text)) {
    wish.complaint = t("The link was made from another edition of this experiment: its changes were put into the present one, so that numbers may differ.");
  }
  wish.document = legible(JSON.stringify(patched(JSON.parse(text), JSON.parse(await unpack(differences ?? "", limit)))));
}

/** JSON with lines for a reader, lists of numbers in one each. @param {string} text */
function legible(text) {
  const value = JSON.parse(text);
  if (signed(value)) return text;
  return JSON.stringify(value, null, 2).replace(/\[\n\s+([^[\]{}"]+)\n\s+\]/g, (_, list) => `[${list.replace(/\s+/g, " ")}]`);
}

/** @param {unknown} error */
function why(error) {
  if (error instanceof RangeError) return t("The link holds more than a document may have. Nothing of it was opened.");
  if (error instanceof ReferenceError) return t("This browser cannot unpack the link. A newer one can, or ask for the experiment as a file.");
  if (error instanceof Missing) return t("The experiment that the link is about could not be fetched. Open the link again when there is a connection.");
  return t("The link is broken: what it holds cannot be read. It may have been cut off on its way.");
}

/** A whole number from 0 on; undefined if it is none. @param {string | null} text */
function whole(text) {
  return text !== null && /^\d{1,16}$/.test(text) && Number(text) <= LARGEST ? Number(text) : undefined;
}

class Missing extends Error {}

/** @type {Map<string, Promise<string>>} */
const texts = new Map();

/** Text of an experiment that ships, fetched once. @param {string} id @returns {Promise<string>} */
export function shipped(id) {
  const fetched = texts.get(id) ?? fetchPreset(id).catch(() => {
    texts.delete(id);
    throw new Missing(id);
  });
  texts.set(id, fetched);
  return fetched;
}

// What the page is opened with comes while the program is compiled.
const asked = fieldsOf().get("preset");
if (asked && [...document.querySelectorAll("option")].some(({ value }) => value === asked)) shipped(asked).catch(() => {});

/**
 * Fields that tell the document: the experiment and its seed, else what differs, else all of it.
 * Undefined if that is too long.
 * @param {State} state @returns {Promise<[string, string][] | undefined>}
 */
export async function told({ document, preset }) {
  if (document.length > HOPELESS) return undefined;
  const whole = JSON.parse(document.replace(/^\uFEFF/, ""));
  const base = preset ?? linking.base;
  /** @type {[string, string][][]} */
  const ways = [];
  const text = base === undefined ? undefined : await shipped(base).catch(() => undefined);
  if (base !== undefined && text !== undefined) {
    const differences = difference(JSON.parse(text), whole);
    if (differences && !differences.length) return [["preset", base]];
    if (differences?.length === 1 && String(differences[0][0]) === "seed") return [["preset", base], ["seed", String(whole.seed)]];
    if (differences && !signed(differences)) {
      ways.push([["preset", base], ["v", String(VERSION)], ["e", `${edition(text)}.${await pack(JSON.stringify(differences))}`]]);
    }
  }
  // A zero below zero is lost by JSON.stringify.
  ways.push([["v", String(VERSION)], ["d", await pack(signed(whole) ? document : JSON.stringify(whole))]]);
  const length = (/** @type {[string, string][]} */ way) => way.flat().join("").length;
  const best = ways.reduce((a, b) => (length(b) < length(a) ? b : a));
  return length(best) > LONGEST ? undefined : best;
}

/** @param {unknown} value @returns {boolean} whether there is a -0 in it */
function signed(value) {
  return Object.is(value, -0) || (typeof value === "object" && value !== null && Object.values(value).some(signed));
}
