// @ts-check
// The problem that is shown, and what drags make of it: documents, and the runs that they restart.
/** @import { DragHandle, Host, Kept, Problem, Program, Traces } from "./types.js" */
/** @import { FurtherChart } from "./further.js" */
/** @import { Begun } from "./past.js" */
import { t } from "./lang.js";
import { Past } from "./past.js";
import { RESTARTS } from "./restarts.js";

const RESTING = ["ready", "paused", "finished"];
/** Milliseconds that a run restarted by a drag has before the next restart. */
const PATIENCE = 150;
/** Milliseconds without a new picture after which rough ones are made finer. */
const QUIET = 100;

/** The problem that is shown, its charts, and the runs that drags restart. */
export class Bench {
  /** @type {Problem | undefined} */ problem;
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
  /** The step at which the run that was asked for last is to stand still. */
  #goal = Infinity;
  #past = new Past();
  /** What the present drag began with. @type {Begun | undefined} */ #begun;
  /** @type {FurtherChart[]} */ charts = [];
  /** Called when whatever is in hand belongs to another experiment. @type {(() => void)[]} */ holders = [];
  /** Called when another document is shown, and with the handles of each picture. @type {(() => void)[]} */ followers = [];
  /** @type {((canvas: HTMLCanvasElement, handles: DragHandle[]) => void)[]} */ watchers = [];

