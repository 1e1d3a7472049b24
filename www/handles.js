// @ts-check
// What can be dragged on a picture, as buttons over the canvas: by mouse, touch and arrow keys alike.
/** @import { DragHandle } from "./types.js" */
import { withModifier } from "./keys.js";
import { numbered, t } from "./lang.js";
import { number } from "./words.js";

/** CSS pixels that a press of an arrow key moves a handle, and with Shift. */
const STRIDE = 8;
const FINE = 1;
/** A pointer that moved less has clicked, not dragged. */
const CLICK = 3;
/** CSS pixels from a handle's middle to its edge. */
const REACH = 20;
/** Handles so near to each other, in CSS pixels, lie at the same place: which one is meant cannot be seen. */
const SAME = 2;
/** Device pixels from where a drag began within which it is back there. */
const HOME = 0.5;

/**
 * @typedef {object} HandleEvents
 * @property {(id: string, x: number, y: number, home: boolean) => void} drag  to a place in device pixels of the canvas; whether that is where it was
 * @property {(place: string, id: string, byKeys: boolean) => void} drop  the drag has ended, there
 * @property {() => void} cancel  what was dragged is to be as before
 * @property {(id: string) => void} press  clicked, or Enter
 * @property {() => void} escape  Escape while nothing is dragged
 * @property {() => void} leave  the focus goes elsewhere
 * @property {(words: string) => void} say
 */

/** @type {Record<string, [number, number]>} */
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Of a coordinate: out of the picture nobody could follow. @param {number} x @param {number} size */
const within = (x, size) => Math.min(Math.max(x, 0), size);

/** @param {ArrayLike<number>} at */
const coordinates = (at) => Array.from(at, (x) => number(x)).join(", ");

/** Names of handles at one place, the one that is meant first. @param {DragHandle} first @param {DragHandle[]} others */
function together({ label }, others) {
  return others.reduce((name, other) => t("{name}, at the same place: {other}", { name, other: numbered(other.label) }), numbered(label));
}

export class Handles {
  #layer = document.createElement("div");
  #canvas;
  #events;
  /** @type {Map<string, HTMLButtonElement>} */ #buttons = new Map();
  /** @type {Map<string, DragHandle>} */ #places = new Map();
  /** What the pointer or the keys are dragging, and from where. @type {{ id: string, label: string, byKeys: boolean, from: { x: number, y: number } | undefined } | undefined} */ #held;
  /** Lets the pointer go that is down. @type {AbortController | undefined} */ #down;
  /** Where the handle is to be in the next frame. @type {{ id: string, x: number, y: number } | undefined} */ #next;
  /** The handle that was clicked last. */
  #pressed = "";

