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
/** Documents that can be gone back to. */
const KEPT = 50;

/** Heading of each chart, and what can be done with it. */
const CHARTS = /** @type {Record<string, { heading: string, tools?: (bench: Bench, figure: HTMLElement) => void }>} */ ({
  w_plane: { heading: "Where does each task pull?", tools: planeTools },
  phi_landscape: { heading: "Which weights are best?", tools: landscapeTools },
  neumann: { heading: "How good is a truncated series?", tools: neumannTools },
  cut_short: { heading: "How far can the inner loop be cut short?" },
});

/** The problem that is shown, its charts, and the runs that drags restart. */
export class Bench {
  /** @type {any} a `Problem` */ problem;
  program;
  host;
  /** Text of the document that `problem` is of. */
  #document = "";
  /** Whether `#document` has been dragged into shape and is not being run yet. */
  #ahead = false;
  #runAt = 0;
  #waiting = false;
  /** What drags have left behind, and what the present one began with. @type {{ document: string, preset: string | undefined }[]} */
  #before = [];
  /** @type {{ document: string, preset: string | undefined } | undefined} */ #begun;
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
    const { state, cursor } = this.host;
    if (state.document === this.#document) this.#ahead = false;
    else if (!this.#ahead && !this.#show(state.document)) return false;
    this.problem.look(traces, cursor.step, this.resting);
    return true;
  }

  /** @param {string} document */
  #show(document) {
    try {
      const next = new this.program.Problem(document);
      this.problem?.free();
      this.problem = next;
    } catch {
      return false;
    }
    this.#document = document;
    for (const follow of this.followers) follow();
    return true;
  }

  redraw() {
    for (const chart of this.charts) chart.invalidate();
  }

  /** @param {HTMLCanvasElement} canvas @param {import("./handles.js").DragHandle[]} handles */
  drawn(canvas, handles) {
    for (const watch of this.watchers) watch(canvas, handles);
  }

  /** What a drag makes is shown at once and run as soon as the run before has had its time. @param {() => string | undefined} edit */
  drag(edit) {
    if (!this.problem) return;
    const { state } = this.host;
    this.#begun ??= { document: state.document, preset: state.preset };
    this.problem.drag(true);
    const document = edit();
    if (document !== undefined && document !== this.#document) {
      try {
        const next = new this.program.Problem(document);
        next.adopt(this.problem);
        this.problem.free();
        this.problem = next;
      } catch {
        // It cannot be there: everything stays where it was.
        return;
      }
      this.#document = document;
      this.#ahead = true;
      this.#run("");
    }
    for (const follow of this.followers) follow();
    // In this very frame; what is out of view waits.
    for (const chart of this.charts) {
      chart.invalidate();
      chart.drawIfSeen();
    }
  }

  /** @param {string} id @param {string} place */
  drop(id, place) {
    this.problem?.drag(false);
    const begun = this.#begun;
    this.#begun = undefined;
    if (!begun || begun.document === this.#document) {
      this.host.controls.announce(`${place}.`);
      return this.redraw();
    }
    this.#keep(begun);
    this.#runAt = 0;
    this.#run(`Dragged: ${place}. Run restarted from the same seed. `);
    for (const follow of this.followers) follow();
    this.redraw();
  }

  cancel() {
    this.problem?.drag(false);
    const begun = this.#begun;
    this.#begun = undefined;
    if (begun && begun.document !== this.#document) this.#restore(begun, "Drag taken back: run restarted. ");
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
    for (const follow of this.followers) follow();
  }

  /** Runs a document that a control has made, from where the run is if it can go on. @param {string} document @param {string} said */
  use(document, said) {
    const { state, load } = this.host;
    this.#keep({ document: state.document, preset: state.preset });
    load(document, undefined, { preset: undefined, said }, "retune");
    for (const follow of this.followers) follow();
  }

  /** @param {{ document: string, preset: string | undefined }} before */
  #keep(before) {
    this.#before = [...this.#before, before].slice(-KEPT);
  }

  /** @param {{ document: string, preset: string | undefined }} before @param {string} said */
  #restore({ document, preset }, said) {
    const next = new this.program.Problem(document);
    next.adopt(this.problem);
    this.problem.free();
    this.problem = next;
    this.#document = document;
    this.#ahead = true;
    this.host.load(document, undefined, { preset, said });
    this.redraw();
  }

  /** @param {string} said */
  #run(said) {
    const now = performance.now();
    const busy = !this.resting && now < this.#runAt + PATIENCE;
    this.#waiting = busy;
    if (busy) return;
    this.#runAt = now;
    this.host.load(this.#document, undefined, { preset: undefined, said });
  }

  #phase() {
    const { state } = this.host;
    if (!this.resting) return;
    if (this.#waiting && this.#begun) return this.#run("");
    // A document that was refused is not shown either.
    if (!this.#waiting && state.document !== this.#document) this.#ahead = false;
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
