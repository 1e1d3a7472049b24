// @ts-check
// Keeps watch over the page: a worker that no longer answers, pictures that a canvas has lost, and the page's own
// program if it stops.
/** @import { Parts } from "./types.js" */
/** @import { Runner } from "./runner.js" */
import { button } from "./dialog.js";
import { keep, notKept } from "./kept.js";
import { numbered, t } from "./lang.js";
import { lastPanic } from "./pkg/auxilearn_lab.js";

/** Milliseconds between two looks at the worker, and looks at a silent one until it is replaced. */
const { look: LOOK } = globalThis.auxilearn.patience;
const SILENT = 6;

/** Says that the page's program has stopped; once the watch is on. @type {((error: unknown) => void) | undefined} */
let broken;

/** Begins, once; what it gives says that the page's program has stopped. @param {Parts} parts of main.js */
export function watch(parts) {
  if (broken) return broken;
  let stopped = false;
  broken = (error) => {
    if (!stopped) tell(parts, error);
    stopped = true;
  };
  watchWorker(parts.runner);
  watchPictures(parts);
  // A trap leaves the program unusable, wherever it came; what follows from it is no news.
  const catching = (/** @type {ErrorEvent | PromiseRejectionEvent} */ event) => {
    const error = "reason" in event ? event.reason : event.error;
    const trap = error instanceof WebAssembly.RuntimeError || /^recursive use of an object/.test(error?.message);
    if (!stopped && !trap) return;
    event.preventDefault();
    broken?.(error);
  };
  addEventListener("error", catching);
  addEventListener("unhandledrejection", catching);
  return broken;
}

/**
 * Looks are counted, not time: a page that was frozen, or whose machine slept, has had none. Between two of its slices
 * a worker hears everything, so only one that is in a single step, or stuck, is silent.
 * @param {Runner} runner
 */
function watchWorker(runner) {
  let heard = -1;
  let silent = 0;
  setInterval(() => {
    if (document.hidden) return;
    silent = runner.heard === heard ? silent + 1 : 0;
    heard = runner.heard;
    if (silent < SILENT) return runner.send({ kind: "ping" });
    silent = 0;
    runner.replace(/* t */ "it did not answer for {0} s".replace("{0}", String((LOOK * SILENT) / 1000)));
  }, LOOK);
}

/** Charts draw anew when their canvas is given back (canvas.js). What never comes back is said. @param {Parts} parts */
function watchPictures({ controls }) {
  /** @type {Set<EventTarget>} */
  const lost = new Set();
  const when = (/** @type {string} */ type, /** @type {(canvas: EventTarget) => void} */ run) =>
    addEventListener(type, ({ target }) => target && run(target), true);
  when("contextlost", (canvas) => {
    lost.add(canvas);
    setTimeout(() => {
      if (lost.delete(canvas)) controls.complain(t("The browser has taken the picture of a chart away and did not give it back. The tables under the charts have the numbers; reload the page to see the chart again."));
    }, LOOK); // time enough for it to come back
  });
  when("contextrestored", (canvas) => lost.delete(canvas));
}

/** Says that the page's program has stopped, and offers what helps. @param {Parts} parts @param {unknown} error */
function tell({ state, controls, runner }, error) {
  const words = lastPanic() ?? (error instanceof Error ? error.message : String(error));
  controls.complain(t("A part of the page has stopped ({message}). The document is kept: reload the page to go on with it.", { message: numbered(words) }) + t(" "));
  runner.pause();
  const reload = () => (keep(state) ? location.reload() : controls.complain(notKept()));
  document.querySelector("[data-message]")?.append(button(t("Reload"), "reload-broken", reload));
}