  /** @param {HTMLCanvasElement} canvas in an element of its size @param {HandleEvents} events */
  constructor(canvas, events) {
    this.#canvas = canvas;
    this.#events = events;
    const layer = this.#layer;
    layer.className = "handles";
    layer.addEventListener("pointerdown", (event) => this.#grab(event));
    // The one that is meant gets the focus, not the one that lies on top.
    layer.addEventListener("mousedown", (event) => event.preventDefault());
    // One finger drags what it took; two zoom, and one that took nothing scrolls.
    layer.addEventListener("touchmove", (event) => this.#down && event.touches.length === 1 && event.preventDefault(), { passive: false });
    layer.addEventListener("pointermove", (event) => this.#hover(event));
    layer.addEventListener("pointerleave", () => this.#mark(undefined));
    canvas.after(layer);
  }

  /** Puts the handles where they are now. @param {DragHandle[]} handles */
  place(handles) {
    const ratio = devicePixelRatio;
    this.#places = new Map(handles.map((handle) => [handle.id, handle]));
    for (const [id, button] of this.#buttons) {
      // What is held is not taken out of the hand, even if it is out of the picture.
      if (this.#places.has(id) || id === this.#held?.id) continue;
      const focused = document.activeElement === button;
      button.remove();
      this.#buttons.delete(id);
      if (focused) this.#buttons.get(this.#pressed)?.focus({ preventScroll: true });
    }
    for (const { id, label, x, y, at } of handles) {
      const button = this.#buttons.get(id) ?? this.#add(id);
      // While a run is replayed hardly any handle moves.
      const place = `${x / ratio}px ${y / ratio}px`;
      if (button.style.translate !== place) button.style.translate = place;
      const name = t("{label}, at {place}", { label: numbered(label), place: coordinates(at) });
      if (button.ariaLabel !== name) button.ariaLabel = name;
    }
  }

  /** Whatever is in hand is no longer: it belongs to a problem that is gone. */
  letGo() {
    this.#down?.abort();
    this.#down = this.#held = this.#next = undefined;
  }

  /** @param {string} id */
  #add(id) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.handle = id;
    button.setAttribute("aria-description", t("Arrow keys move it, with Shift in small steps; Escape takes the moves back."));
    button.addEventListener("keydown", (event) => this.#key(id, event));
    button.addEventListener("keyup", ({ key }) => key in ARROWS && this.#held?.byKeys && this.#release());
    button.addEventListener("blur", () => (this.#release(), this.#events.leave()));
    // Of keys only: a pointer that is lifted has been dealt with.
    button.addEventListener("click", ({ detail }) => detail === 0 && this.#press(id));
    this.#buttons.set(id, button);
    this.#layer.append(button);
    return button;
  }

  /** @param {string} id */
  #press(id) {
    this.#pressed = id;
    this.#events.press(id);
  }

  /** The handle whose middle is nearest to a pointer, and all that lie where it does. @param {PointerEvent} event */
  #nearest({ clientX, clientY }) {
    const { left, top } = this.#canvas.getBoundingClientRect();
    const away = (/** @type {DragHandle} */ { x, y }, /** @type {number} */ toX, /** @type {number} */ toY) =>
      Math.hypot(x / devicePixelRatio - toX, y / devicePixelRatio - toY);
    const pointer = /** @type {const} */ ([clientX - left, clientY - top]);
    const [nearest] = [...this.#places.values()].sort((a, b) => away(a, ...pointer) - away(b, ...pointer));
    if (!nearest) return undefined;
    const middle = /** @type {const} */ ([nearest.x / devicePixelRatio, nearest.y / devicePixelRatio]);
    const same = [...this.#places.values()].filter((place) => away(place, ...middle) <= SAME);
    // Of several the one that was taken last, else the one drawn on top.
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.handle;
    const taken = same.find(({ id }) => id === focused) ?? same[same.length - 1];
    return { place: taken, others: same.filter((place) => place !== taken), pointer };
  }

  /** Tells which handle a press would take. @param {PointerEvent} event */
  #hover(event) {
    if (this.#down || event.pointerType !== "mouse") return;
    const found = this.#nearest(event);
    if (found) this.#mark(found.place.id, together(found.place, found.others));
  }

  /** @param {string | undefined} near @param {string} [title] */
  #mark(near, title = "") {
    for (const [id, button] of this.#buttons) button.toggleAttribute("data-near", id === near);
    if (this.#layer.title !== title) this.#layer.title = title;
  }

  /** @param {PointerEvent} event */
  #grab(event) {
    const found = this.#nearest(event);
    if (event.button !== 0 || this.#down || !found) return;
    const { place, others, pointer } = found;
    const { id } = place;
    // Browsers give a press beside a button to it: a finger that is put down beside a handle scrolls.
    const away = Math.hypot(pointer[0] - place.x / devicePixelRatio, pointer[1] - place.y / devicePixelRatio);
    if (event.pointerType !== "mouse" && away > REACH) return;
    const button = this.#buttons.get(id);
    if (!button) return;
    const again = document.activeElement === button;
    button.focus({ preventScroll: true });
    // The pointer keeps its distance from the handle's middle.
    const off = { x: pointer[0] - place.x / devicePixelRatio, y: pointer[1] - place.y / devicePixelRatio };
    const begun = { x: event.clientX, y: event.clientY, top: this.#canvas.getBoundingClientRect().top };
    let moved = false;
    button.setPointerCapture(event.pointerId);
    this.#down = new AbortController();
    const { signal } = this.#down;
    /** @param {PointerEvent} event */
    const follow = ({ clientX, clientY }) => {
      if (!moved && Math.hypot(clientX - begun.x, clientY - begun.y) < CLICK) return;
      moved = true;
      // What stands above may change its height with the run: the picture stays under the hand, in every browser.
      scrollBy({ top: this.#canvas.getBoundingClientRect().top - begun.top, behavior: "instant" });
      const box = this.#canvas.getBoundingClientRect();
      this.#to(id, (clientX - box.left - off.x) * devicePixelRatio, (clientY - box.top - off.y) * devicePixelRatio, false);
    };
    const end = () => {
      this.#down?.abort();
      this.#down = undefined;
      this.#release();
    };
    button.addEventListener("pointermove", follow, { signal });
    button.addEventListener("pointerup", () => (end(), moved || this.#clicked(place, others, again)), { signal });
    // The browser takes the pointer to zoom or to scroll.
    button.addEventListener("pointercancel", () => this.#giveUp(), { signal });
  }

  /** A click where several handles lie takes one after the other. @param {DragHandle} place @param {DragHandle[]} others @param {boolean} again */
  #clicked(place, others, again) {
    if (!others.length || !again) this.#press(place.id);
    if (!others.length) return;
    const all = [...this.#places.keys()].filter((id) => id === place.id || others.some((other) => other.id === id));
    const next = this.#places.get(all[(all.indexOf(place.id) + 1) % all.length]) ?? place;
    if (again) {
      this.#buttons.get(next.id)?.focus({ preventScroll: true });
      this.#events.say(t("Now in hand: {label}. At the same place: {other}.", { label: numbered(next.label), other: numbered(place.label) }));
    } else this.#events.say(t("In hand: {label}. At the same place, with another click: {other}.", { label: numbered(place.label), other: numbered(next.label) }));
  }

  /** @param {string} id @param {KeyboardEvent} event */
  #key(id, event) {
    const { key, shiftKey } = event;
    if (withModifier(event)) return;
    if (key === "Escape") return this.#escape();
    const way = ARROWS[key];
    const place = this.#places.get(id);
    if (!way || !place || this.#down) return;
    event.preventDefault();
    const stride = (shiftKey ? FINE : STRIDE) * devicePixelRatio;
    // Presses may come faster than pictures.
    const from = this.#next ?? place;
    this.#to(id, from.x + way[0] * stride, from.y + way[1] * stride, true);
  }

  /** Drags in the next frame: pointers report more often than there are pictures. @param {string} id @param {number} x @param {number} y @param {boolean} byKeys */
  #to(id, x, y, byKeys) {
    const place = this.#places.get(id);
    const label = place?.label ?? this.#held?.label ?? "";
    const from = this.#held?.id === id ? this.#held.from : place && { x: place.x, y: place.y };
    this.#held = { id, label, byKeys, from };
    if (!this.#next) requestAnimationFrame(() => this.#drag());
    const { width, height } = this.#canvas;
    // What is one value has one direction.
    this.#next = { id, x: within(x, width), y: place?.at.length === 1 ? place.y : within(y, height) };
  }

  #drag() {
    const next = this.#next;
    this.#next = undefined;
    if (!next) return;
    const from = this.#held?.from;
    this.#events.drag(next.id, next.x, next.y, !!from && Math.hypot(next.x - from.x, next.y - from.y) < HOME);
  }

  #release() {
    const held = this.#held;
    if (!held) return;
    this.#drag();
    this.#held = undefined;
    const place = this.#places.get(held.id);
    const label = numbered(held.label);
    const where = place ? t("{label} at {place}", { label, place: coordinates(place.at) }) : t("{label} out of the picture; Fit brings it back", { label });
    this.#events.drop(where, held.id, held.byKeys);
  }

  #escape() {
    if (!this.#down) {
      this.#release();
      return this.#events.escape();
    }
    this.#giveUp();
  }

  /** What is dragged goes back to where it was. */
  #giveUp() {
    const dragged = this.#held;
    this.letGo();
    if (dragged) this.#events.cancel();
  }
}
