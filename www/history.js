// @ts-check
// Undo and redo: the documents that were run, whoever changed them.
/** @import { Host } from "./types.js" */
import { linking } from "./fragment.js";
import { writes } from "./keys.js";
import { t } from "./lang.js";
import { RESTARTS } from "./restarts.js";
import { addTool } from "./toolbar.js";

/** Documents that are kept, and characters of all together. */
const MOST = 100;
const CHARACTERS = 20_000_000;

/** @typedef {{ document: string, preset: string | undefined, base: string | undefined }} Entry */

/** What was run before, and after what is run. */
export class History {
  #host;
  /** @type {Entry[]} */ #entries = [];
  #at = -1;
  /** Where an undo or redo leads that has been asked for. @type {number | undefined} */ #wanted;
  /** Drags: what they make, as long as they last, is one change; moves of a handle by keys, as long as it has the focus. @type {{ held: boolean, made: boolean, keyed?: EventTarget | null }} */
  #drag = { held: false, made: false };
  /** @type {Set<() => void>} */ #followers = new Set();

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    new MutationObserver(() => this.#look()).observe(document.documentElement, { attributeFilter: ["data-state"] });
    addEventListener("pointerdown", (event) => this.#begin(event), { capture: true });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (this.#drag.held = false), { capture: true });
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("focusout", () => (this.#drag.keyed = undefined));
    this.#look();
  }

  get canUndo() {
    return this.#place > 0;
  }

  get canRedo() {
    return this.#place < this.#entries.length - 1;
  }

  /** Calls `follower` when there is something else to undo or redo. @param {() => void} follower */
  follow(follower) {
    this.#followers.add(follower);
    follower();
  }

  undo() {
    this.#go(-1, RESTARTS.undone);
  }

  redo() {
    this.#go(1, RESTARTS.redone);
  }

  get #dragging() {
    return this.#drag.held || !!this.#drag.keyed;
  }

  get #place() {
    return this.#wanted ?? this.#at;
  }

  /** @param {number} by @param {string[]} said */
  #go(by, said) {
    const entry = this.#entries[this.#place + by];
    if (!entry) return this.#host.controls.announce(by < 0 ? t("There is nothing to undo.") : t("There is nothing to do again."));
    const alike = entry.base === this.#entries[this.#place].base;
    this.#wanted = this.#place + by;
    this.#drag = { held: false, made: false };
    // Of the same experiment the pictures stay as they are framed.
    if (alike) this.#host.bench.restore(entry, said);
    else this.#host.load(entry.document, undefined, { preset: entry.preset, said: t(said[0]) });
    this.#tell();
  }

  /** Another document may have been taken. */
  #look() {
    const { document, preset, phase } = this.#host.state;
    if (phase === "loading" || !document) return;
    if (preset !== undefined) linking.base = preset;
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted !== undefined && this.#entries[wanted].document === document) {
      this.#at = wanted;
      linking.base = this.#entries[wanted].base;
    } else if (this.#entries[this.#at]?.document !== document) this.#add({ document, preset, base: linking.base });
    else if (!this.#dragging) this.#drag.made = false;
    this.#tell();
  }

  /** @param {Entry} entry */
  #add(entry) {
    // A drag that goes on stands for itself; one that is taken back leaves nothing.
    const again = this.#drag.made;
    if (again) this.#at -= 1;
    this.#entries.length = this.#at + 1;
    if (!again || this.#entries[this.#at]?.document !== entry.document) {
      this.#entries.push(entry);
      this.#at += 1;
      this.#drag.made = this.#dragging;
    } else this.#drag.made = false;
    const size = () => this.#entries.reduce((sum, { document }) => sum + document.length, 0);
    while (this.#entries.length > MOST || (this.#entries.length > 1 && size() > CHARACTERS)) {
      this.#entries.shift();
      this.#at -= 1;
    }
  }

  /** What is held is dragged, until it is let go and its last run is there. @param {Event} event */
  #begin({ target }) {
    this.#drag = { held: dragged(target), made: false };
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
    if (key.startsWith("Arrow") && dragged(target) && target !== this.#drag.keyed) this.#drag = { held: false, made: false, keyed: target };
    if (event.defaultPrevented || altKey || !(ctrlKey || metaKey) || writes(target) || document.querySelector("dialog:modal")) return;
    const letter = key.toLowerCase();
    if (letter !== "z" && letter !== "y") return;
    event.preventDefault();
    if (letter === "y" || shiftKey) this.redo();
    else this.undo();
  }

  #tell() {
    for (const follower of this.#followers) follower();
  }
}

/** @param {EventTarget | null} target */
function dragged(target) {
  return target instanceof Element && !!target.closest(".handles, .plot, input[type=range]");
}

/** Adds the history and its buttons. @param {Host} host */
export function addHistory(host) {
  const history = new History(host);
  const undo = addTool({ action: "undo", label: t("Undo"), sign: "↶", order: 30, run: () => history.undo() });
  const redo = addTool({ action: "redo", label: t("Redo"), sign: "↷", order: 31, run: () => history.redo() });
  undo.title = t("Undo (Ctrl+Z)");
  redo.title = t("Redo (Ctrl+Shift+Z)");
  // Not disabled: the focus would be lost with the last step back.
  history.follow(() => {
    undo.setAttribute("aria-disabled", String(!history.canUndo));
    redo.setAttribute("aria-disabled", String(!history.canRedo));
  });
  return history;
}
