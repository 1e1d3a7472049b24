// @ts-check
// One cursor in time across all charts, by pointer, touch and arrow keys.

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

/** Steps per press of Page Up or Page Down, as a share of the run. */
const PAGE = 20;

/** @param {import("./more.js").Host} host */
export function connectCursor({ state, charts, views, controls }) {
  /** @type {number | undefined} */
  let cursor;

  /** @param {number | undefined} step */
  const show = (step) => {
    if (step === cursor) return;
    cursor = step;
    for (const view of views.values()) view.setCursor(step);
    for (const chart of charts) chart.invalidate();
  };

  for (const [canvas, view] of views) {
    canvas.tabIndex = 0;
    canvas.setAttribute("aria-description", "Arrow keys move a cursor in time.");
    /** @param {PointerEvent} event */
    const follow = ({ offsetX, offsetY }) => {
      const step = view.stepAt(offsetX * devicePixelRatio, offsetY * devicePixelRatio);
      show(step === undefined ? undefined : Math.round(step));
    };
    canvas.addEventListener("pointerdown", follow);
    canvas.addEventListener("pointermove", follow);
    // A finger that is lifted leaves the cursor where it was.
    canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && show(undefined));
    canvas.addEventListener("keydown", (event) => {
      const next = moved(event, cursor, state.traces?.step ?? 0);
      if (next === null) return;
      event.preventDefault();
      show(next);
      controls.announce(next === undefined ? "No cursor." : readOut(state, canvas.dataset.chart ?? "", next));
    });
  }
}

/** The values of a chart at a step, lane by lane. @param {import("./state.js").State} state @param {string} chart @param {number} step */
function readOut({ traces, metadata }, chart, step) {
  const lanes = metadata?.lanes.map(({ label }, lane) => {
    const row = traces?.rowAt(lane, step) ?? [];
    const read = traces?.columns(lane).flatMap((name, c) =>
      READ[chart]?.test(name) && Number.isFinite(row[c]) ? `${inWords(name, metadata)} ${number(row[c])}` : []);
    return read?.length ? `${label}: ${read.slice(0, MOST).join("; ")}.` : "";
  });
  return [`Step ${step}.`, ...(lanes ?? [])].filter(Boolean).join(" ");
}

/**
 * Where a key moves the cursor to; null for keys that are not its business.
 * @param {KeyboardEvent} event @param {number | undefined} cursor @param {number} last
 */
function moved({ key, altKey, ctrlKey, metaKey }, cursor, last) {
  if (altKey || ctrlKey || metaKey) return null;
  const page = Math.max(1, Math.round(last / PAGE));
  const by = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1, PageUp: -page, PageDown: page })[key];
  if (by !== undefined) return Math.min(Math.max((cursor ?? last) + by, 0), last);
  if (key === "Home") return 0;
  if (key === "End") return last;
  return key === "Escape" && cursor !== undefined ? undefined : null;
}
