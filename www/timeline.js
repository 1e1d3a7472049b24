// @ts-check
// The run's time: a slider over the steps with marks of what happened, and the same in words below the charts.
/** @import { Host, Metadata, Program, RunEvent } from "./types.js" */
import { numbered, t } from "./lang.js";

/** Milliseconds between two looks at what happened. */
const REST = 200;
/** How near the pointer must be to a mark to be told of it, in CSS pixels. */
const NEAR = 8;

/** Marks by what happened, in a box of 10 by 10. @type {Record<string, string>} */
const SHAPES = {
  grows: "M5 1l4.5 8h-9z",
  shrinks: "M5 9L.5 1h9z",
  flutters: "M5 0l4 5-4 5-4-5z",
  zero: "M5 1a4 4 0 1 0 .01 0zM5 3a2 2 0 1 1-.01 0z",
  leaves: "M5 1a4 4 0 1 0 .01 0z",
  converged: "M1 1h8v8H1z",
};
/** Ends without a shape of their own: the lane broke off. */
const BROKEN = "M1.5 0L5 3.5 8.5 0 10 1.5 6.5 5 10 8.5 8.5 10 5 6.5 1.5 10 0 8.5 3.5 5 0 1.5z";

/** @param {Host} host @param {Program} program */
export function addTimeline(host, program) {
  const timeline = new Timeline(host, program);
  host.cursor.follow(() => {
    timeline.update();
    timeline.tabulate();
  });
  host.followers.add(() => timeline.update());
}

class Timeline {
  #host;
  #program;
  #range;
  #marks;
  #latest;
  #list;
  #notes;
  /** @type {RunEvent[]} */ #events = [];
  /** What is shown, to tell whether anything is new. */
  #shown = "";
  #last = 0;
  /** Of the experiment. */
  #title = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #looking;

