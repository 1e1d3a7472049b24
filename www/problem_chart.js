// @ts-check
// One chart of the problem on its canvas, with its handles.
/** @import { Traces } from "./types.js" */
/** @import { Bench } from "./bench.js" */
import { Handles } from "./handles.js";
import { t } from "./lang.js";

/** One chart of the problem, in the ways of `ChartView`. */
export class ProblemChart {
  #view;
  #canvas;
  #bench;
  #heading;
  /** Nothing is computed for what nobody has seen. */
  #seen = false;
  #handles;

  /** @param {Bench} bench @param {HTMLCanvasElement} canvas @param {string} heading @param {() => void} show asks for a picture */
  constructor(bench, canvas, heading, show) {
    this.#bench = bench;
    this.#heading = heading;
    this.#canvas = canvas;
    this.#view = new bench.program.ProblemView(canvas, canvas.dataset.chart ?? "");
    this.#handles = new Handles(canvas, {
      drag: (id, x, y, home) => bench.drag((problem) => this.#view.dragTo(problem, id, x, y), home),
      drop: (place, id, byKeys) => bench.drop(place, id, byKeys),
      cancel: () => bench.cancel(),
      press: (id) => bench.press(id),
      escape: () => bench.escape(),
      leave: () => bench.leave(),
      say: (words) => bench.say(words),
    });
    bench.holders.push(() => this.#handles.letGo());
    new IntersectionObserver(([{ isIntersecting }], observer) => {
      if (!isIntersecting) return;
      observer.disconnect();
      this.#seen = true;
      show();
    }, { rootMargin: "50%" }).observe(canvas);
  }

  /** It is looked at, on paper perhaps. */
  see() {
    this.#seen = true;
  }

  /** @param {Traces} traces @param {number} ratio @param {string} theme */
  draw(traces, ratio, theme) {
    const problem = this.#seen && this.#bench.ready(traces);
    if (!problem) return;
    this.#view.draw(problem, traces, ratio, theme);
    this.#bench.refine();
    const handles = this.#view.handles(problem);
    this.#handles.place(handles);
    this.#bench.drawn(this.#canvas, handles);
    // In a run the page does so a few times a second.
    if (this.#bench.resting) this.#canvas.setAttribute("aria-label", this.describe(traces));
  }

  /** What was drawn last: nothing is computed for it. @param {Traces} traces */
  describe(traces) {
    return (this.#seen && this.#bench.problem && this.#view.describe(this.#bench.problem, traces)) || this.#heading;
  }

  /** @param {Traces} traces @param {number} width @param {string} theme */
  height(traces, width, theme) {
    return this.#view.height(traces, width, theme);
  }

  /** These charts have no axis of time. */
  stepAt() {
    return undefined;
  }

  /** @param {number | undefined} step */
  setCursor(step) {
    this.#view.setCursor(step);
  }

  /** @param {Traces} traces @param {string} document @param {number} width @param {number} height @param {string} theme */
  svg(traces, document, width, height, theme) {
    const problem = this.#bench.ready(traces);
    if (!problem) throw new Error(t("there is no run"));
    return this.#view.svg(problem, traces, document, width, height, theme);
  }

  /** The figure on another canvas. @param {HTMLCanvasElement} canvas @param {Traces} traces @param {string} document @param {[number, number, number, string]} how width, height, ratio, theme */
  figure(canvas, traces, document, ...how) {
    const problem = this.#bench.ready(traces);
    if (!problem) throw new Error(t("there is no run"));
    const view = new this.#bench.program.ProblemView(canvas, this.#canvas.dataset.chart ?? "");
    view.setCursor(this.#bench.host.cursor.step);
    view.drawFigure(problem, traces, document, ...how);
    view.free();
  }
}
