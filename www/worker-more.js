// @ts-check
// What the solver's thread can do besides, with the complete program: steps of W or φ alone, and runs that go on
// by another document.
/** @import { FurtherCommand, Handlers, Load, Opening, Pace, Program } from "./types.js" */
/** @import { Session } from "./pkg/opening.js" */

/**
 * @typedef {object} Hands  of worker.js
 * @property {Handlers} commands
 * @property {() => Promise<void>} complete  fetches the complete program
 * @property {(task: () => void) => void} guard
 * @property {Opening | Program} program  the complete one, once it is fetched
 * @property {Session | undefined} session  of either program
 * @property {Pace} pace
 * @property {number} run
 * @property {number} changed  the first step that is set is kept
 */

/** Steps taken at once when a run is taken over from the opening. */
const MANY = 1 << 16;

/** What is said of a run that goes on: the page knows it by its number. */
const APPLIED = /* t */ "Document applied: the run goes on from step {0}. ";
const METHOD = /* t */ "Method changed: the run goes on from step {0}. ";
const RATE = /* t */ "Rate changed: the run goes on from step {0}. ";

/** Carries out a message. @param {FurtherCommand} message @param {Hands} hands */
export async function take(message, hands) {
  await hands.complete();
  if (message.kind === "speak") return void programOf(hands).speak(message.texts);
  hands.guard(() => (message.kind === "retune" ? retune(message, hands) : step(message, hands)));
}

/** @param {Hands} hands @returns {Program} */
const programOf = ({ program }) => /** @type {Program} */ (program);

/** The run in the complete program: the same document gives the same numbers there. @param {Hands} hands */
function takeOver(hands) {
  const { session: before } = hands;
  const program = programOf(hands);
  if (!before || before instanceof program.Session) return before;
  const next = new program.Session(before.document);
  for (let left = before.step; left > 0; left -= MANY) next.advance(Math.min(left, MANY));
  // Its rows are all new; the page passes over those that it has.
  hands.session = next;
  return next;
}

/** One outer step of a part, then rest. @param {{ part: string }} message @param {Hands} hands */
function step({ part }, hands) {
  const session = takeOver(hands);
  if (!session) return;
  // What was asked for before comes first.
  const left = hands.pace.goal - session.step;
  if (left > 0 && left < MANY) session.advance(left);
  hands.changed = session.step;
  session.stepPart(part);
  hands.commands.pause({});
}

/** Goes on by another document if that can be, else restarts with it. @param {Load & { from: number }} message @param {Hands} hands */
function retune(message, hands) {
  const { run, from, document, goal, rate, period } = message;
  // The page has not heard yet of the run that would go on.
  if (from !== hands.run) return hands.commands.load(message);
  const session = takeOver(hands);
  const over = !session?.advance(0);
  const before = session?.document ?? "";
  let changed;
  try {
    changed = session?.retune(document);
  } catch (error) {
    // A document that is refused here is refused there, in the same words.
    if (!(error instanceof Error && error.name === "ExperimentError")) throw error;
  }
  if (!session || changed === undefined) return hands.commands.load(message);
  const what = !changed ? APPLIED : rates(before) === rates(document) ? METHOD : RATE;
  const onward = { said: what.replace("{0}", String(session.step)), changed: changed ? session.step : undefined };
  postMessage({ kind: "loaded", run, metadata: session.metadata(), document: session.document, onward });
  // A run that was over goes on to its new end; else as it did.
  hands.commands.pace(over ? { goal, rate, period } : hands.pace);
}

/** The rates of all lanes, and where they stand. @param {string} document */
function rates(document) {
  const only = (/** @type {string} */ key, /** @type {unknown} */ value) =>
    typeof value === "object" || /^(lr|alpha)$|_lr$/.test(key) ? value : undefined;
  return JSON.stringify(JSON.parse(document).lanes, only);
}
