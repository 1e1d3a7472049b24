// @ts-check
// "Choose problem and methods": its panel comes when it is opened.
/** @import { Refusal } from "./types.js" */
import { reason, t } from "./lang.js";
import { load } from "./load.js";

/**
 * @typedef {object} Actions
 * @property {(document: string) => void} apply
 * @property {(id: string) => void} preset
 * @property {(message: string) => void} complain
 * @property {() => string} document  the one that is run
 */

export class Choices {
  #details = /** @type {HTMLDetailsElement} */ (document.querySelector("[data-panel]"));
  #actions;
  /** @type {import("./panel.js").Panel | undefined} */
  #panel;

  /** @param {Actions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#details.addEventListener("toggle", () => this.#open());
    this.#open();
  }

  /** Shows the document that is run. @param {string} document */
  show(document) {
    this.#panel?.show(document);
  }

  /** Shows what is wrong with a document, at its field. @param {Refusal} refusal */
  refuse(refusal) {
    this.#panel?.refuse(refusal);
  }

  async #open() {
    if (this.#panel || !this.#details.open) return;
    const { apply, preset, complain, document } = this.#actions;
    try {
      /** @type {typeof import("./panel.js")} */
      const { Panel } = await load("panel.js");
      this.#panel ??= await Panel.open({ apply, preset });
      this.#panel.show(document());
    } catch (error) {
      this.#details.open = false;
      complain(t("The choices could not be fetched ({error}). Open them again when there is a connection.", { error: reason(error) }));
    }
  }
}
