// @ts-check
// One cursor in time across all charts, by pointer, touch and arrow keys.
/** @import { Host, State, View } from "./types.js" */
import { withModifier } from "./keys.js";
import { numbered, t } from "./lang.js";
import { inWords } from "./values.js";
import { number } from "./words.js";

/** What is read out of each chart. @type {Record<string, RegExp>} */
const READ = {
  phi: /^(phi|effective_weight)_/,
  alignment: /^alignment_/,
  losses: /^loss_(aux_set|test)$/,
  ledger: /^fall_by_/,
  trust: /^(cosine|magnitude_ratio|sign_agreement)$/,
};
/** Values of a lane that are read out at most: more cannot be followed by ear. */
const MOST = 6;

/** CSS pixels that a finger may slip while it taps. */
const TAP = 10;

/** Steps per press of Page Up or Page Down, as a share of the run. */
const PAGE = 20;

/** The step looked at: one for the whole page. */
export class Cursor {
  #host;
  /** @type {number | undefined} */ #step;
  /** @type {Set<() => void>} */ #followers = new Set();

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    for (const [canvas, view] of host.views) this.attach(canvas, view);
  }

  /** Undefined where no step is looked at: the charts show the last one. */
  get step() {
    return this.#step;
  }

  /** Looks at a step, or no longer at any. @param {number | undefined} step */
  show(step) {
    if (step === this.#step) return;
    this.#step = step;
    for (const view of this.#host.views.values()) view.setCursor(step);
    for (const chart of this.#host.charts) chart.invalidate();
    for (const follower of this.#followers) follower();
  }

  /** Calls `follower` after each move. @param {() => void} follower */
  follow(follower) {
    this.#followers.add(follower);
  }

  /** Pointer, touch and keys on a chart over time move the cursor. @param {HTMLCanvasElement} canvas @param {View} view */
  attach(canvas, view) {
    canvas.tabIndex = 0;
    canvas.setAttribute("aria-description", t("Arrow keys move a cursor in time."));
    /** @param {PointerEvent} event */
    const follow = ({ offsetX, offsetY }) => {
      const step = view.stepAt(offsetX * devicePixelRatio, offsetY * devicePixelRatio);
      this.show(step === undefined ? undefined : Math.round(step));
    };
    const mouse = (/** @type {PointerEvent} */ event) => event.pointerType === "mouse" && follow(event);
    // A finger that moves scrolls or zooms the page; one that only taps puts the cursor there, which stays.
    let tapped = { x: NaN, y: NaN };
    canvas.addEventListener("pointerdown", (event) => {
      tapped = { x: event.clientX, y: event.clientY };
      mouse(event);
    });
    canvas.addEventListener("pointermove", mouse);
    canvas.addEventListener("pointerup", (event) => {
      const { pointerType, isPrimary, clientX, clientY } = event;
      if (pointerType !== "mouse" && isPrimary && Math.hypot(clientX - tapped.x, clientY - tapped.y) < TAP) follow(event);
    });
    canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && this.show(undefined));
    canvas.addEventListener("keydown", (event) => {
      const { state, controls } = this.#host;
      const next = moved(event, this.#step, state.traces?.step ?? 0);
      if (next === null) return;
      event.preventDefault();
      this.show(next);
      controls.announce(next === undefined ? t("No cursor.") : readOut(state, canvas.dataset.chart ?? "", next));
    });
  }
}

/** The values of a chart at a step, lane by lane. @param {State} state @param {string} chart @param {number} step */
function readOut({ traces, metadata }, chart, step) {
  const lanes = metadata?.lanes.map(({ label }, lane) => {
    const row = traces?.rowAt(lane, step) ?? [];
    const read = traces?.columns(lane).flatMap((name, c) =>
      READ[chart]?.test(name) && Number.isFinite(row[c]) ? `${inWords(name, metadata)} ${number(row[c])}` : []);
    return read?.length ? t("{lane}: {what}.", { lane: numbered(label), what: read.slice(0, MOST).join(t("; ")) }) : "";
  });
  return [t("Step {step}.", { step }), ...(lanes ?? [])].filter(Boolean).join(t(" "));
}

/**
 * Where a key moves the cursor to; null for keys that are not its business.
 * @param {KeyboardEvent} event @param {number | undefined} cursor @param {number} last
 */
function moved(event, cursor, last) {
  const { key } = event;
  if (withModifier(event)) return null;
  const page = Math.max(1, Math.round(last / PAGE));
  /** @type {Record<string, number>} */
  const ways = { ArrowLeft: -1, ArrowRight: 1, PageUp: -page, PageDown: page };
  const by = ways[key];
  if (by !== undefined) return Math.min(Math.max((cursor ?? last) + by, 0), last);
  if (key === "Home") return 0;
  if (key === "End") return last;
  return key === "Escape" && cursor !== undefined ? undefined : null;
}
