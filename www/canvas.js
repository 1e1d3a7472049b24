// @ts-check
// Canvases at the display's resolution, drawn at its rate and only when something changed and can be seen.
/** @import { Draw } from "./types.js" */

/** @type {Set<Chart>} */
const waiting = new Set();
let requested = false;
/** Pictures that take long leave the page at least as much time for everything else. */
let restUntil = 0;

function request() {
  if (requested) return;
  requested = true;
  const rest = restUntil - performance.now();
  if (rest > 1) setTimeout(() => requestAnimationFrame(drawWaiting), rest);
  else requestAnimationFrame(drawWaiting);
}

function drawWaiting() {
  requested = false;
  const start = performance.now();
  for (const chart of [...waiting]) chart.drawIfSeen();
  const took = performance.now() - start;
  if (took > 8) restUntil = start + 3 * took;
}

export class Chart {
  #dirty = true;
  #seen = true;
  #width = 0;
  #height = 0;
  #canvas;
  #draw;

  get canvas() {
    return this.#canvas;
  }

  /** @param {HTMLCanvasElement} canvas @param {Draw} draw */
  constructor(canvas, draw) {
    this.#canvas = canvas;
    this.#draw = draw;
    this.#measure(canvas.getBoundingClientRect());
    // What the browser took away and gives back is blank.
    canvas.addEventListener("contextrestored", () => this.invalidate());
    new ResizeObserver(([{ contentRect }]) => this.#measure(contentRect)).observe(canvas);
    new IntersectionObserver((entries) => {
      this.#seen = entries[entries.length - 1].isIntersecting;
      if (this.#seen && this.#dirty) this.invalidate();
    }, { rootMargin: "50%" }).observe(canvas);
    this.#watchRatio();
  }

  /** Sets the height the chart is to have, in CSS pixels; 0 leaves it to the style sheet. @param {number} height */
  fit(height) {
    const canvas = this.#canvas;
    const wanted = height ? `${Math.round(height)}px` : "";
    if (canvas.style.blockSize === wanted) return;
    canvas.style.blockSize = wanted;
    this.#measure(canvas.getBoundingClientRect());
  }

  /** Asks for a new picture in the next frame. */
  invalidate() {
    this.#dirty = true;
    waiting.add(this);
    request();
  }

  /** Draws at once, in view or not: what is at rest is right everywhere. */
  drawNow() {
    this.#dirty = true;
    const seen = this.#seen;
    this.#seen = true;
    this.drawIfSeen();
    this.#seen = seen;
    if (this.#dirty) waiting.add(this);
  }

  drawIfSeen() {
    waiting.delete(this);
    const canvas = this.#canvas;
    const resized = canvas.width !== this.#width || canvas.height !== this.#height;
    // Out of view only a picture of the wrong size is drawn anew: it would be seen blurred for a moment.
    if (!this.#dirty || !(this.#seen || resized) || this.#width === 0 || this.#height === 0) return;
    this.#dirty = false;
    // Setting a size clears the canvas even if it stays the same.
    if (canvas.width !== this.#width) canvas.width = this.#width;
    if (canvas.height !== this.#height) canvas.height = this.#height;
    this.#draw(canvas, devicePixelRatio);
  }

  /** @param {{ width: number, height: number }} box in CSS pixels */
  #measure({ width, height }) {
    const device = { width: Math.round(width * devicePixelRatio), height: Math.round(height * devicePixelRatio) };
    if (device.width === this.#width && device.height === this.#height) return;
    this.#width = device.width;
    this.#height = device.height;
    this.invalidate();
  }

  /** The ratio changes without a resize when a window moves to another screen. */
  #watchRatio() {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        this.#measure(this.#canvas.getBoundingClientRect());
        this.#watchRatio();
      },
      { once: true },
    );
  }
}
