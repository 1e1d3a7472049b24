// @ts-check
// A thread that runs seeds of one experiment, one after the other as they are asked for. It hears nothing
// while it computes: to cancel, it is terminated. Owned by ensemble.js.
/** @import { ExperimentError } from "./types.js" */
import init, { SeedRun, lastPanic } from "./pkg/auxilearn_lab.js";

/** Milliseconds of computing between two looks at the clock, about, and between two reports of progress. */
const SLICE = 30;
const REPORT = 200;

let document = "";
/** Outer steps at once: few at first, since nobody knows how long one takes. */
let batch = 1;
/** @type {Promise<unknown>} */
let ready = Promise.resolve();

/** Runs a seed to its end and posts what it gave. @param {number} seed */
function run(seed) {
  let going;
  try {
    going = new SeedRun(document, seed);
  } catch (error) {
    const { name, message, field, expected, found } = /** @type {Partial<ExperimentError>} */ (error ?? {});
    if (name !== "ExperimentError") throw error;
    postMessage({ kind: "failed", seed, error: { message, field, expected, found } });
    return;
  }
  let reported = performance.now();
  for (let alive = true; alive; ) {
    const start = performance.now();
    alive = going.advance(batch);
    const now = performance.now();
    if (now - start < SLICE / 2) batch = Math.min(batch * 2, 1 << 20);
    else if (now - start > SLICE) batch = Math.max(batch >> 1, 1);
    if (alive && now - reported > REPORT) {
      reported = now;
      postMessage({ kind: "progress", seed, share: going.progress });
    }
  }
  const columns = going.columns();
  going.free();
  postMessage({ kind: "done", seed, columns }, { transfer: [columns.buffer] });
}

/** A panic leaves the instance unusable: say so, the page ends this worker. @param {() => void} task */
function guard(task) {
  try {
    task();
  } catch (error) {
    postMessage({ kind: "crashed", message: lastPanic() ?? String(error) });
  }
}

addEventListener("message", ({ data }) => {
  if (data.kind === "start") {
    document = data.document;
    ready = init({ module_or_path: data.module });
    ready.catch((error) => postMessage({ kind: "crashed", message: String(error) }));
  } else ready.then(() => guard(() => run(data.seed)), () => {});
});
