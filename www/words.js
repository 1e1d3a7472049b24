// @ts-check
// Numbers, counts and lists in sentences. What is said of a run beside its charts is said by src/narrate.
import { t } from "./lang.js";

const COUNTS = [/* t */ "no", /* t */ "one", /* t */ "two", /* t */ "three", /* t */ "four", /* t */ "five", /* t */ "six"];

/** For reading, not for computing. @param {number | null | undefined} x @param {number} [digits] */
export function number(x, digits = 3) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x !== 0 && (Math.abs(x) >= 1e5 || Math.abs(x) < 1e-3)) return x.toExponential(digits - 1).replaceAll("-", "−");
  return String(Number(x.toPrecision(digits))).replace("-", "−");
}

/** @param {number} n @param {string} one with `{count}` @param {string} many @param {Record<string, unknown>} [values] */
export function counted(n, one, many, values) {
  return t(n === 1 ? one : many, { count: COUNTS[n] ? t(COUNTS[n]) : n, ...values });
}

/** "a, b and c". @param {string[]} parts */
export function list(parts) {
  return parts.length < 2 ? parts.join("") : parts.slice(0, -1).join(t(", ")) + t(" and ") + parts[parts.length - 1];
}

/** Tasks named in one sentence at most; the tables hold the rest. As in src/narrate/lead.rs. */
export const NAMED = 4;
/** Beyond these it is only told how many of them did what. As there. */
export const CROWD = 6;
