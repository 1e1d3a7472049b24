// @ts-check
// The solver's thread: advances a Session in short slices and posts what is new.
/** @import { ExperimentError, FurtherCommand, Handlers, Load, Opening, Pace, Program } from "./types.js" */
import * as opening from "./pkg/opening.js";

/** Milliseconds of computing between two looks at the messages. */
const SLICE = 8;
/** Rows of one lane posted at once: bounds the page's work per message. */
const MAX_ROWS = 4096;
/** Messages the page has not acknowledged yet, at most. */
const MAX_IN_FLIGHT = 2;


/** What solves: the opening, until the complete program is there. @type {Opening | Program} */
let program = opening;
/** @type {Promise<void> | undefined} */
let completing;
let tries = 0;
/** Id of the document to be read last. */
let asked = 0;
/** @type {opening.Session | undefined} */
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
    asked = id;
    let next;
    try {
      next = new program.Session(document, seed);
    } catch (error) {
      const { name, kind, message: text, field, expected, found } = /** @type {Partial<ExperimentError>} */ (error ?? {});
      if (name !== "ExperimentError") throw error;
      // What the opening cannot run, or does not understand, is for the complete program to judge.
      if (program === opening && kind !== "syntax") return retry(message);
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
  /** Ahead of need; if it fails, it is tried again when it is needed. */
  prefetch({ module }) {
    complete(module).then(() => import("./worker-more.js")).catch(() => {});
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
  commands.load({ run: 1, document: opening.presets()[0].document, goal: Infinity, rate: Infinity, period: 16 });
}

/** Fetches the complete program once, but for code that is given; every later document is its business. @param {WebAssembly.Module} [code] @returns {Promise<void>} */
function complete(code) {
  // A module that could not be fetched is not asked for again under the same address.
  completing ??= import(`./pkg/auxilearn_lab.js${tries ? `?${tries}` : ""}`)
    .then((module) => module.default(code && { module_or_path: code }).then(() => void (program = module)))
    .catch((error) => {
      completing = undefined;
      tries += 1;
      throw error;
    });
  return completing;
}

/** Reads a document again with the complete program, if nothing else is asked for meanwhile. @param {Load} message */
function retry(message) {
  postMessage({ kind: "fetching", run: message.run });
  const wanted = () => asked === message.run;
  complete().then(
    () => wanted() && guard(() => commands.load(message)),
    (error) => postMessage({ kind: "unreachable", run: message.run, message: String(error?.message ?? error) }),
  );
}

/** What worker-more.js works with. */
const hands = {
  commands,
  complete,
  guard,
  get program() {
    return program;
  },
  get session() {
    return session;
  },
  set session(next) {
    session?.free();
    session = next;
  },
  get pace() {
    return pace;
  },
  get run() {
    return run;
  },
  set changed(/** @type {number} */ step) {
    changed ??= step;
  },
};

/** A command of worker-more.js; those after it wait. @param {FurtherCommand} data */
async function further(data) {
  try {
    const { take } = await import("./worker-more.js");
    await take(data, hands);
  } catch (error) {
    postMessage({ kind: "unreachable", run: data.run, message: String(error instanceof Error ? error.message : error) });
  }
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

/** Takes the steps that are due, for one slice at most; whether more are to come. @param {opening.Session} session */
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

/** Posts new rows, and once that nothing more will come. @param {opening.Session} session @param {boolean} going */
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
    postMessage({ kind: "crashed", message: program.lastPanic() ?? opening.lastPanic() ?? String(error) });
  }
}

addEventListener("message", ({ data }) => {
  if (data.kind === "init") {
    ready = opening.default({ module_or_path: data.module });
    if (data.first) ready.then(() => guard(first), () => {});
    ready.catch((error) => postMessage({ kind: "crashed", message: String(error) }));
  } else {
    ready = ready.then(() => (commands[data.kind] ? guard(() => commands[data.kind](data)) : further(data)));
    ready.catch(() => {});
  }
});
