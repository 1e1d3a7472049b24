// @ts-check
// Owns the worker: the only file that talks to it. Stale runs are dropped here.
/** @import { Answer, Onward, Pace, Refusal, Rows } from "./types.js" */
import { firstExperiment } from "./pkg/auxilearn_lab.js";

/**
 * @typedef {object} Events
 * @property {(metadata: string, document: string, onward?: Onward) => void} loaded  a document was taken; all rows will come anew, or the run goes on
 * @property {(refusal: Refusal) => void} refused  a document was not taken; the run before goes on
 * @property {(rows: Rows) => void} rows
 * @property {(message: string, over: boolean) => void} crashed  the worker had to be replaced; the run is being restored, or is `over`
 */

/** What start.js began. */
const started = globalThis.auxilearn;
/** One download and one compilation serve the page and every worker. */
export const { compiled } = started;

export class Runner {
  #worker = started.worker;
  /** @type {WebAssembly.Module | undefined} */
  #module;
  /** @type {Events} */
  #events;
  /** The run whose rows are wanted, and the last id given out. */
  #run = 0;
  #last = 0;
  /** Id of the document being read, 0 if none. */
  #pending = 0;
  /** Sends what was asked for meanwhile: the last of it waits for the answer. @type {(() => void) | undefined} */
  #next;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;
  /** What a new worker needs to take over: the document running and how far it was. */
  #kept = { document: "", step: 0 };
  /** Workers lost since a run last came to rest: what cannot be restored is not tried for ever. */
  #lost = 0;
  /** The worker has no run: the one that is shown was given up. */
  #over = false;
  /** What every worker hears after its code. @type {object | undefined} */
  #greeting;
  /** Messages of the worker: whether it lives. */
  heard = 0;

  /** @param {Events} events */
  constructor(events) {
    this.#events = events;
  }

  /** Commands may be sent once the code is compiled; a worker that replaces the first needs it too. @param {WebAssembly.Module} module */
  start(module) {
    this.#module = module;
  }

  /** Reads a document and, if it can be run, replaces the run. @param {string} document @param {number | undefined} seed @param {Pace} pace @param {string} [kind] @param {() => void} [begun]  called when its turn has come */
  load(document, seed, pace, kind = "load", begun) {
    // Of two at once the first could be taken, and the second refused.
    if (this.#pending) return void (this.#next = () => this.load(document, seed, pace, kind, begun));
    begun?.();
    this.#pending = this.#last += 1;
    this.#over = false;
    this.#wait(started.patience.document);
    if (this.#pending === 1) {
      // start.js had the first experiment run already: if it is wanted, hear what was said of it.
      if (started.early && kind === "load" && seed === undefined && document === firstExperiment()) return this.#catchUp(started.early);
      this.#pending = this.#last += 1;
      this.#listen();
      const { lost } = started;
      if (lost !== undefined) return void setTimeout(() => this.replace(lost));
    }
    // A run may go on only as the one whose rows come here.
    this.#worker.postMessage({ kind, run: this.#pending, from: this.#run, document, seed, ...pace });
  }

  /** Starts again from the same seed. @param {Pace} pace */
  rewind(pace) {
    if (this.#again(pace)) return;
    this.#run = this.#last += 1;
    this.#kept.step = 0;
    this.#worker.postMessage({ kind: "rewind", run: this.#run, ...pace });
  }

  /** Goes on to `goal`; without a goal only the speed changes. @param {Partial<Pace>} pace */
  pace(pace) {
    if (!this.#again(/** @type {Pace} */ (pace))) this.#worker.postMessage({ kind: "pace", ...pace });
  }

  pause() {
    this.send({ kind: "pause" });
  }

  /** Sends a message to this worker, and to each that takes its place after its code. @param {object} message */
  greet(message) {
    this.#greeting = message;
    this.send(message);
  }

  /** @param {object} message of worker.js */
  send(message) {
    this.#worker.postMessage(message);
  }

  /** Runs a document that was given up once more, because it was asked for. @param {Pace} pace */
  #again(pace) {
    if (!this.#over) return false;
    this.#lost = 0;
    this.load(this.#kept.document, undefined, pace);
    return true;
  }

  /** Takes what was said so far, a message a task and in order: later ones join the queue meanwhile. @param {Answer[]} early */
  #catchUp(early) {
    const data = early.shift();
    if (data === undefined) return this.#listen();
    this.#receive(data);
    setTimeout(() => this.#catchUp(early));
  }

  #listen() {
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.replace(event.message || /* t */ "its thread could not be started");
    };
  }

  /** @param {Answer} data */
  #receive(data) {
    this.heard += 1;
    if (data.kind === "crashed") return this.replace(data.message);
    if (data.kind === "rows") {
      if (data.run !== this.#run) return;
      this.#kept.step = data.step;
      if (data.idle) this.#lost = 0;
      this.#events.rows(data);
      this.#worker.postMessage({ kind: "acknowledge", run: data.run });
      return;
    }
    if (data.run !== this.#pending) return;
    if (this.#next && data.kind !== "loaded") return this.#proceed();
    this.#pending = 0;
    clearTimeout(this.#patience);
    if (data.kind === "refused") return this.#events.refused(data.error);
    this.#kept.document = data.document;
    if (!data.onward) {
      // It may have been rewound meanwhile.
      this.#run = Math.max(this.#run, data.run);
      this.#kept.step = 0;
    }
    this.#events.loaded(data.metadata, data.document, data.onward);
    this.#proceed();
  }

  #proceed() {
    const next = this.#next;
    this.#next = undefined;
    this.#pending = 0;
    next?.();
  }

  // t: "the document was not ready after {0} s"
  /** @param {number} time ms until the worker is given up */
  #wait(time) {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.replace(`the document was not ready after ${time / 1000} s`), time);
  }

  /** Ends the worker, starts another and brings it to where the run was. @param {string} message */
  replace(message) {
    const pending = this.#pending;
    this.#worker.terminate();
    this.#pending = 0;
    clearTimeout(this.#patience);
    if (!this.#module || (!this.#kept.document && !pending)) return this.#events.crashed(message, false);
    this.#worker = started.spawn();
    this.#listen();
    this.#worker.postMessage({ kind: "init", module: this.#module });
    if (this.#greeting) this.send(this.#greeting);
    const { document, step } = this.#kept;
    this.#lost += 1;
    // The document that ended the worker while it was being read is not tried again.
    this.#over = !!document && this.#lost > 2;
    if (document && !this.#over) this.load(document, undefined, { goal: step, rate: Infinity, period: 16 });
    this.#events.crashed(message, this.#over);
    if (!this.#pending) this.#proceed();
  }
}
