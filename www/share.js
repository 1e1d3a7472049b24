// @ts-check
// The address follows what is shown, a link shows it again, and a dialog hands the link out. See docs/links.md.
/** @import { Host, State } from "./types.js" */
import { button, copy, keepFile, showDialog } from "./dialog.js";
import { element } from "./elements.js";
import { LONGEST, linking, open, told } from "./fragment.js";
import { t } from "./lang.js";
import { withoutLink } from "./mended.js";
import { addTool } from "./toolbar.js";
import * as view from "./view.js";

/** Milliseconds without a change after which the address follows: browsers allow it a few times a second only. */
const QUIET = 400;
const RESTING = ["ready", "paused", "finished"];
/** Fields that tell the experiment and where its run is; the others are the page's, or somebody else's and kept. */
const OWN = ["v", "preset", "seed", "d", "e", "step", "t", "theme", "lesson", ...view.NAMES];

/** @param {Host} host */
export function addShare(host) {
  const share = new Share(host);
  addTool({ action: "share", label: t("Share"), order: 20, run: () => share.show() });
  addTool({ action: "reset", label: t("Reset"), sign: "⟲", order: 32, run: () => share.reset() }).title = t("Back to what the page was opened with");
  return share;
}

class Share {
  #host;
  /** Fields that others put into the link. @type {[string, string][]} */ #others = [];
  #theme = "";
  /** Where the link's cursor is to be once the run has come there. @type {number | undefined} */ #cursor;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #quiet;
  #document = "";

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    linking.follow = () => this.#later();
    new MutationObserver(() => this.#look()).observe(document.documentElement, { attributeFilter: ["data-state"] });
    host.followers.add(() => this.#place());
    host.cursor.follow(() => this.#later());
    view.watch(() => this.#later());
    this.#look();
  }

  get #resting() {
    return RESTING.includes(this.#host.state.phase);
  }

  /** Something may have been opened, taken or come to rest. */
  #look() {
    const { state } = this.#host;
    if (state.phase === "loading" || !state.traces) return;
    if (state.document !== this.#document) {
      this.#document = state.document;
      view.forget();
    }
    const { coming, unopened } = linking;
    linking.coming = undefined;
    if (coming && state.metadata !== coming.before && state.preset === coming.preset) {
      linking.opened = coming.fragment;
      this.#open(coming.fields);
    } else if (coming) linking.unopened = { instead: state.metadata }; // refused
    else if (unopened && !unopened.instead) unopened.instead = state.metadata;
    else if (unopened && unopened.instead !== state.metadata) linking.unopened = undefined;
    this.#place();
    this.#later();
  }

  /** @param {URLSearchParams} fields of a link whose run is there */
  #open(fields) {
    this.#others = [...fields].filter(([name]) => !OWN.includes(name));
    this.#theme = fields.has("theme") ? document.documentElement.dataset.theme ?? "" : "";
    const lesson = fields.get("lesson") ?? "";
    if (/^\d{1,2}$/.test(lesson)) linking.lesson ??= Number(lesson);
    const step = fields.get("t") ?? "";
    this.#cursor = /^\d{1,10}$/.test(step) ? Number(step) : undefined;
    if (this.#cursor === undefined) this.#host.cursor.show(undefined);
    view.show(fields);
  }

  /** Looks where the link looks, as soon as the run has been there. */
  #place() {
    const { state, cursor } = this.#host;
    if (this.#cursor === undefined) return;
    const last = state.traces?.step ?? 0;
    if (last <= this.#cursor && !this.#resting) return;
    if (this.#cursor < last) cursor.show(this.#cursor);
    this.#cursor = undefined;
  }

  #later() {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#write(), QUIET);
  }

  /** The address shows the link. */
  async #write() {
    if (!this.#resting || linking.coming || linking.unopened || this.#cursor !== undefined) return;
    const fields = await this.#fields();
    // Meanwhile another link may have been opened.
    if (!this.#resting || linking.coming || linking.unopened) return;
    const [first] = this.#host.state.presets;
    const plain = fields?.length === 1 && fields[0][0] === "preset" && fields[0][1] === first.id;
    const address = base() + (!fields || plain ? "" : text(fields));
    if (address === location.href) return;
    try {
      history.replaceState(history.state, "", address);
    } catch {
      // Too often, or not allowed where the page is embedded: the dialog has the link all the same.
    }
  }

  /** What the link says; undefined if it is too long. @returns {Promise<[string, string][] | undefined>} */
  async #fields() {
    const { state, cursor } = this.#host;
    const experiment = await told(state);
    if (!experiment) return undefined;
    /** @type {(name: string, value: unknown) => [string, string][]} */
    const field = (name, value) => (value === undefined ? [] : [[name, String(value)]]);
    const run = field("step", state.phase === "finished" ? undefined : state.traces?.step);
    const time = field("t", cursor.step);
    const theme = field("theme", this.#theme || undefined);
    const lesson = field("lesson", linking.lesson);
    const others = this.#others.filter(([name]) => name !== "lang");
    // English is said where the link said so: else the browser's setting counts.
    const spoken = others.length < this.#others.length ? field("lang", globalThis.auxilearn.language) : [];
    const all = [...experiment, ...run, ...time, ...view.seen(), ...theme, ...spoken, ...lesson, ...others];
    return text(all).length > LONGEST ? undefined : all;
  }

  /** The fragment that shows what is shown; undefined if it is too long for one. */
  async fragment() {
    const fields = await this.#fields();
    return fields && text(fields);
  }

  /** Back to what the page was opened with. */
  reset() {
    this.#cursor = undefined;
    open(this.#host, linking.opened);
  }

  async show() {
    const { state } = this.#host;
    const field = element("textarea", { readonly: "", rows: "4", "aria-label": t("Link"), "data-link": "" });
    const said = element("p", { role: "status", "data-shared": "" });
    const what = element("p", { class: "aside" });
    const theme = element("input", { type: "checkbox", "data-control": "link-theme" });
    theme.checked = this.#theme !== "";
    const renew = async () => {
      const { theme: chosen } = document.documentElement.dataset;
      this.#theme = theme.checked ? chosen ?? "" : "";
      const fields = await this.#fields();
      field.value = fields ? base() + text(fields) : "";
      copying.disabled = !fields;
      field.hidden = !fields;
      what.textContent = fields ? contents(fields, field.value.length, state)
        : t("This document is too long for a link (more than {count} characters). Save it as a file and share that: it opens under “Data”, or dropped on the page.", { count: LONGEST });
    };
    const copying = button(t("Copy the link"), "copy-link", async () => (said.textContent = await copy(field.value, field)));
    copying.classList.add("primary");
    const file = button(t("Save the document"), "save-document", () => said.replaceChildren(...saveDocument(state)));
    theme.addEventListener("change", renew);
    showDialog("share", t("Share what is shown"), field,
      element("label", { class: "field check" }, theme, t("In the theme that is chosen here")),
      element("div", { class: "buttons" }, copying, file), said, what,
      element("p", { class: "aside" }, t("Whoever opens the link computes the same numbers, to the last bit: compare the digests. Nothing is sent to any server; everything stands in the link itself.")));
    await renew();
    field.select();
  }
}

/** A name for what is saved of an experiment. @param {State} state @param {string} ending */
export function fileName({ metadata, preset }, ending) {
  return `auxilearn-${preset ?? "experiment"}-seed${metadata?.seed ?? 0}.${ending}`;
}

/** The document as a file of the reader's; returns what to say of it. @param {State} state */
export function saveDocument(state) {
  return keepFile(new Blob([state.document], { type: "application/json" }), fileName(state, "json"));
}

/** The page's address without a link. */
function base() {
  return location.origin + location.pathname + withoutLink(location.search);
}

/** @param {[string, string][]} fields */
function text(fields) {
  return `#${new URLSearchParams(fields)}`.replaceAll("%2C", ",");
}

/** What a link holds, in words. @param {[string, string][]} fields @param {number} length @param {State} state */
function contents(fields, length, { changed, metadata }) {
  const has = (/** @type {string} */ name) => fields.some(([field]) => field === name);
  const said = [t("{length} characters.", { length })];
  if (has("d")) said.push(t("It holds the whole document."));
  else if (has("e")) said.push(t("It holds what differs from an experiment of the list."));
  else said.push(t("It names an experiment of the list, with seed {seed}.", { seed: metadata?.seed }));
  if (has("step")) said.push(t("The run rests where it rests here."));
  if (has("t")) said.push(t("The cursor stands where it stands here."));
  if (view.NAMES.some(has)) said.push(t("The charts are looked at as here."));
  if (changed !== undefined) said.push(t("This run was changed on its way; the link holds the document as it stands and runs it from the start."));
  return said.join(" ");
}
