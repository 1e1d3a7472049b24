// @ts-check
// One chart or a pair, as large as the screen, for a lit room; stepped through by a clicker. Leaving, everything is as before.
/** @import { Host } from "./types.js" */
import { button } from "./dialog.js";
import { element } from "./elements.js";
import { keysOn, onKey, withModifier } from "./keys.js";
import { t } from "./lang.js";
import { addSheet } from "./sheets.js";
import { addTool } from "./toolbar.js";

/** The first stop: what is to be seen together, where there is room for it. */
const PAIR = ["phi", "alignment"];
const ROOM = "(min-width: 44rem)";
/** What clickers and keyboards send. @type {Record<string, "next" | "back" | "first" | "last" | "black" | "leave" | "nothing">} */
const KEYS = {
  PageDown: "next", ArrowRight: "next", ArrowDown: "next", " ": "next", Enter: "next", n: "next",
  PageUp: "back", ArrowLeft: "back", ArrowUp: "back", Backspace: "back",
  Home: "first", End: "last", b: "black", ".": "black", Escape: "leave", p: "leave",
  // Clickers that start a slide show send it; the page must not be loaded anew.
  F5: "nothing",
};

/** @param {Host} host */
export function addPresenter(host) {
  /** @type {Presenter | undefined} */
  let presenter;
  const present = async () => {
    await addSheet("present.css").catch(() => {});
    presenter ??= new Presenter(host);
    presenter.enter();
  };
  addTool({ action: "present", label: t("Present"), order: 40, run: present });
  onKey("p", present);
}

class Presenter {
  #host;
  #root = document.documentElement;
  /** @type {HTMLElement[][]} */ #stops = [];
  #at = 0;
  /** As it was before; undefined while nothing is presented. @type {{ theme: string, top: number, focus: Element | null } | undefined} */ #before;
  #bar;
  #place = element("span", { role: "status", "data-stop": "" });
  #play = button("", "present-play", () => /** @type {HTMLElement} */ (document.querySelector("[data-control=play]")).click());

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    const doing = {
      back: button(t("Back"), "present-back", () => this.#go(-1)),
      next: button(t("Next"), "present-next", () => this.#go(1)),
      black: button(t("Black"), "present-black", () => this.#blacken()),
      leave: button(t("Leave"), "present-leave", () => this.leave()),
    };
    this.#bar = element("div", { class: "presenter", role: "region", "aria-label": t("Presenter"), tabindex: "-1" },
      doing.back, doing.next, this.#place, this.#play, doing.black, doing.leave);
    document.addEventListener("keydown", (event) => this.#key(event), true);
    for (const change of ["fullscreenchange", "webkitfullscreenchange"]) {
      document.addEventListener(change, () => isFull() || this.leave());
    }
    new MutationObserver(() => this.#label()).observe(this.#root, { attributeFilter: ["data-state"] });
  }

  enter() {
    if (this.#before) return;
    this.#stops = stops();
    if (!this.#stops.length) return;
    const { dataset } = this.#root;
    this.#before = { theme: dataset.theme ?? "auto", top: scrollY, focus: document.activeElement };
    dataset.theme = "projector";
    dataset.present = "";
    document.body.append(this.#bar);
    this.#label();
    this.#show(0);
    this.#bar.focus();
    // Where it is not allowed or not known, the window is filled.
    const root = this.#root;
    const full = root.requestFullscreen ?? root.webkitRequestFullscreen;
    Promise.resolve(full?.call(root)).catch(() => {});
  }

  leave() {
    const before = this.#before;
    if (!before) return;
    this.#before = undefined;
    const { dataset } = this.#root;
    dataset.theme = before.theme;
    delete dataset.present;
    delete dataset.black;
    this.#mark([]);
    this.#bar.remove();
    this.#redraw();
    const leaving = document.exitFullscreen ?? document.webkitExitFullscreen;
    if (isFull()) Promise.resolve(leaving?.call(document)).catch(() => {});
    scrollTo({ top: before.top, behavior: "instant" });
    if (before.focus instanceof HTMLElement) before.focus.focus({ preventScroll: true });
  }

  /** @param {number} by */
  #go(by) {
    // A black screen becomes light first, as slides do.
    if (this.#root.dataset.black !== undefined) return this.#blacken();
    this.#show(Math.min(Math.max(this.#at + by, 0), this.#stops.length - 1));
  }

  /** @param {number} at */
  #show(at) {
    this.#at = at;
    const stop = this.#stops[at];
    this.#mark(stop);
    const names = stop.map((figure) => figure.querySelector("h2, h3")?.textContent ?? "");
    this.#place.textContent = t("{at} of {count}: {names}", { at: at + 1, count: this.#stops.length, names: names.join(" · ") });
    this.#redraw();
  }

  /** @param {HTMLElement[]} figures */
  #mark(figures) {
    for (const figure of document.querySelectorAll("[data-shown]")) figure.removeAttribute("data-shown");
    for (const figure of figures) figure.dataset.shown = "";
  }

  #redraw() {
    for (const chart of this.#host.charts) chart.invalidate();
  }

  #blacken() {
    const { dataset } = this.#root;
    if (dataset.black === undefined) dataset.black = "";
    else delete dataset.black;
  }

  #label() {
    if (this.#before) this.#play.textContent = document.querySelector("[data-label]")?.textContent ?? "";
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, target } = event;
    if (!this.#before || withModifier(event) || document.querySelector("dialog[open]")) return;
    const name = key.length === 1 ? key.toLowerCase() : key;
    const what = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
    if (!what || (/^[a-z.]$/.test(name) && !keysOn())) return;
    // A button is pressed by its own keys, and a chart that was chosen has its cursor by arrows.
    if (target instanceof HTMLButtonElement && (key === " " || key === "Enter")) return;
    if (target instanceof HTMLElement && target.closest("[data-shown]") && key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    if (what === "leave") this.leave();
    else if (what === "black") this.#blacken();
    else if (what === "first" || what === "last") this.#show(what === "first" ? 0 : this.#stops.length - 1);
    else if (what !== "nothing") this.#go(what === "next" ? 1 : -1);
  }
}

const isFull = () => !!(document.fullscreenElement ?? document.webkitFullscreenElement);

/** The pair, then each chart that the page shows, in its order. */
function stops() {
  /** @type {NodeListOf<HTMLCanvasElement>} */
  const canvases = document.querySelectorAll("main figure canvas");
  const seen = [...canvases].filter((canvas) => canvas.getClientRects().length > 0);
  const figure = (/** @type {HTMLCanvasElement} */ canvas) => /** @type {HTMLElement} */ (canvas.closest("figure"));
  const pair = (matchMedia(ROOM).matches ? PAIR : []).flatMap((kind) => seen.filter(({ dataset }) => dataset.chart === kind));
  return [...(pair.length === PAIR.length ? [pair.map(figure)] : []), ...seen.map((canvas) => [figure(canvas)])];
}