  /** @param {Host} host @param {Program} program */
  constructor(host, program) {
    this.#host = host;
    this.#program = program;
    const { bar, range, marks, latest } = slider();
    this.#range = range;
    this.#marks = marks;
    this.#latest = latest;
    range.addEventListener("input", () => this.#scrub(Number(range.value)));
    range.addEventListener("keydown", ({ key }) => key === "Escape" && host.cursor.show(undefined));
    bar.addEventListener("pointermove", ({ clientX }) => (range.title = this.#near(clientX)));
    latest.addEventListener("click", () => {
      host.cursor.show(undefined);
      range.focus();
    });
    const { section, list, notes } = happened();
    this.#list = list;
    this.#notes = notes;
    section.addEventListener("click", ({ target }) => {
      const step = /** @type {HTMLElement} */ (target).closest("button")?.dataset.step;
      if (step !== undefined) host.cursor.show(Math.min(Number(step), host.state.traces?.step ?? 0));
    });
    this.update();
  }

  /** Follows the cursor and the run. */
  update() {
    const { cursor, state } = this.#host;
    const { traces, metadata } = state;
    if (!traces || !metadata) return;
    const last = traces.step;
    // A run that began anew has not come to where the cursor was; a shorter one never will.
    const anew = metadata.title !== this.#title || last < this.#last;
    [this.#title, this.#last] = [metadata.title, last];
    if (cursor.step !== undefined && (anew || cursor.step > metadata.steps)) cursor.show(undefined);
    const range = this.#range;
    const step = cursor.step ?? last;
    range.max = String(Math.max(metadata.steps, 1));
    range.value = String(step);
    range.setAttribute("aria-valuetext", t("step {step} of {steps}, seed {seed}", { step, steps: metadata.steps, seed: metadata.seed }));
    this.#latest.hidden = cursor.step === undefined;
    this.#looking ??= setTimeout(() => this.#look(), REST);
  }

  /** The tables show what the cursor stands at. */
  tabulate() {
    const { cursor, state, values } = this.#host;
    values.step = cursor.step;
    if (state.traces) values.fill(state.traces);
    const heading = cursor.step === undefined ? t("Present value") : t("At step {step}", { step: cursor.step });
    for (const cell of document.querySelectorAll("[data-table] thead th:first-child")) cell.textContent = heading;
  }

  /** Beyond the last row there is nothing to look at yet. @param {number} step */
  #scrub(step) {
    const { cursor, state } = this.#host;
    cursor.show(step < (state.traces?.step ?? 0) ? step : undefined);
    this.update();
  }

  /** What happened so far. */
  #look() {
    this.#looking = undefined;
    const { state, charts } = this.#host;
    const { traces, metadata, changed } = state;
    if (!traces || !metadata) return;
    const events = traces.events().sort((a, b) => a.step - b.step);
    const shown = JSON.stringify([events, metadata.lanes, metadata.steps, changed, document.documentElement.dataset.theme]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#events = events;
    this.#mark(metadata.steps);
    this.#tell();
    for (const chart of charts) chart.invalidate();
  }

  /** Lanes take turns above and below the bar. @param {number} steps */
  #mark(steps) {
    const theme = this.#host.controls.chartTheme();
    const marked = this.#events.filter(({ kind }) => kind !== "finished");
    this.#marks.replaceChildren(...marked.map(({ lane, step, task, kind }) => {
      const mark = document.createElement("span");
      const fill = task === null ? "currentColor" : this.#program.taskColour(task, theme);
      mark.innerHTML = `<svg viewBox="0 0 10 10" fill="${fill}"><path d="${SHAPES[kind] ?? BROKEN}"/></svg>`;
      mark.style.insetInlineStart = `${(100 * step) / Math.max(steps, 1)}%`;
      mark.dataset.mark = kind;
      mark.dataset.side = lane % 2 ? "below" : "above";
      return mark;
    }));
  }

  /** In words, and what is to be known of the numbers. */
  #tell() {
    const { lanes } = /** @type {Metadata} */ (this.#host.state.metadata);
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.event;
    const items = this.#events.map((event) => {
      const item = document.createElement("li");
      item.innerHTML = '<button type="button"><b></b> <span></span></button>';
      const button = /** @type {HTMLButtonElement} */ (item.firstChild);
      const { lane, step, task, kind, text } = event;
      button.children[0].textContent = t("step {step}", { step });
      button.children[1].textContent = t("{lane}: {what}", { lane: numbered(lanes[lane].label), what: numbered(text) });
      Object.assign(button.dataset, { step, event: [lane, task, kind, step].join() });
      return item;
    });
    if (!items.length) items.push(Object.assign(document.createElement("li"), { textContent: t("Nothing yet.") }));
    this.#list.replaceChildren(...items);
    /** @type {HTMLElement | null} */ (focused && this.#list.querySelector(`[data-event="${focused}"]`))?.focus();
    this.#notes.replaceChildren(...this.#remarks().map((textContent) => Object.assign(document.createElement("p"), { textContent })));
    showChange(this.#host.state.changed);
    this.tabulate();
  }

  /** What stands still at steps of one part. */
  #remarks() {
    const { lanes } = /** @type {Metadata} */ (this.#host.state.metadata);
    const without = (/** @type {string} */ part) =>
      lanes.filter(({ method }) => !this.#program.hasPart(method, part)).map(({ label }) => numbered(label)).join(t(", "));
    const [w, phi] = [without("w"), without("phi")];
    return [
      w && t("At a step of W alone this stands still: {lanes}.", { lanes: w }),
      phi && t("At a step of φ alone this stands still: {lanes}.", { lanes: phi }),
    ].filter(Boolean);
  }

  /** The moments at a place, in words. @param {number} clientX */
  #near(clientX) {
    const { state } = this.#host;
    const { left, width } = this.#marks.getBoundingClientRect();
    const at = (/** @type {RunEvent} */ { step }) => left + (width * step) / Math.max(state.metadata?.steps ?? 1, 1);
    const near = this.#events.filter((event) => Math.abs(at(event) - clientX) <= NEAR);
    return near.map(({ lane, step, text }) => t("step {step} · {lane}: {what}", { step, lane: numbered(state.metadata?.lanes[lane]?.label ?? ""), what: numbered(text) })).join("\n");
  }
}

/** The slider over the progress of the run, which keeps its place. */
function slider() {
  const progress = /** @type {HTMLElement} */ (document.querySelector("[data-progress]"));
  const bar = document.createElement("div");
  bar.className = "timeline";
  progress.before(bar);
  bar.append(progress);
  bar.insertAdjacentHTML("beforeend", '<div class="marks" aria-hidden="true"></div>' +
    `<input type="range" data-control="time" min="0" step="1" aria-label="${t("Step looked at")}">` +
    `<button type="button" class="latest" data-action="latest" hidden>${t("Latest step")}</button>`);
  const [marks, range, latest] = [...bar.children].slice(1);
  return {
    bar,
    marks,
    range: /** @type {HTMLInputElement} */ (range),
    latest: /** @type {HTMLButtonElement} */ (latest),
  };
}

/** Below the charts. */
function happened() {
  const section = document.createElement("section");
  section.className = "happened";
  section.innerHTML = `<h2>${t("What happened")}</h2><ol data-events></ol><div class="aside"></div>`;
  document.querySelector(".stage")?.after(section);
  const [, list, notes] = section.children;
  return { section, list, notes };
}

/** Beside the digests: whether they are those of the document. @param {number | undefined} step */
function showChange(step) {
  const prints = document.querySelector("[data-digests]");
  /** @type {HTMLElement | null} */
  let note = document.querySelector("[data-changed]");
  if (!note) {
    note = Object.assign(document.createElement("p"), { className: "changed" });
    note.dataset.changed = "";
    prints?.before(note);
  }
  note.hidden = step === undefined;
  note.textContent = step === undefined ? "" :
    t("This run was changed on the way, after step {step}: it cannot be had from the document alone. Rewind runs the document as it stands.", { step });
}
