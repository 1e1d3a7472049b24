// @ts-check
// What the moves of a handle by keys began with: Escape goes back there, however many they were.
/** @import { Kept } from "./types.js" */

/** @typedef {Kept & { series: number[] }} Begun  with the series that was shown */

export class Past {
  /** As long as the handle has the focus; `before` if the moves made a document. @type {{ id: string, series: number[], before: Kept | undefined } | undefined} */ #keyed;

  /** A handle has been moved from where something began. @param {string} id @param {boolean} byKeys @param {Begun} begun @param {boolean} changed  the document is another */
  moved(id, byKeys, begun, changed) {
    if (!byKeys || this.#keyed?.id !== id) this.#keyed = byKeys ? { id, series: begun.series, before: undefined } : undefined;
    if (changed && this.#keyed) this.#keyed.before ??= begun;
  }

  /** The next move by keys is another one. */
  leave() {
    this.#keyed = undefined;
  }

  /** What the moves by keys began with, if there are any to be taken back. */
  takeBack() {
    const keyed = this.#keyed;
    this.#keyed = undefined;
    return keyed;
  }
}