  /** @param {Host} host @param {Program} program */
  constructor(host, program) {
    this.host = host;
    this.program = program;
    new MutationObserver(() => this.#phase()).observe(document.documentElement, { attributeFilter: ["data-state"] });
  }

  get resting() {
    return RESTING.includes(this.host.state.phase);
  }

  get dragging() {
    return this.#begun !== undefined;
  }

  /** The problem of the document that is run, looked at where the cursor is. @param {Traces} traces */
  ready(traces) {
    this.#follow();
    this.problem?.look(traces, this.host.cursor.step, this.resting);
    return this.problem;
  }

  /** Another document may have been taken, or this part's own refused. */
  #follow() {
    const { document, phase, traces } = this.host.state;
    if (document !== this.#seen) {
      const onward = traces === this.#traces;
      [this.#seen, this.#traces] = [document, traces];
      if (document === this.#own) return;
      this.letGo();
      this.#past.leave();
      this.#show(document, onward);
    } else if (!this.#begun && this.#waiting === undefined && phase !== "loading" && document !== this.#document) {
      this.#show(document, false);
    }
  }

  /** Whatever is in hand or waits belongs to another experiment, or is about to. */
  letGo() {
    this.#begun = this.#waiting = undefined;
    this.#past.leave();
    this.#goal = Infinity;
    this.problem?.drag(false);
    for (const letGo of this.holders) letGo();
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
    if (this.problem?.isUnfinished) this.#refining = setTimeout(() => this.#goOn(), QUIET);
  }

  #goOn() {
    if (this.problem?.goOn()) this.redraw();
    else if (this.problem?.isUnfinished) this.#refining = setTimeout(() => this.#goOn());
  }

  /** Makes what is rough fine at once, as far as there is time; says whether anything was. */
  finish() {
    const rough = !!this.problem?.isUnfinished;
    const until = performance.now() + globalThis.auxilearn.patience.chart;
    while (this.problem?.isUnfinished && performance.now() < until) this.problem.goOn();
    return rough;
  }

  redraw() {
    for (const chart of this.charts) chart.invalidate();
  }

  /** @param {HTMLCanvasElement} canvas @param {DragHandle[]} handles */
  drawn(canvas, handles) {
    for (const watch of this.watchers) watch(canvas, handles);
  }

  /** What a drag makes is shown at once and run as soon as the worker is free; back where it began it is no edit. @param {(problem: Problem) => string | undefined} edit @param {boolean} home  it is back there */
  drag(edit, home) {
    if (!this.problem) return;
    this.#begun ??= { ...this.#present(), series: [...this.problem.series] };
    this.problem.drag(true);
    const made = edit(this.problem);
    const document = home ? this.#begun.document : made;
    if (home) this.#choose(this.#begun.series);
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
    const [terms, alpha, damping, official] = this.problem?.series ?? [];
    return [terms, alpha, damping, official === 1];
  }

  /** What is shown now, to be gone back to. @returns {Kept} */
  #present() {
    const { document, preset } = this.host.state;
    return { document: this.#document, preset: this.#document === document ? preset : undefined };
  }

  /** @param {string} place @param {string} id @param {boolean} byKeys */
  drop(place, id, byKeys) {
    this.problem?.drag(false);
    const begun = this.#begun;
    this.#begun = undefined;
    if (!begun) return;
    this.#past.moved(id, byKeys, begun, begun.document !== this.#document);
    if (begun.document === this.#document) {
      if (this.#settled) this.say(t("{what}.", { what: place }));
      else this.#load(begun, () => t("{what}.", { what: place }));
    } else {
      this.#runAt = 0;
      this.#run(t("Dragged: {place}. ", { place }));
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
    this.#choose(begun.series);
    if (begun.document !== this.#document || !this.#settled) this.#restore(begun, RESTARTS.taken);
    this.#tell();
    this.redraw();
  }

  /** Takes the moves by keys back, or else the ring of a loss away. */
  escape() {
    const moves = this.#past.takeBack();
    if (moves) {
      this.#choose(moves.series);
      if (moves.before) this.#restore(moves.before, RESTARTS.moves);
      else this.say(t("Moves taken back."));
    } else if (this.problem?.deselect()) this.say(t("Curvature no longer shown."));
    this.#tell();
    this.redraw();
  }

  /** The handle that keys moved has lost the focus. */
  leave() {
    this.#past.leave();
  }

  /** @param {string} words */
  say(words) {
    this.host.controls.announce(words);
  }

  /** @param {number[]} series */
  #choose([terms, alpha, damping, official]) {
    this.problem?.chooseSeries(terms, alpha, damping, official === 1);
  }

  /** @param {string} id */
  press(id) {
    if (this.problem?.select(id)) this.redraw();
  }

  /** Goes to a document that was run before, seen as the present one. @param {Kept} kept @param {string[]} said of RESTARTS */
  restore(kept, said) {
    this.#past.leave();
    this.#restore(kept, said);
    this.problem?.resetSeries(); // to the document's
    this.#tell();
  }

  /** Runs a document that a control has made, from where the run is if it can go on. @param {string} document @param {string} lead  is said */
  use(document, lead) {
    this.#past.leave();
    this.#show(document, true);
    this.#load({ document, preset: undefined }, (how) => lead + t(RESTARTS.again[how]), { lead, kind: "retune" });
  }

  /** @param {Kept} before @param {string[]} said  by how the run restarts */
  #restore(before, said) {
    const { series } = this;
    this.#show(before.document, true);
    this.problem?.chooseSeries(...series);
    this.#load(before, (how) => t(said[how]));
    this.redraw();
  }

  /** Runs a document; where the run stands still, up to there. @param {Kept} kept @param {(how: number) => string} said  see `RESTARTS` @param {{ lead?: string, kind?: string }} [more] */
  #load({ document, preset }, said, { lead, kind } = {}) {
    const goal = this.#until;
    this.#goal = goal;
    this.#waiting = undefined;
    this.#own = document;
    const how = goal === Infinity ? 0 : goal === 0 ? 1 : 2;
    this.host.load(document, undefined, { preset, said: said(how), lead, goal }, kind);
  }

  /** The step that the run is paused at, or is to be. */
  get #until() {
    const { phase, traces } = this.host.state;
    if (phase === "paused" || phase === "ready") return traces?.step ?? 0;
    return phase === "finished" ? Infinity : this.#goal;
  }

  /** @param {string} said what has been dragged where */
  #run(said) {
    const { state } = this.host;
    const rest = this.resting ? 0 : this.#runAt + PATIENCE - performance.now();
    if (state.phase === "loading" || rest > 0) {
      // The end of loading, or of the run, asks again; a long run is not waited for.
      if (this.#waiting === undefined && state.phase !== "loading") setTimeout(() => this.#flush(), rest);
      this.#waiting = said;
      return;
    }
    this.#runAt = performance.now();
    const begun = this.#begun?.document === this.#document ? this.#begun : undefined;
    this.#load({ document: this.#document, preset: begun?.preset }, (how) => said && said + t(RESTARTS.again[how]));
  }

  #flush() {
    if (this.#waiting !== undefined) this.#run(this.#waiting);
  }

  #phase() {
    this.#follow();
    this.#flush();
    if (!this.resting) return;
    this.#goal = Infinity;
    this.problem?.settle();
    this.redraw();
  }
}
