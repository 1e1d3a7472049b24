// @ts-check
// What can be dragged on a picture, as buttons over the canvas: by mouse, touch and arrow keys alike.
import { number } from "./words.js";

/** CSS pixels that a press of an arrow key moves a handle, and with Shift. */
const STRIDE = 8;
const FINE = 1;
/** A pointer that moved less has clicked, not dragged. */
const CLICK = 3;

/**
 * @typedef {import("./pkg/auxilearn_lab.js").DragHandle} DragHandle
 * @typedef {object} HandleEvents
 * @property {(id: string, x: number, y: number) => void} drag  to a place in device pixels of the canvas
 * @property {(place: string) => void} drop  the drag has ended, there
 * @property {() => void} cancel  what was dragged is to be as before
 * @property {(id: string) => void} press  clicked, or Enter
 */

const ARROWS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
});

export class Handles {
  #layer = document.createElement("div");
  #canvas;
  #events;
  /** @type {Map<string, HTMLButtonElement>} */ #buttons = new Map();
  /** @type {Map<string, DragHandle>} */ #places = new Map();
  /** What the pointer or the keys are dragging. @type {string | undefined} */ #held;
  #moved = false;
  /** Where the handle is to be in the next frame. @type {{ id: string, x: number, y: number } | undefined} */ #next;

  /** @param {HTMLCanvasElement} canvas in an element of its size @param {HandleEvents} events */
  constructor(canvas, events) {
    this.#canvas = canvas;
    this.#events = events;
    this.#layer.className = "handles";
    canvas.after(this.#layer);
  }

  get dragging() {
    return this.#held !== undefined;
  }

  /** Puts the handles where they are now. @param {DragHandle[]} handles */
  place(handles) {
    const ratio = devicePixelRatio;
    this.#places = new Map(handles.map((handle) => [handle.id, handle]));
    for (const [id, button] of this.#buttons) {
      // What is held is not taken out of the hand, even if it is out of the picture.
      if (this.#places.has(id) || id === this.#held) continue;
      button.remove();
      this.#buttons.delete(id);
    }
    for (const { id, label, x, y, at } of handles) {
      const button = this.#buttons.get(id) ?? this.#add(id);
      // While a run is replayed hardly any handle moves.
      const place = `${x / ratio}px ${y / ratio}px`;
      if (button.style.translate !== place) button.style.translate = place;
      const name = `${label}, at ${at.map((x) => number(x)).join(", ")}`;
      if (button.ariaLabel !== name) [button.ariaLabel, button.title] = [name, label];
    }
  }

  /** @param {string} id */
  #add(id) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.handle = id;
    button.setAttribute("aria-description", "Arrow keys move it, with Shift in small steps.");
    button.addEventListener("pointerdown", (event) => this.#grab(button, event));
    button.addEventListener("keydown", (event) => this.#key(id, event));
    button.addEventListener("keyup", ({ key }) => key in ARROWS && this.#release());
    button.addEventListener("blur", () => this.#release());
    // The click that ends a drag is none.
    button.addEventListener("click", () => (this.#moved ? (this.#moved = false) : this.#events.press(id)));
    this.#buttons.set(id, button);
    this.#layer.append(button);
    return button;
  }

  /** @param {HTMLButtonElement} button @param {PointerEvent} event */
  #grab(button, event) {
    if (event.button !== 0) return;
    const id = button.dataset.handle ?? "";
    const { left, top } = this.#canvas.getBoundingClientRect();
    const place = this.#places.get(id);
    if (!place) return;
    // The pointer keeps its distance from the handle's middle.
    const off = { x: event.clientX - left - place.x / devicePixelRatio, y: event.clientY - top - place.y / devicePixelRatio };
    const begun = { x: event.clientX, y: event.clientY };
    this.#moved = false;
    button.setPointerCapture(event.pointerId);
    const stop = new AbortController();
    /** @param {PointerEvent} event */
    const follow = ({ clientX, clientY }) => {
      if (!this.#moved && Math.hypot(clientX - begun.x, clientY - begun.y) < CLICK) return;
      this.#moved = true;
      const box = this.#canvas.getBoundingClientRect();
      this.#to(id, (clientX - box.left - off.x) * devicePixelRatio, (clientY - box.top - off.y) * devicePixelRatio);
    };
    const end = () => (stop.abort(), this.#release());
    const { signal } = stop;
    button.addEventListener("pointermove", follow, { signal });
    button.addEventListener("pointerup", end, { signal });
    button.addEventListener("pointercancel", end, { signal });
    button.addEventListener("keydown", ({ key }) => key === "Escape" && (stop.abort(), this.#cancel()), { signal });
  }

  /** @param {string} id @param {KeyboardEvent} event */
  #key(id, event) {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    const way = ARROWS[key];
    const place = this.#places.get(id);
    if (!way || !place || altKey || ctrlKey || metaKey) return;
    event.preventDefault();
    const stride = (shiftKey ? FINE : STRIDE) * devicePixelRatio;
    // Presses may come faster than pictures.
    const from = this.#next ?? place;
    // Out of the picture the keyboard could not follow.
    const within = (/** @type {number} */ x, /** @type {number} */ size) => Math.min(Math.max(x, 0), size);
    const { width, height } = this.#canvas;
    this.#to(id, within(from.x + way[0] * stride, width), within(from.y + way[1] * stride, height));
  }

  /** Drags in the next frame: pointers report more often than there are pictures. @param {string} id @param {number} x @param {number} y */
  #to(id, x, y) {
    this.#held = id;
    if (!this.#next) requestAnimationFrame(() => this.#drag());
    this.#next = { id, x, y };
  }

  #drag() {
    const next = this.#next;
    this.#next = undefined;
    if (next) this.#events.drag(next.id, next.x, next.y);
  }

  #release() {
    const id = this.#held;
    if (id === undefined) return;
    this.#drag();
    this.#held = undefined;
    const place = this.#places.get(id);
    this.#events.drop(place ? `${place.label} at ${place.at.map((x) => number(x)).join(", ")}` : "out of the picture");
  }

  #cancel() {
    this.#next = undefined;
    if (this.#held !== undefined) this.#events.cancel();
    this.#held = undefined;
  }
}
