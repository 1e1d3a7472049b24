// @ts-check
// Sentences about the run shown. Every number comes from its trace.

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").Metadata} Metadata
 * @typedef {import("./state.js").LaneFacts} LaneFacts
 * @typedef {import("./pkg/auxilearn_lab.js").TaskFacts} TaskFacts
 * @typedef {import("./runner.js").Refusal} Refusal
 */

const COUNTS = ["no", "one", "two", "three", "four", "five", "six"];

/** For reading, not for computing. @param {number | null | undefined} x @param {number} [digits] */
export function number(x, digits = 3) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x !== 0 && (Math.abs(x) >= 1e5 || Math.abs(x) < 1e-3)) return x.toExponential(digits - 1).replaceAll("-", "−");
  return String(Number(x.toPrecision(digits))).replace("-", "−");
}

/** @param {number} n @param {string} one @param {string} many */
function counted(n, one, many) {
  return `${COUNTS[n] ?? n} ${n === 1 ? one : many}`;
}

/** "a, b and c". @param {string[]} parts */
function list(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a weight did so far. @param {string} name @param {TaskFacts} task */
function weight(name, { phiStart, phiLast, zeroSince, everGrew }) {
  if (phiStart === null || phiLast === null) return `${name} is not finite`;
  if (zeroSince === 0) return `${name} stays at 0`;
  if (zeroSince !== null) return `${name} reaches 0 at step ${zeroSince}`;
  if (phiLast > phiStart) return `${name} grows from ${number(phiStart)} to ${number(phiLast)}`;
  if (phiLast < phiStart) return `${name} falls from ${number(phiStart)} to ${number(phiLast)}`;
  return everGrew ? `${name} is back at ${number(phiLast)}` : `${name} stays at ${number(phiLast)}`;
}

/** What φ stand for, one and many, and what a method does with them. @type {Record<string, [string, string, string]>} */
const PHI = {
  sample_weights: ["training sample", "training samples", "weigh"],
  learned_labels: ["label", "labels", "choose"],
  ridge: ["penalty", "penalties", "choose"],
};
/** @type {[string, string, string]} */
const TASKS = ["side task", "side tasks", "weigh"];

/** Headings of the charts of φ and of the alignment. @param {Metadata} metadata */
export function headings({ problem, lanes }) {
  if (lanes[0].effectiveWeights) return ["Effective weights of the side tasks", "Alignment of the network’s weights φ"];
  if (problem === "sample_weights") return ["Weights φ of the training samples", "Alignment: does the sample help?"];
  if (problem === "learned_labels") return ["Labels φ", "Alignment: where should the label go?"];
  if (problem === "ridge") return ["Penalties φ of the coordinates", "Alignment: should the penalty grow?"];
  return ["Weights φ of the side tasks", "Alignment: does the task help?"];
}

/** Tasks named in one sentence at most; the tables hold the rest. */
const NAMED = 4;
/** Beyond these it is only told how many of them did what. */
const CROWD = 6;

/** @param {string[]} names @param {LaneFacts} facts */
function weights(names, { tasks }) {
  if (tasks.length > CROWD) {
    const of = (/** @type {(task: TaskFacts) => boolean} */ holds) => tasks.filter(holds).length;
    const grew = of(({ phiStart, phiLast }) => (phiLast ?? 0) > (phiStart ?? 0));
    const fell = of(({ phiStart, phiLast }) => (phiLast ?? 0) < (phiStart ?? 0));
    const zero = of((task) => task.phiLast === 0);
    return `of ${tasks.length} values ${grew} grew and ${fell} fell${zero ? `, ${zero} to 0` : ""}`;
  }
  const named = tasks.slice(0, NAMED).map((task, k) => weight(names[k], task));
  const more = tasks.length - NAMED;
  if (more > 0) named.push(`${counted(more, "more is", "more are")} in the table`);
  return list(named);
}

/** @param {{ label: string, method: string }} lane @param {string[]} names @param {LaneFacts} facts */
function laneSentence({ label, method }, names, facts) {
  const what = weights(names, facts);
  if (method === "joint_descent") {
    const why = facts.tasks.some((task) => task.everGrew)
      ? "descends the training loss in φ, too"
      : "descends the training loss in φ, too, so no weight ever grows";
    return `${label} ${why}: ${what}.`;
  }
  return FOLLOWS[method] ? `${label} ${FOLLOWS[method]}: ${what}.` : "";
}

/** What methods do that ask the held-out loss. @type {Record<string, string>} */
const FOLLOWS = {
  implicit: "follows the sign of each alignment",
  unrolled: "differentiates through its last inner steps",
  darts: "takes a finite difference",
  best_response: "descends the held-out loss itself",
  grid_search: "tries every point of a grid",
};
/** Methods that move φ on purpose: the paragraph is about them, the bars show the others too. */
const LEARNS = ["joint_descent", ...Object.keys(FOLLOWS)];
/** Lanes that the paragraph tells of at most. */
const TOLD = 3;

/** The paragraph above the charts. @param {State} state @param {(LaneFacts | null)[]} facts */
export function lede({ metadata, statuses, traces }, facts) {
  if (!metadata || !traces) return "";
  const { lanes, taskNames, problem } = metadata;
  const [one, many, verb] = PHI[problem] ?? TASKS;
  const opening = `Same data, same seed, ${counted(lanes.length, "way", "ways")} to ${verb} ${counted(taskNames.length, one, many)}.`;
  if (traces.step === 0) return `${opening} This is the start; play or step to see what each way makes of φ.`;
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
      if (failed) sentences.push(`${lane.label}: ${statuses[i].text}.`);
    }
    if (!failed && fact.lossTest !== null && (!learns || LEARNS.includes(lane.method))) errors.push({ error: fact.lossTest, label: lane.label });
  }
  if (errors.length) sentences.push(`Error on unseen data: ${unseen(errors)}.`);
  return sentences.join(" ");
}

