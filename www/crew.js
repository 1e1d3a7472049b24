// @ts-check
// The workers that run seeds: handed one after the other, counted, replaced when they die. The only file that
// talks to seeds.js.
/** @import { SeedAnswer } from "./types.js" */
import { because } from "./refusals.js";

/** Workers at most: more would take the machine from everything else. */
const WORKERS = 4;
/** Workers that are replaced; what kills more than these will kill the next one too. */
const REPLACED = 4;
/** Milliseconds between two looks at the workers, and looks at a silent one until it is given up. */
const { look: LOOK } = globalThis.auxilearn.patience;
const SILENT = 12;

/**
 * @typedef {object} Events
 * @property {() => void} news  progress, a loss or the end: look at the crew
 * @property {(seed: number, columns: Float64Array) => void} seed  a seed has been run
 */

export class Crew {
  #code;
  /** @type {Events} */ #events;
  /** Each worker and the seed that it runs. @type {Map<Worker, { seed: number, share: number, silent: number }>} */ #at = new Map();
  /** @type {ReturnType<typeof setInterval> | undefined} */ #watch;
  #document = "";
  /** The next seed, and the one after the last. */
  #next = 0;
  #end = 0;
  #deaths = 0;
  /** Seeds asked for, and those that have been run. */
  count = 0;
  done = 0;
  /** Seeds that could not be run. @type {{ seed: number, message: string }[]} */
  lost = [];

  /** @param {WebAssembly.Module} code @param {Events} events */
  constructor(code, events) {
    this.#code = code;
    this.#events = events;
  }

  get working() {
    return this.#at.size > 0;
  }

  /** How much is done, from 0 to 1. */
  get share() {
    let sum = this.done + this.lost.length;
    for (const { share } of this.#at.values()) sum += share;
    return this.count ? sum / this.count : 0;
  }

  /** Runs so many seeds of a document from `first` on. @param {string} document @param {number} first @param {number} count */
  begin(document, first, count) {
    this.dismiss();
    Object.assign(this, { count, done: 0, lost: [] });
    this.#document = document;
    this.#next = first;
    this.#end = first + count;
    this.#deaths = 0;
    const workers = Math.min(navigator.hardwareConcurrency || 2, WORKERS, count);
    for (let i = 0; i < workers; i += 1) this.#hire();
    this.#watch = setInterval(() => this.#look(), LOOK);
  }

  /** Gives up workers that have said nothing for long; looks are counted, since a page that sleeps has none. */
  #look() {
    if (!this.working) return clearInterval(this.#watch);
    if (document.hidden) return;
    for (const [worker, at] of this.#at)
      if ((at.silent += 1) > SILENT) this.#bury(worker, /* t */ "it did not answer for {0} s".replace("{0}", String((LOOK * SILENT) / 1000)));
  }

  /** Ends all workers at once. */
  dismiss() {
    for (const worker of this.#at.keys()) worker.terminate();
    this.#at.clear();
    clearInterval(this.#watch);
  }

  #hire() {
    const worker = new Worker(new URL("seeds.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => this.#at.has(worker) && this.#receive(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.#at.has(worker)) this.#bury(worker, event.message || /* t */ "its thread could not be started");
    };
    worker.postMessage({ kind: "start", module: this.#code, document: this.#document });
    this.#give(worker);
  }

  /** The next seed, or home. @param {Worker} worker */
  #give(worker) {
    if (this.#next < this.#end) {
      const seed = this.#next;
      this.#next += 1;
      this.#at.set(worker, { seed, share: 0, silent: 0 });
      worker.postMessage({ kind: "run", seed });
    } else {
      worker.terminate();
      this.#at.delete(worker);
    }
  }

  /** @param {Worker} worker @param {SeedAnswer} data */
  #receive(worker, data) {
    if (data.kind === "crashed") return this.#bury(worker, data.message);
    const { seed } = data;
    if (data.kind === "progress") this.#at.set(worker, { seed, share: data.share, silent: 0 });
    else {
      if (data.kind === "done") this.done += 1;
      else this.lost.push({ seed, message: because(data.error) });
      this.#give(worker);
      if (data.kind === "done") this.#events.seed(seed, data.columns);
    }
    this.#events.news();
  }

  /** A worker has died with its seed: the others go on, and another takes its place. @param {Worker} worker @param {string} message */
  #bury(worker, message) {
    const { seed } = /** @type {{ seed: number }} */ (this.#at.get(worker));
    worker.terminate();
    this.#at.delete(worker);
    this.lost.push({ seed, message });
    this.#deaths += 1;
    if (this.#next < this.#end && this.#deaths <= REPLACED) this.#hire();
    // Nobody is left to run the others.
    if (!this.working) while (this.#next < this.#end) this.lost.push({ seed: this.#next++, message });
    this.#events.news();
  }
}
