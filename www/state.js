// @ts-check
// What the page knows. Changed by main.js only; everything else reads.
/** @import { LaneStatus, Phase, State } from "./types.js" */
import { t } from "./lang.js";

/** @returns {State} */
export function initialState() {
  return {
    phase: "loading",
    presets: [],
    preset: undefined,
    document: "",
    metadata: undefined,
    traces: undefined,
    statuses: [],
  };
}

/** The document of an experiment that ships. @param {string} id */
export async function fetchPreset(id) {
  const response = await fetch(new URL(`experiments/${id}.json`, import.meta.url));
  if (!response.ok) throw new Error(String(response.status));
  return response.text();
}

/** Outer steps per second, slowest first. */
const RATES = [1, 5, 20, 100, 300, 1000, 5000, 20_000, Infinity];

/** @param {number} level position of the speed control */
export function rateOf(level) {
  return RATES[Math.min(Math.max(Math.round(level), 0), RATES.length - 1)];
}

/** @param {number} rate */
export function rateInWords(rate) {
  if (rate === Infinity) return t("as fast as possible");
  return rate === 1 ? t("1 step per second") : t("{rate} steps per second", { rate: rate.toLocaleString("en") });
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Milliseconds between two pictures of a replay: with reduced motion few, larger steps. */
export function period() {
  return calm.matches ? 700 : 16;
}

/** What a phase is after the worker has come to rest. @param {number} step @param {LaneStatus[]} statuses @returns {Phase} */
export function restingPhase(step, statuses) {
  if (statuses.length && statuses.every((status) => status.word !== "running")) return "finished";
  return step === 0 ? "ready" : "paused";
}
