// @ts-check
// The problem itself on the page: plane of W, landscape of φ, Neumann lab; and what drags make of it.
import { ProblemChart } from "./problem_chart.js";
import { landscapeTools, neumannTools, planeTools } from "./tools.js";

/**
 * @typedef {import("./more.js").Host} Host
 * @typedef {import("./more.js").Program} Program
 * @typedef {import("./state.js").Traces} Traces
 */

const RESTING = ["ready", "paused", "finished"];
/** Milliseconds that a run restarted by a drag has before the next restart. */
const PATIENCE = 150;
/** Milliseconds without a new picture after which rough ones are made finer. */
const QUIET = 100;
/** Documents that can be gone back to. */
const KEPT = 50;

/** Heading of each chart, and what can be done with it. */
const CHARTS = /** @type {Record<string, { heading: string, tools?: (bench: Bench, figure: HTMLElement) => void }>} */ ({
  w_plane: { heading: "Where does each task pull?", tools: planeTools },
  phi_landscape: { heading: "Which weights are best?", tools: landscapeTools },
  neumann: { heading: "How good is a truncated series?", tools: neumannTools },
  cut_short: { heading: "How far can the inner loop be cut short?" },
});

/** A document and the preset that it is, if it is one. @typedef {{ document: string, preset: string | undefined }} Kept */

/** The problem that is shown, its charts, and the runs that drags restart. */
export class Bench {
  /** @type {any} a `Problem` */ problem;
  program;
  host;
  /** Text of the document that `problem` is of. */
  #document = "";
  /** What was asked to be run last by this part of the page, and what was run when it last looked. */
  #own = "";
  #seen = "";
  /** Whether the run that was seen goes on is known by its traces. @type {unknown} */ #traces;
  /** `#document` is still to be run, with these words. @type {string | undefined} */ #waiting;
  #runAt = 0;
  #refining = 0;
  /** What drags have left behind, and what the present one began with. @type {Kept[]} */ #before = [];
  /** @type {(Kept & { series: number[] }) | undefined} */ #begun;
  /** @type {import("./canvas.js").Chart[]} */ charts = [];
  /** Called when another document is shown, and with the handles of each picture. @type {(() => void)[]} */ followers = [];
  /** @type {((canvas: HTMLCanvasElement, handles: import("./handles.js").DragHandle[]) => void)[]} */ watchers = [];

  /** @param {Host} host @param {Program} program */
  constructor(host, program) {
    this.host = host;
    this.program = program;
    new MutationObserver(() => this.#phase()).observe(document.documentElement, { attributeFilter: ["data-state"] });
  }

  get resting() {
    return RESTING.includes(this.host.state.phase);
  }

  /** The problem of the document that is run, looked at where the cursor is. @param {Traces} traces */
  ready(traces) {
    this.#follow();
    this.problem?.look(traces, this.host.cursor.step, this.resting);
    return !!this.problem;
  }

  /** Another document may have been taken, or this part's own refused. */
  #follow() {
    const { document, phase, traces } = this.host.state;
    if (document !== this.#seen) {
      const onward = traces === this.#traces;
      [this.#seen, this.#traces] = [document, traces];
      if (document === this.#own) return;
      // Whatever is in hand belongs to another experiment.
      this.#begun = this.#waiting = undefined;
      this.#before = [];
      this.#show(document, onward);
    } else if (!this.#begun && this.#waiting === undefined && phase !== "loading" && document !== this.#document) {
      this.#show(document, false);
    }
  }

  /** @param {string} document @param {boolean} alike  seen as the problem before */
  #show(document, alike) {
    try {
      const { Problem } = this.program;
      const next = alike && this.problem ? Problem.after(this.problem, document) : new Problem(document);
      this.problem?.free();
      this.problem = next;
      // The document may have another one.
      next.resetSeries();
    } catch {
      return false;
    }
    this.#document = document;
    this.#tell();
    return true;
  }

  #tell() {
    for (const follow of this.followers) follow();
  }

