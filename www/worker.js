// @ts-check
// The solver's thread: advances a Session in short slices and posts what is new.
/** @import { ExperimentError, Handlers, Onward, Pace } from "./types.js" */
/** @import { Session } from "./pkg/auxilearn_lab.js" */
import * as program from "./pkg/auxilearn_lab.js";

/** Milliseconds of computing between two looks at the messages. */
const SLICE = 8;
/** Rows of one lane posted at once: bounds the page's work per message. */
const MAX_ROWS = 4096;
/** Messages the page has not acknowledged yet, at most. */
const MAX_IN_FLIGHT = 2;
/** Steps that a step of one part may have to wait for, at most. */
const MANY = 1 << 16;

/** @type {Session | undefined} */
let session;
let run = 0;
/** Step since which the document alone does not tell the run. @type {number | undefined} */
let changed;
/** Where to, how fast (outer steps per second), how often to report (ms). */
let pace = { goal: 0, rate: Infinity, period: 16 };
let credit = 0;
let before = 0;
let batch = 64;
let inFlight = 0;
let settled = false;
/** @type {Promise<unknown>} */
let ready = Promise.resolve();

const channel = new MessageChannel();
channel.port1.onmessage = () => guard(tick);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let queued = false;

/** @type {Handlers} */
const commands = {
  load(message) {
    const { run: id, document, seed, goal, rate, period } = message;
    let next;
    try {
      next = new program.Session(document, seed);
    } catch (error) {
      const { name, message: text, field, expected, found } = /** @type {Partial<ExperimentError>} */ (error ?? {});
      if (name !== "ExperimentError") throw error;
      postMessage({ kind: "refused", run: id, error: { message: text, field, expected, found } });
      return;
    }
    session?.free();
    session = next;
    postMessage({ kind: "loaded", run: id, metadata: session.metadata(), document: session.document });
    begin(id, { goal, rate, period });
  },
  rewind({ run: id, goal, rate, period }) {
    session?.rewind();
    begin(id, { goal, rate, period });
  },
  pace({ goal, rate, period }) {
    if (goal !== undefined) settled = false;
    pace = { goal: goal ?? pace.goal, rate, period };
    credit = 0;
    before = performance.now();
    schedule(0);
  },
  /** Takes one outer step of a part, then rests. */
  part({ part }) {
    if (!session) return;
    // What was asked for before comes first.
    const left = pace.goal - session.step;
    if (left > 0 && left < MANY) session.advance(left);
    changed ??= session.step;
    session.stepPart(part);
    commands.pause({});
  },
  /** Goes on by another document if that can be, else restarts with it. */
  retune(message) {
    const { run: id, from, document, goal, rate, period } = message;
    const over = !session?.advance(0);
    // The page may not have heard yet of the run that would go on.
    const onward = session && from === run ? retuned(session, document) : undefined;
    if (!session || !onward) return commands.load(message);
    postMessage({ kind: "loaded", run: id, metadata: session.metadata(), document: session.document, onward });
    // A run that was over goes on to its new end; else as it did.
    commands.pace(over ? { goal, rate, period } : pace);
  },
  speak({ texts }) {
    program.speak(texts);
  },
  pause() {
    pace = { ...pace, goal: 0 };
    settled = false;
    schedule(0);
  },
  /** See guard.js: a worker that is well answers. */
  ping() {
    postMessage({ kind: "pong" });
  },
  acknowledge({ run: id }) {
    if (id !== run) return;
    inFlight -= 1;
    if (!timer) schedule(0);
  },
};

/** Run 1, before the page asks: see start.js. */
function first() {
  commands.load({ run: 1, document: program.firstExperiment(), goal: Infinity, rate: Infinity, period: 16 });
}

/** What is said of a run that goes on: the page knows it by its number. */
const APPLIED = /* t */ "Document applied: the run goes on from step {0}. ";
const METHOD = /* t */ "Method changed: the run goes on from step {0}. ";
const RATE = /* t */ "Rate changed: the run goes on from step {0}. ";

