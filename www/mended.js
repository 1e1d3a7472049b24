// @ts-check
// Links as they arrive: chat and mail programs, readers and counters of visits change them on their way. See docs/links.md.

/** The values of each field that this page knows, from their first character on. @type {Record<string, RegExp>} */
const FORMS = {
  v: /^\d+/, preset: /^[a-z\d]+(-[a-z\d]+)*/i, seed: /^\d+/, step: /^\d+/, t: /^\d+/, lesson: /^\d+/, lane: /^\d+/, overlay: /^[01]/,
  d: /^[zj][\w-]*/, e: /^[\da-z]+\.[zj][\w-]*/, pair: /^\d+,\d*/, turn: /^\d*\.?\d+(e[+-]?\d+)?/i, series: /^\d*\.?\d+(e[+-]?\d+)?(,\d*\.?\d+(e[+-]?\d+)?){3}/i,
  theme: /^[a-z]+/i, lang: /^[a-z]+/i, hide: /^[a-z]+(,[a-z]+)*/i,
};
/** Fields that are written in small letters. */
const SMALL = ["preset", "theme", "lang", "hide"];
/** Fields that ask for an experiment. */
const EXPERIMENT = ["preset", "d", "e", "seed", "lesson"];
/** Fields that counters of visits add. */
const TRACKING = /^(utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|_hs\w+|(fb|g|d|y|tt|tw|msp?|wick|epik)clid|msclkid|[gw]braid|gad_\w+|gclsrc|mc_[ce]id|igshid?|li_fat_id|_ga|_gl|_openstat|mkt_tok|vero_\w+|oly_\w+_id|s_cid|spm|scm|share_\w+|nsukey|isappinstalled|__s|_)$/i;
/** Blank, invisible and turning characters. */
const BLANKS = /[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/g;
/** Most times that percent signs are taken for characters: each program on the way may have put them in once more. */
const ROUNDS = 6;

/** Returns the fields that a link asks for: those of its fragment, or of its query where only that asks for an experiment. @param {string} hash @param {string} search */
export function mended(hash, search) {
  const fields = fieldsOf(hash.replace(/^#/, ""));
  if (EXPERIMENT.some((name) => fields.has(name))) return fields;
  const asked = queried(search);
  for (const [name, value] of fields) if (!asked.has(name)) asked.append(name, value);
  return asked;
}

/** Returns a query without what it asks for once that has been opened: the fragment has it from then on. @param {string} search */
export function withoutLink(search) {
  if (![...queried(search)].length) return search;
  const rest = legible(search).split(/[?#&;]+/).filter((part) => {
    const [name] = part.split("=");
    return name && (name === "hide" || !isKnown(name.toLowerCase()));
  });
  return rest.length ? `?${rest.join("&")}` : "";
}

/** Returns whether a field is one that this page knows. @param {string} name */
export const isKnown = (name) => Object.hasOwn(FORMS, name);

/** Fields of a query that asks for an experiment; other queries are not this page's. @param {string} search */
function queried(search) {
  const fields = mend(search);
  for (const name of [...fields.keys()]) if (!isKnown(name)) fields.delete(name);
  // Others have fields of one letter, too.
  const asks = fields.has("preset") || fields.has("seed") || fields.has("lesson") || (fields.has("v") && (fields.has("d") || fields.has("e")));
  return asks ? fields : new URLSearchParams();
}

/** @param {string} text of a fragment */
function fieldsOf(text) {
  const fields = new URLSearchParams(text);
  return [...fields].every(([name, value]) => isWhole(name, value)) ? fields : mend(text);
}

/** Whether a field is as this page writes it, or somebody else's. @param {string} name @param {string} value */
function isWhole(name, value) {
  if (!isKnown(name)) return /^[\w.-]+$/.test(name) && !isKnown(name.toLowerCase()) && !TRACKING.test(name);
  return FORMS[name].exec(value)?.[0] === value && (!SMALL.includes(name) || value === value.toLowerCase());
}

/** @param {string} text */
function mend(text) {
  const fields = new URLSearchParams();
  for (const part of legible(text).split(/[?#&;]+/)) {
    const [, before, value] = /^\W*([^=]+)=(.*)$/s.exec(part) ?? [];
    if (before === undefined) continue;
    const small = before.toLowerCase();
    const name = isKnown(small) ? small : before;
    if (!TRACKING.test(name)) fields.append(name, isKnown(name) ? own(name, value) : value);
  }
  return fields;
}

/** Text with characters for what stands for them. @param {string} text */
function legible(text) {
  let plain = text;
  for (let round = 0; round < ROUNDS && plain.includes("%"); round += 1) plain = plain.replace(/(%[\da-f]{2})+/gi, decoded);
  return plain.normalize("NFKC").replace(BLANKS, "").replace(/&(amp;|#38;|#x26;)+/gi, "&").replace(/[\u2010-\u2015\u2212]/g, "-").replace(/=3D/g, "=");
}

/** @param {string} run of percent signs */
function decoded(run) {
  try {
    return decodeURIComponent(run);
  } catch {
    return run; // of another encoding, or cut off
  }
}

/** A value without the signs of the text around the link; what is something else stays, to be complained of. @param {string} name @param {string} value */
function own(name, value) {
  const inner = value.replace(/^["'`“”‘’«‹<([{「『《【]+/, "");
  const [found] = FORMS[name].exec(inner) ?? [];
  if (found === undefined || /^[.,+_-]?[a-z\d]/i.test(inner.slice(found.length))) return value;
  return SMALL.includes(name) ? found.toLowerCase() : found;
}
