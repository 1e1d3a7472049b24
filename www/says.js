// @ts-check
// What is said of a run as it goes on and at its end.
/** @import { LaneFacts, Metadata, Refusal, State } from "./types.js" */
import { numbered, t } from "./lang.js";
import { because } from "./refusals.js";
import { CROWD, NAMED, counted, list } from "./words.js";

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * What happened since the facts before, newest last; empty if nothing did.
 * @param {Metadata} metadata @param {(LaneFacts | null)[]} before @param {(LaneFacts | null)[]} now
 */
export function events({ lanes, taskNames }, before, now) {
  const said = [];
  for (const [i, { label }] of lanes.entries()) {
    // Of a crowd the charts tell: a sentence for each would never end.
    if ((now[i]?.tasks.length ?? 0) > CROWD) continue;
    const lane = numbered(label);
    for (const [k, task] of (now[i]?.tasks ?? []).entries()) {
      const old = before[i]?.tasks[k] ?? { zeroSince: null, flips: 0 };
      const { zeroSince, flips, lastFlip, alignment } = task;
      if (zeroSince && old.zeroSince === null) said.push(t("{lane}: {task} collapsed to 0 at step {step}.", { lane, task: numbered(taskNames[k]), step: zeroSince }));
      if (flips > old.flips) {
        const values = { lane, task: numbered(taskNames[k]), step: lastFlip };
        said.push((alignment ?? 0) > 0
          ? t("{lane}: the sign of {task} flipped to positive at step {step}.", values)
          : t("{lane}: the sign of {task} flipped to negative at step {step}.", values));
      }
    }
  }
  return said.join(t(" "));
}

/** What became of a lane beside its status. @param {string} method @param {LaneFacts | null} facts */
function outcome(method, facts) {
  const tasks = facts?.tasks ?? [];
  const notes = [];
  const zero = tasks.filter((task) => task.zeroSince !== null && task.zeroSince > 0).length;
  const flips = tasks.reduce((sum, task) => sum + task.flips, 0);
  if (zero > 1 && zero === tasks.length) notes.push(t("every weight collapsed to 0"));
  else if (zero) notes.push(counted(zero, /* t */ "{count} weight collapsed to 0", /* t */ "{count} weights collapsed to 0"));
  if (flips && tasks.length <= CROWD && method === "implicit") notes.push(flips === 1 ? t("the sign flipped once") : t("the sign flipped {count} times", { count: flips }));
  return notes;
}

/** How the run ended, lane by lane; what all lanes share is said once. @param {State} state @param {(LaneFacts | null)[]} facts */
export function ending({ metadata, statuses }, facts) {
  if (!metadata) return "";
  const texts = statuses.map((status) => numbered(status.text));
  if (texts.length > NAMED) {
    const lanes = (/** @type {string} */ text) => counted(texts.filter((other) => other === text).length, /* t */ "{count} lane", /* t */ "{count} lanes");
    return t("{what}.", { what: capital(list([...new Set(texts)].map((text) => t("{lanes} {what}", { lanes: lanes(text), what: text })))) });
  }
  const shared = texts.every((text) => text === texts[0]);
  const said = shared ? [t("{what}.", { what: capital(texts[0] ?? "") })] : [];
  for (const [i, { label, method }] of metadata.lanes.entries()) {
    const notes = outcome(method, facts[i]);
    if (!shared) notes.unshift(texts[i]);
    if (notes.length) said.push(t("{lane}: {what}.", { lane: numbered(label), what: notes.join(t(", ")) }));
  }
  return said.join(t(" "));
}

/** @param {string} message @param {boolean} over  the run was not restored */
export function crashed(message, over) {
  if (over) return t("The solver stopped unexpectedly ({message}), and again when the run was restored. The document is kept: Play tries it once more.", { message: numbered(message) });
  return t("The solver stopped unexpectedly ({message}) and was started again; the document is kept.", { message: numbered(message) });
}

/** @param {Refusal} refusal */
export function refusal(refusal) {
  const reason = because(refusal);
  return t("The document was not applied. {reason}. The run shown stays as it is.", { reason: refusal.field ? reason : capital(reason) });
}
