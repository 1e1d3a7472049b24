// @ts-check
// The document: edited in place, loaded from a file or dropped on the page.
import { t } from "./lang.js";

/** Longer documents are run but not put into the text area, which would freeze on them. */
const EDITABLE = 300_000;

/**
 * @typedef {object} EditorEvents
 * @property {(document: string) => void} apply
 * @property {() => void} reset
 * @property {(message: string) => void} complain
 */

export class Editor {
  /** @type {HTMLTextAreaElement} */ #area;
  /** A document too long for the text area; empty if that holds it. */
  #long = "";
  #limit;
  #events;

  /** @param {EditorEvents} events @param {number} limit bytes a document may have */
  constructor(events, limit) {
    this.#events = events;
    this.#limit = limit;
    this.#area = find("[data-document]");
    this.#area.addEventListener("paste", (event) => this.#pasted(event));
    find('[data-action="apply"]').addEventListener("click", () => this.#offer(this.#long || this.#area.value));
    find('[data-action="reset-document"]').addEventListener("click", () => events.reset());
    /** @type {HTMLInputElement} */
    const file = find('[data-control="file"]');
    file.addEventListener("change", () => {
      if (file.files?.[0]) this.#read(file.files[0]);
      file.value = "";
    });
    addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    addEventListener("drop", (event) => {
      const dropped = event.dataTransfer?.files[0];
      if (!dropped) return;
      event.preventDefault();
      this.#read(dropped);
    });
  }

  /** Shows the document that is run, or a draft that was made of it. @param {string} document @param {string} [draft] */
  show(document, draft) {
    const text = draft ?? document;
    if (text !== document) this.#area.closest("details")?.setAttribute("open", "");
    const fits = text.length <= EDITABLE;
    this.#long = fits ? "" : text;
    this.#area.readOnly = !fits;
    this.#area.value = fits ? text : `${text.slice(0, 2000)}\n${t("… {size} in all: too long to be edited here, but in use.", { size: megabytes(text.length) })}`;
    this.#area.setSelectionRange(0, 0);
    this.#area.scrollTop = 0;
  }

  /** @param {string} text */
  #offer(text) {
    if (new Blob([text]).size > this.#limit) this.#tooLong(new Blob([text]).size, t("The document"));
    else this.#events.apply(text);
  }

  /** @param {File} file */
  async #read(file) {
    if (file.size > this.#limit) return this.#tooLong(file.size, file.name);
    try {
      this.#events.apply(new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()));
    } catch {
      this.#events.complain(t("{file} could not be read as text in UTF-8. The run shown stays as it is.", { file: file.name }));
    }
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const length = event.clipboardData?.getData("text/plain").length ?? 0;
    if (length <= EDITABLE) return;
    event.preventDefault();
    this.#events.complain(t("The pasted text has {size}; load it as a file instead. Nothing was changed.", { size: megabytes(length) }));
  }

  /** @param {number} size @param {string} what */
  #tooLong(size, what) {
    this.#events.complain(t("{what} has {size}; at most {most} can be read. The run shown stays as it is.", { what, size: megabytes(size), most: megabytes(this.#limit) }));
  }
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @template {HTMLElement} T @param {string} selector @returns {T} */
function find(selector) {
  return /** @type {T} */ (document.querySelector(selector));
}
