// @ts-check
// Sentences about the run shown. Every number comes from its trace.
/** @import { LaneFacts, Metadata, State, TaskFacts } from "./types.js" */

import { numbered, t } from "./lang.js";

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

/** What a weight did so far. @param {string} name @param {TaskFacts} task */
function weight(name, { phiStart, phiLast, zeroSince, everGrew }) {
  name = numbered(name);
  if (phiStart === null || phiLast === null) return t("{name} is not finite", { name });
  if (zeroSince) return t("{name} reaches 0 at step {step}", { name, step: zeroSince });
  const [from, to] = [number(phiStart), number(phiLast)];
  if (phiLast > phiStart) return t("{name} grows from {from} to {to}", { name, from, to });
  if (phiLast < phiStart) return t("{name} falls from {from} to {to}", { name, from, to });
  return everGrew ? t("{name} is back at {to}", { name, to }) : t("{name} stays at {to}", { name, to });
}

/** What is chosen between, one and many. @type {Record<string, [string, string]>} */
const WAYS = {
  sample_weights: [/* t */ "Same data, same seed, {ways} to weigh {count} training sample.", /* t */ "Same data, same seed, {ways} to weigh {count} training samples."],
  learned_labels: [/* t */ "Same data, same seed, {ways} to choose {count} label.", /* t */ "Same data, same seed, {ways} to choose {count} labels."],
  ridge: [/* t */ "Same data, same seed, {ways} to choose {count} penalty.", /* t */ "Same data, same seed, {ways} to choose {count} penalties."],
};
/** @type {[string, string]} */
const TASKS = [/* t */ "Same data, same seed, {ways} to weigh {count} side task.", /* t */ "Same data, same seed, {ways} to weigh {count} side tasks."];

/** Headings of the charts of φ and of the alignment. @param {Metadata} metadata */
export function headings({ problem, lanes }) {
  if (lanes[0].effectiveWeights) return [t("Effective weights of the side tasks"), t("Alignment of the network’s weights φ")];
  if (problem === "sample_weights") return [t("Weights φ of the training samples"), t("Alignment: does the sample help?")];
  if (problem === "learned_labels") return [t("Labels φ"), t("Alignment: where should the label go?")];
  if (problem === "ridge") return [t("Penalties φ of the coordinates"), t("Alignment: should the penalty grow?")];
  return [t("Weights φ of the side tasks"), t("Alignment: does the task help?")];
}

/** Tasks named in one sentence at most; the tables hold the rest. */
export const NAMED = 4;
/** Beyond these it is only told how many of them did what. */
export const CROWD = 6;

/** @param {string[]} names @param {LaneFacts} facts */
function weights(names, { tasks }) {
  if (tasks.length > CROWD) {
    const of = (/** @type {(task: TaskFacts) => boolean} */ holds) => tasks.filter(holds).length;
    const grew = of(({ phiStart, phiLast }) => (phiLast ?? 0) > (phiStart ?? 0));
    const fell = of(({ phiStart, phiLast }) => (phiLast ?? 0) < (phiStart ?? 0));
    const zero = of((task) => task.phiLast === 0);
    const counts = { all: tasks.length, grew, fell, zero };
    return zero ? t("of {all} values {grew} grew and {fell} fell, {zero} to 0", counts) : t("of {all} values {grew} grew and {fell} fell", counts);
  }
  const named = tasks.slice(0, NAMED).map((task, k) => weight(names[k], task));
  const more = tasks.length - NAMED;
  if (more > 0) named.push(counted(more, /* t */ "{count} more is in the table", /* t */ "{count} more are in the table"));
  return list(named);
}

/** @param {{ label: string, method: string }} lane @param {string[]} names @param {LaneFacts} facts */
function laneSentence({ label, method }, names, facts) {
  const values = { lane: numbered(label), what: weights(names, facts) };
  if (method === "joint_descent") {
    return facts.tasks.some((task) => task.everGrew)
      ? t("{lane} descends the training loss in φ, too: {what}.", values)
      : t("{lane} descends the training loss in φ, too, so no weight ever grows: {what}.", values);
  }
  return FOLLOWS[method] ? t(FOLLOWS[method], values) : "";
}

/** What methods do that ask the held-out loss. @type {Record<string, string>} */
const FOLLOWS = {
  implicit: /* t */ "{lane} follows the sign of each alignment: {what}.",
  unrolled: /* t */ "{lane} differentiates through its last inner steps: {what}.",
  darts: /* t */ "{lane} takes a finite difference: {what}.",
  best_response: /* t */ "{lane} descends the held-out loss itself: {what}.",
  grid_search: /* t */ "{lane} tries every point of a grid: {what}.",
};
/** Methods that move φ on purpose: the paragraph is about them, the bars show the others too. */
const LEARNS = ["joint_descent", ...Object.keys(FOLLOWS)];
/** Lanes that the paragraph tells of at most. */
const TOLD = 3;

/** The paragraph above the charts. @param {State} state @param {(LaneFacts | null)[]} facts */
export function lede({ metadata, statuses, traces }, facts) {
  if (!metadata || !traces) return "";
  const { lanes, taskNames, problem } = metadata;
  const ways = counted(lanes.length, /* t */ "{count} way", /* t */ "{count} ways");
  const opening = counted(taskNames.length, ...(WAYS[problem] ?? TASKS), { ways });
  if (traces.step === 0) return opening + t(" This is the start; play or step to see what each way makes of φ.");
  const sentences = [opening];
  const errors = [];
  const learns = lanes.some(({ method }) => LEARNS.includes(method));
  for (const [i, lane] of lanes.entries()) {
    const fact = facts[i];
    if (!fact) continue;
    const sentence = laneSentence(lane, taskNames, fact);
    const failed = FAILED.includes(statuses[i]?.word);
    if (sentences.length <= TOLD) {
      if (sentence) sentences.push(sentence);
      if (failed) sentences.push(t("{lane}: {what}.", { lane: numbered(lane.label), what: numbered(statuses[i].text) }));
    }
    if (!failed && fact.lossTest !== null && (!learns || LEARNS.includes(lane.method))) errors.push({ error: fact.lossTest, label: numbered(lane.label) });
  }
  if (errors.length) sentences.push(t("Error on unseen data: {errors}.", { errors: unseen(errors) }));
  return sentences.join(t(" "));
}

/** Ends that are none to be had on purpose. */
const FAILED = ["diverged", "singular", "indefinite", "unsolved"];

/** @param {{ error: number, label: string }[]} errors */
function unseen(errors) {
  const told = ({ error, label } = errors[0]) => t("{error} with {lane}", { error: number(error), lane: label });
  if (errors.length <= NAMED) return list(errors.map(told));
  const sorted = errors.toSorted((a, b) => a.error - b.error);
  return t("from {least} to {most}", { least: told(sorted[0]), most: told(sorted[sorted.length - 1]) });
}
