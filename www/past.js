// @ts-check
// What can be gone back to: the documents before each drag, and before the moves of a handle by keys.

/**
 * A document and the preset that it is, if it is one.
 * @typedef {{ document: string, preset: string | undefined }} Kept
 * @typedef {Kept & { series: number[] }} Begun  with the series that was shown
 */

/** Documents that can be gone back to. */
const KEPT = 50;

export class Past {
  /** @type {Kept[]} */ #before = [];
  /** Moves of one handle by keys, as long as it has the focus: they are one, `kept` if they made a document. @type {{ id: string, series: number[], kept: boolean } | undefined} */ #keyed;

  get isEmpty() {
    return this.#before.length === 0;
  }

  /** @param {Kept} before */
  keep({ document, preset }) {
    this.#before = [...this.#before, { document, preset }].slice(-KEPT);
  }

  /** A handle has been moved from where something began. @param {string} id @param {boolean} byKeys @param {Begun} begun @param {boolean} changed  the document is another */
  moved(id, byKeys, begun, changed) {
    if (!byKeys || this.#keyed?.id !== id) this.#keyed = byKeys ? { id, series: begun.series, kept: false } : undefined;
    if (!changed || this.#keyed?.kept) return;
    this.keep(begun);
    if (this.#keyed) this.#keyed.kept = true;
  }

  /** The next move by keys is another one. */
  leave() {
    this.#keyed = undefined;
  }

  /** What the moves by keys began with, if there are any to be taken back. */
  takeBack() {
    const keyed = this.#keyed;
    this.#keyed = undefined;
    return keyed && { series: keyed.series, before: keyed.kept ? this.#before.pop() : undefined };
  }

  /** What the last drag began with. */
  pop() {
    this.#keyed = undefined;
    return this.#before.pop();
  }

  /** All of it is of another experiment. */
  forget() {
    this.#keyed = undefined;
    this.#before = [];
  }
}