/** Ends that are none to be had on purpose. */
const FAILED = ["diverged", "singular", "indefinite", "unsolved"];

/** @param {{ error: number, label: string }[]} errors */
function unseen(errors) {
  const told = ({ error, label } = errors[0]) => `${number(error)} with ${label}`;
  if (errors.length <= NAMED) return list(errors.map(told));
  const sorted = errors.toSorted((a, b) => a.error - b.error);
  return `from ${told(sorted[0])} to ${told(sorted[sorted.length - 1])}`;
}

/**
 * What happened since the facts before, newest last.
 * @param {Metadata} metadata @param {(LaneFacts | null)[]} before @param {(LaneFacts | null)[]} now
 */
export function events({ lanes, taskNames }, before, now) {
  const said = [];
  for (const [i, { label }] of lanes.entries()) {
    // Of a crowd the charts tell: a sentence for each would never end.
    if ((now[i]?.tasks.length ?? 0) > CROWD) continue;
    for (const [k, task] of (now[i]?.tasks ?? []).entries()) {
      const old = before[i]?.tasks[k] ?? { zeroSince: null, flips: 0 };
      const { zeroSince, flips, lastFlip, alignment } = task;
      if (zeroSince && old.zeroSince === null) said.push(`${label}: ${taskNames[k]} collapsed to 0 at step ${zeroSince}.`);
      if (flips > old.flips) {
        const sign = (alignment ?? 0) > 0 ? "positive" : "negative";
        said.push(`${label}: the sign of ${taskNames[k]} flipped to ${sign} at step ${lastFlip}.`);
      }
    }
  }
  return said;
}

/** What became of a lane beside its status. @param {string} method @param {LaneFacts | null} facts */
function outcome(method, facts) {
  const tasks = facts?.tasks ?? [];
  const notes = [];
  const zero = tasks.filter((task) => task.zeroSince !== null && task.zeroSince > 0).length;
  const flips = tasks.reduce((sum, task) => sum + task.flips, 0);
  if (zero > 1 && zero === tasks.length) notes.push("every weight collapsed to 0");
  else if (zero) notes.push(`${counted(zero, "weight", "weights")} collapsed to 0`);
  if (flips && tasks.length <= CROWD && method === "implicit") notes.push(`the sign flipped ${flips === 1 ? "once" : `${flips} times`}`);
  return notes;
}

/** How the run ended, lane by lane; what all lanes share is said once. @param {State} state @param {(LaneFacts | null)[]} facts */
export function ending({ metadata, statuses }, facts) {
  if (!metadata) return "";
  const texts = statuses.map((status) => status.text);
  if (texts.length > NAMED) {
    const counts = [...new Set(texts)].map((text) => `${counted(texts.filter((other) => other === text).length, "lane", "lanes")} ${text}`);
    return `${capital(list(counts))}.`;
  }
  const shared = texts.every((text) => text === texts[0]);
  const said = shared ? [`${capital(texts[0] ?? "")}.`] : [];
  for (const [i, { label, method }] of metadata.lanes.entries()) {
    const notes = outcome(method, facts[i]);
    if (!shared) notes.unshift(texts[i]);
    if (notes.length) said.push(`${label}: ${notes.join(", ")}.`);
  }
  return said.join(" ");
}

/** @param {string} message */
export function unreachable(message) {
  return `This experiment needs a part of the program that could not be fetched (${message}). The document is kept; try again when there is a connection.`;
}

/** @param {Refusal} refusal */
export function refusal({ message, field, expected, found }) {
  const reason = expected ? `expected ${expected}, found ${found}` : message;
  return `The document was not applied. ${field ? `${field}: ${reason}` : capital(reason)}. The run shown stays as it is.`;
}
