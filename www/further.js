// @ts-check
// Charts below the first screen: their figures, and when they are drawn.
/** @import { Draw } from "./types.js" */
import { Chart } from "./canvas.js";

/** A chart that is drawn only where it is seen, as high as it wants to be. */
export class FurtherChart extends Chart {
  #wanted;

  /** @param {HTMLCanvasElement} canvas @param {Draw} draw @param {() => number} wanted height in CSS pixels */
  constructor(canvas, draw, wanted) {
    super(canvas, draw);
    this.#wanted = wanted;
  }

  /** @override */
  fit() {
    super.fit(this.#wanted());
  }

  /** @override */
  drawNow() {
    this.invalidate();
  }
}

/** A figure with a heading and the canvas of a chart. @param {string} kind @param {string} title */
export function figure(kind, title) {
  const made = document.createElement("figure");
  made.className = `chart chart-${kind}`;
  made.innerHTML = '<figcaption><h3></h3></figcaption><div class="plot"><canvas role="img"></canvas></div>';
  const heading = /** @type {HTMLElement} */ (made.querySelector("h3"));
  const canvas = /** @type {HTMLCanvasElement} */ (made.querySelector("canvas"));
  heading.textContent = title;
  canvas.dataset.chart = kind;
  canvas.setAttribute("aria-label", title);
  return made;
}

/** Controls below a chart. @param {HTMLElement} figure @param {string} html @returns {<T extends HTMLElement>(name: string) => T} finds a control by its name */
export function tools(figure, html) {
  const made = document.createElement("div");
  made.className = "tools";
  made.innerHTML = html;
  figure.append(made);
  /** @template {HTMLElement} T @param {string} name */
  return (name) => /** @type {T} */ (made.querySelector(`[data-problem=${name}]`));
}