  /** Makes what is rough finer once nothing has moved for a while, a little in every frame. */
  refine() {
    clearTimeout(this.#refining);
    if (this.problem.isUnfinished) this.#refining = setTimeout(() => this.#goOn(), QUIET);
  }

  #goOn() {
    if (this.problem.goOn()) this.redraw();
    else if (this.problem.isUnfinished) this.#refining = setTimeout(() => this.#goOn());
  }

  redraw() {
    for (const chart of this.charts) chart.invalidate();
  }

  /** @param {HTMLCanvasElement} canvas @param {import("./handles.js").DragHandle[]} handles */
  drawn(canvas, handles) {
    for (const watch of this.watchers) watch(canvas, handles);
  }

  /** What a drag makes is shown at once and run as soon as the worker is free. @param {() => string | undefined} edit */
  drag(edit) {
    if (!this.problem) return;
    this.#begun ??= { ...this.#present(), series: [...this.problem.series] };
    this.problem.drag(true);
    const document = edit();
    if (document !== undefined && document !== this.#document) {
      const { series } = this;
      // What cannot be there stays where it was.
      if (!this.#show(document, true)) return;
      this.problem.chooseSeries(...series);
      this.problem.drag(true);
      this.#run("");
    } else this.#tell();
    // In this very frame; what is out of view waits.
    for (const chart of this.charts) {
      chart.invalidate();
      chart.drawIfSeen();
    }
  }

  /** The series shown, as `chooseSeries` takes it. @returns {[number, number, number, boolean]} */
  get series() {
    const [terms, alpha, damping, official] = this.problem.series;
    return [terms, alpha, damping, official === 1];
  }

  /** What is shown now, to be gone back to. @returns {Kept} */
  #present() {
    const { document, preset } = this.host.state;
    return { document: this.#document, preset: this.#document === document ? preset : undefined };
  }

  /** @param {string} place */
  drop(place) {
    this.problem?.drag(false);
    const begun = this.#begun;
    this.#begun = undefined;
    if (!begun) return;
    if (begun.document !== this.#document) this.#keep(begun);
    if (this.#settled && begun.document === this.#document) this.host.controls.announce(`${place}.`);
    else {
      this.#runAt = 0;
      this.#run(`Dragged: ${place}. Run restarted from the same seed. `);
    }
    this.#tell();
    this.redraw();
  }

  /** Whether what is shown is what is run, or on its way into the worker. */
  get #settled() {
    return this.#waiting === undefined && this.host.state.document === this.#document && this.host.state.phase !== "loading";
  }

  cancel() {
    const begun = this.#begun;
    this.#begun = undefined;
    this.problem?.drag(false);
    if (!begun) return;
    const [terms, alpha, damping, official] = begun.series;
    this.problem.chooseSeries(terms, alpha, damping, official === 1);
    if (begun.document !== this.#document || !this.#settled) this.#restore(begun, "Drag taken back: run restarted. ");
    this.#tell();
    this.redraw();
  }

  /** @param {string} id */
  press(id) {
    if (this.problem?.select(id)) this.redraw();
  }

  get canUndo() {
    return this.#before.length > 0;
  }

  undo() {
    const before = this.#before.pop();
    if (before) this.#restore(before, "Undone: run restarted. ");
    this.#tell();
  }

  /** Runs a document that a control has made, from where the run is if it can go on. @param {string} document @param {string} said */
  use(document, said) {
    this.#keep(this.#present());
    this.#waiting = undefined;
    this.#own = document;
    this.#show(document, true);
    this.host.load(document, undefined, { preset: undefined, said }, "retune");
  }

  /** @param {Kept} before */
  #keep({ document, preset }) {
    this.#before = [...this.#before, { document, preset }].slice(-KEPT);
  }

  /** @param {Kept} before @param {string} said */
  #restore({ document, preset }, said) {
    const { series } = this;
    this.#show(document, true);
    this.problem.chooseSeries(...series);
    this.#waiting = undefined;
    this.#own = document;
    this.host.load(document, undefined, { preset, said });
    this.redraw();
  }

  /** @param {string} said */
  #run(said) {
    const { state, load } = this.host;
    const rest = this.resting ? 0 : this.#runAt + PATIENCE - performance.now();
    if (state.phase === "loading" || rest > 0) {
      // The end of loading, or of the run, asks again; a long run is not waited for.
      if (this.#waiting === undefined && state.phase !== "loading") setTimeout(() => this.#flush(), rest);
      this.#waiting = said;
      return;
    }
    this.#waiting = undefined;
    this.#runAt = performance.now();
    this.#own = this.#document;
    load(this.#document, undefined, { preset: undefined, said });
  }

  #flush() {
    if (this.#waiting !== undefined) this.#run(this.#waiting);
  }

  #phase() {
    this.#follow();
    this.#flush();
    if (!this.resting) return;
    this.problem?.settle();
    this.redraw();
  }
}

/** Adds the charts to the page. @param {Host} host @param {Program} program @param {typeof import("./more.js").FurtherChart} FurtherChart */
export function addProblem(host, program, FurtherChart) {
  const { state, charts, views, controls, draw } = host;
  const bench = new Bench(host, program);
  const section = document.createElement("section");
  section.className = "further problem";
  section.innerHTML = `<h2>Why the sign is what it is</h2>
    <p class="tools"><label>Seen at W and φ of <select data-problem="lane"></select></label>
      <button type="button" data-action="fit">Fit</button>
      <button type="button" data-action="undo" disabled>Undo</button></p>`;
  for (const kind of program.problemCharts()) section.append(figure(kind, bench));
  document.querySelector(".prose")?.after(section);
  for (const canvas of section.querySelectorAll("canvas")) {
    const chart = new FurtherChart(canvas, draw, () =>
      state.traces ? view.height(state.traces, canvas.clientWidth, controls.chartTheme()) : 0);
    const view = new ProblemChart(bench, canvas, CHARTS[canvas.dataset.chart ?? ""]?.heading ?? "", () => chart.invalidate());
    views.set(canvas, view);
    chart.fit();
    bench.charts.push(chart);
    charts.push(chart);
  }
  new ResizeObserver(() => bench.charts.forEach((chart) => chart.fit())).observe(section);
  general(bench, section);
  return [...section.querySelectorAll("canvas")];
}

/** @param {string} kind @param {Bench} bench */
function figure(kind, bench) {
  const made = document.createElement("figure");
  made.className = `chart chart-${kind}`;
  made.innerHTML = '<figcaption><h3></h3></figcaption><div class="plot"><canvas role="img"></canvas></div>';
  const heading = /** @type {HTMLElement} */ (made.querySelector("h3"));
  const canvas = /** @type {HTMLCanvasElement} */ (made.querySelector("canvas"));
  heading.textContent = CHARTS[kind]?.heading ?? kind;
  canvas.dataset.chart = kind;
  canvas.setAttribute("aria-label", heading.textContent);
  CHARTS[kind]?.tools?.(bench, made);
  return made;
}

/** What concerns all charts of the problem. @param {Bench} bench @param {HTMLElement} section */
function general(bench, section) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (section.querySelector(selector));
  const lane = /** @type {HTMLSelectElement} */ (find("[data-problem=lane]"));
  const undo = /** @type {HTMLButtonElement} */ (find("[data-action=undo]"));
  lane.addEventListener("change", () => {
    if (bench.problem) bench.problem.lane = lane.selectedIndex;
    bench.redraw();
  });
  find("[data-action=fit]").addEventListener("click", () => (bench.problem?.fit(), bench.redraw()));
  undo.addEventListener("click", () => bench.undo());
  bench.followers.push(() => {
    undo.disabled = !bench.canUndo;
    const labels = bench.host.state.metadata?.lanes.map(({ label }) => label) ?? [];
    if (labels.join("\n") !== [...lane.options].map(({ text }) => text).join("\n")) {
      lane.replaceChildren(...labels.map((label) => new Option(label)));
    }
    lane.selectedIndex = bench.problem.lane;
  });
}