/** Changes the numbers of the run by another document, where that is the same run with other numbers. @param {Session} session @param {string} document @returns {Onward | undefined} what to say of it */
function retuned(session, document) {
  const before = session.document;
  let changed;
  try {
    changed = session.retune(document);
  } catch (error) {
    // A document that is refused here is refused when it is read, in the same words.
    if (!(error instanceof Error && error.name === "ExperimentError")) throw error;
  }
  if (changed === undefined) return undefined;
  const what = !changed ? APPLIED : rates(before) === rates(document) ? METHOD : RATE;
  return { said: what.replace("{0}", String(session.step)), changed: changed ? session.step : undefined };
}

/** The rates of all lanes, and where they stand. @param {string} document */
function rates(document) {
  const only = (/** @type {string} */ key, /** @type {unknown} */ value) =>
    typeof value === "object" || /^(lr|alpha)$|_lr$/.test(key) ? value : undefined;
  return JSON.stringify(JSON.parse(document).lanes, only);
}

/** @param {number} id @param {Pace} next */
function begin(id, next) {
  run = id;
  changed = undefined;
  pace = next;
  inFlight = 0;
  credit = 0;
  before = performance.now();
  settled = false;
  schedule(0);
}

/** @param {number} delay */
function schedule(delay) {
  clearTimeout(timer);
  timer = undefined;
  if (delay > 0) timer = setTimeout(() => ((timer = undefined), guard(tick)), delay);
  else if (!queued) {
    queued = true;
    channel.port2.postMessage(null);
  }
}

function tick() {
  queued = false;
  if (!session) return;
  const going = advance(session);
  report(session, going);
  if (going) schedule(pace.rate === Infinity ? 0 : pace.period);
  else if (session.hasNews && inFlight < MAX_IN_FLIGHT) schedule(0);
}

/** Takes the steps that are due, for one slice at most; whether more are to come. @param {Session} session */
function advance(session) {
  const now = performance.now();
  // After a pause of the whole page (a hidden tab), do not make up for more than a second.
  credit += (Math.min(now - before, 1000) * pace.rate) / 1000;
  before = now;
  let due = pace.rate === Infinity ? Infinity : Math.floor(credit);
  let left = pace.goal - session.step;
  let alive = session.advance(0);
  while (alive && left > 0 && due > 0 && performance.now() < now + SLICE) {
    const start = performance.now();
    const steps = Math.min(left, due, batch);
    alive = session.advance(steps);
    left -= steps;
    due -= steps;
    if (pace.rate !== Infinity) credit -= steps;
    const took = performance.now() - start;
    if (took < 1) batch = Math.min(batch * 2, 1 << 16);
    else if (took > SLICE / 2) batch = Math.max(batch >> 1, 1);
  }
  // What a slow problem could not do in time is not owed.
  if (due > 0 && pace.rate !== Infinity) credit = Math.min(credit, pace.rate / 10 + 1);
  return alive && left > 0;
}

/** Posts new rows, and once that nothing more will come. @param {Session} session @param {boolean} going */
function report(session, going) {
  if (inFlight >= MAX_IN_FLIGHT) return;
  const lanes = [];
  const statuses = [];
  const transfer = [];
  for (let lane = 0; lane < session.lanes; lane += 1) {
    const rows = session.takeChunk(lane, MAX_ROWS);
    statuses.push(session.status(lane));
    if (!rows.length) continue;
    lanes.push({ lane, stride: session.stride(lane), rows });
    transfer.push(rows.buffer);
  }
  const idle = !going && !session.hasNews;
  if (!lanes.length && (!idle || settled)) return;
  settled = idle;
  inFlight += 1;
  postMessage({ kind: "rows", run, lanes, statuses, step: session.step, idle, changed }, { transfer });
}

/** A panic leaves the instance unusable: say so, the page will replace this worker. @param {() => void} task */
function guard(task) {
  try {
    task();
  } catch (error) {
    session = undefined;
    postMessage({ kind: "crashed", message: program.lastPanic() ?? String(error) });
  }
}

addEventListener("message", ({ data }) => {
  if (data.kind === "init") {
    ready = program.default({ module_or_path: data.module });
    if (data.first) ready.then(() => guard(first), () => {});
    ready.catch((error) => postMessage({ kind: "crashed", message: String(error) }));
  } else {
    ready = ready.then(() => guard(() => commands[data.kind](data)));
    ready.catch(() => {});
  }
});
