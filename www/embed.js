// @ts-check
// What a page that frames this one may ask of it by messages, and what it is told. See docs/embed.md.
/** @import { Host, Traces } from "./types.js" */
import { t } from "./lang.js";
import { messageOf } from "./refusals.js";

/** The version of the messages. */
const API = 1;
/** Longest id of a message. */
const LONGEST_ID = 64;
/** Milliseconds between two reports of the step. */
const PERIOD = 100;

/** @typedef {{ document?: string | object, preset?: string, seed?: number, part?: string, step?: number | null, what?: string[] }} Wish  fields of a command */
/** What is wrong with a message, or with what it asks for. */
class Refused extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** @param {unknown} value */
const whole = (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
/** @param {unknown} value @returns {value is string} */
const text = (value) => typeof value === "string";
/** @type {unknown[]} */
const PARTS = ["w", "phi"];
/** @type {unknown[]} */
const WHAT = ["state", "digests", "document", "trace"];

/** Fields of each command, and what they may hold. @type {Record<string, Record<string, (value: unknown) => boolean>>} */
const COMMANDS = {
  hello: {},
  load: { document: (value) => text(value) || plain(value), preset: text, seed: whole },
  play: {},
  pause: {},
  rewind: {},
  step: { part: (value) => PARTS.includes(value) },
  seek: { step: (value) => value === null || whole(value) },
  get: { what: (value) => Array.isArray(value) && value.length <= WHAT.length && value.every((name) => WHAT.includes(name)) },
};

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function plain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Listens to the page around this one. @param {Host} host */
export function addEmbed(host) {
  new Embed(host);
}

class Embed {
  #host;
  /** Where answers go; nothing but `ready` is sent before the page around has spoken. @type {string | undefined} */ #origin;
  /** Own data that the page around gave itself, or opened the frame with. @type {Set<string>} */ #given = new Set();
  /** Decides what becomes of the document that is being read. @type {((error?: Refused) => void) | undefined} */ #reading;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #reporting;
  #step = -1;
  #phase = "";
  /** @type {unknown} */ #before;

  /** @param {Host} host */
  constructor(host) {
    this.#host = host;
    this.#give(host.state.document);
    addEventListener("message", (event) => this.#hear(event));
    new MutationObserver(() => this.#look()).observe(document.documentElement, { attributeFilter: ["data-state"] });
    const alert = /** @type {HTMLElement} */ (document.querySelector("[data-message]"));
    const complaint = () => alert.textContent && this.#tell("error", { message: alert.textContent });
    new MutationObserver(complaint).observe(alert, { childList: true, characterData: true, subtree: true });
    host.followers.add(() => (this.#reporting ??= setTimeout(() => this.#report(), PERIOD)));
    new ResizeObserver(() => this.#measure()).observe(document.body);
    // It says nothing but that it is there.
    parent.postMessage({ auxilearn: API, event: "ready" }, "*");
  }

  /** @param {MessageEvent} event */
  #hear({ source, origin, data }) {
    // Other scripts have messages of their own.
    if (source !== parent || !plain(data) || !Object.hasOwn(data, "auxilearn")) return;
    // An origin that has no name can be answered in no other way; a page that is left takes this one with it.
    const to = origin === "null" ? "*" : origin;
    /** @param {object} answer */
    const send = (answer) => parent.postMessage({ auxilearn: API, ...answer }, to);
    const id = text(data.id) && data.id.length <= LONGEST_ID || Number.isFinite(data.id) ? data.id : null;
    const command = check(data);
    if (command instanceof Refused) return send({ answer: id, ok: false, error: told(command) });
    const greeted = this.#origin === to;
    this.#origin = to;
    if (!greeted) this.#measure();
    this.#run(command, data).then(
      (value) => send({ answer: id, ok: true, value }),
      (error) => send({ answer: id, ok: false, error: told(error) }),
    );
  }

  /** @param {string} event @param {object} what */
  #tell(event, what) {
    if (this.#origin !== undefined) parent.postMessage({ auxilearn: API, event, ...what }, this.#origin);
  }

  /** @param {string} command @param {Wish} data @returns {Promise<unknown>} */
  async #run(command, data) {
    const { state, cursor } = this.#host;
    const player = /** @type {HTMLElement} */ (document.querySelector("[data-control=play]"));
    const last = state.traces?.step ?? 0;
    switch (command) {
      case "load":
        return this.#load(data);
      case "get":
        return this.#get(data.what ?? ["state"]);
      case "play":
      case "pause":
        if (player.dataset.action === command) player.click();
        break;
      case "step":
        if (state.phase === "finished") throw new Refused("over", "the run is over");
        press(data.part ? `step-${data.part}` : "step");
        break;
      case "rewind":
        press("rewind");
        break;
      case "seek":
        if ((data.step ?? 0) > last) throw new Refused("range", `the run has come to step ${last}`);
        cursor.show(data.step ?? undefined);
    }
    return this.#state();
  }

  /** @param {Wish} wish */
  async #load({ document, preset, seed }) {
    const { state, load, usePreset } = this.#host;
    const before = state.metadata;
    this.#reading?.(new Refused("superseded", "something else was loaded meanwhile"));
    /** @type {Promise<void>} */
    const read = new Promise((done, failed) => {
      this.#reading = (error) => {
        this.#reading = undefined;
        if (error) failed(error);
        else done();
      };
    });
    read.catch(() => {});
    if (preset !== undefined) {
      if (!state.presets.some(({ id }) => id === preset)) this.#reading?.(new Refused("preset", "there is no such experiment"));
      else await usePreset(preset, seed);
    } else {
      const text = written(document, this.#host.limit);
      this.#give(text);
      load(text, seed, { preset: undefined, said: t("The page around this one loaded a document: run restarted. ") });
    }
    // Not even begun.
    if (state.phase !== "loading" && state.metadata === before) this.#reading?.(this.#complaint());
    await read;
    return this.#state();
  }

  #complaint() {
    return new Refused("refused", document.querySelector("[data-message]")?.textContent || "it could not be run");
  }

  /** @param {string[]} what */
  #get(what) {
    const { state } = this.#host;
    const { traces, metadata } = state;
    if (what.some((name) => name !== "state")) {
      if (!traces || !metadata) throw new Refused("empty", "nothing has been run");
      if (this.#private) throw new Refused("private", "the data shown are the reader’s own");
    }
    /** @type {Record<string, () => unknown>} */
    const ways = {
      state: () => this.#state(),
      digests: () => this.#digests(),
      document: () => state.document,
      trace: () => metadata?.lanes.map(({ label }, lane) => ({ label, columns: traces && columns(traces, lane) })),
    };
    return Object.fromEntries(what.map((name) => [name, ways[name]()]));
  }

  #digests() {
    const { traces, metadata } = this.#host.state;
    return metadata?.lanes.map((_, lane) => traces?.digest(lane)) ?? [];
  }

  #state() {
    const { state, cursor } = this.#host;
    const { phase, metadata, traces, preset, statuses } = state;
    const hidden = this.#private;
    return {
      phase,
      step: traces?.step ?? 0,
      steps: metadata?.steps ?? 0,
      cursor: cursor.step ?? null,
      preset: preset ?? null,
      seed: metadata?.seed ?? null,
      title: hidden ? null : metadata?.title ?? null,
      lanes: hidden ? [] : metadata?.lanes.map(({ label, method }, lane) => ({ label, method, status: statuses[lane]?.word ?? null })) ?? [],
    };
  }

  /** Data that the reader brought stay here: they are no business of the page around. */
  get #private() {
    const data = ownData(this.#host.state.document);
    return data !== undefined && !this.#given.has(data);
  }

  /** @param {string} text of a document */
  #give(text) {
    const data = ownData(text);
    if (data !== undefined) this.#given.add(data);
  }

  /** The phase may be another. */
  #look() {
    const { state } = this.#host;
    if (state.phase !== "loading") {
      const taken = state.metadata !== this.#before;
      this.#before = state.metadata;
      if (this.#reading) this.#reading(taken ? undefined : this.#complaint());
    } else this.#before = state.metadata;
    if (state.phase === this.#phase) return;
    this.#phase = state.phase;
    this.#tell("state", { state: this.#state() });
    if (state.phase !== "finished") return;
    this.#report();
    this.#tell("finished", { step: state.traces?.step, digests: this.#private ? null : this.#digests() });
  }

  #report() {
    clearTimeout(this.#reporting);
    this.#reporting = undefined;
    const step = this.#host.state.traces?.step ?? 0;
    if (step === this.#step) return;
    this.#step = step;
    this.#tell("step", { step });
  }

  #measure() {
    this.#tell("height", { height: Math.ceil(document.body.getBoundingClientRect().height) });
  }
}

/** The command of a message, or what is wrong with it. @param {Record<string, unknown>} data */
function check(data) {
  if (data.auxilearn !== API) return new Refused("version", `this page speaks version ${API}`);
  const { command } = data;
  if (!text(command) || !Object.hasOwn(COMMANDS, command)) return new Refused("command", "there is no such command");
  const fields = COMMANDS[command];
  for (const [name, value] of Object.entries(data)) {
    if (["auxilearn", "id", "command"].includes(name) || value === undefined) continue;
    if (!Object.hasOwn(fields, name)) return new Refused("field", `${command} has no field ${name.slice(0, LONGEST_ID)}`);
    if (!fields[name](value)) return new Refused("field", `${name} is not what ${command} takes`);
  }
  if (command === "load" && (data.document === undefined) === (data.preset === undefined)) {
    return new Refused("field", "load takes a document or a preset");
  }
  return command;
}

/** A document as text. @param {unknown} document @param {number} limit */
function written(document, limit) {
  let written;
  try {
    written = text(document) ? document : JSON.stringify(document, null, 2);
  } catch {
    throw new Refused("field", "document is not JSON");
  }
  if (written.length > limit) throw new Refused("size", `document has more than ${limit} characters`);
  return written;
}

/** Data that a document holds itself, as text; undefined if it generates them. What cannot be read is taken for data. @param {string} text */
function ownData(text) {
  try {
    const data = JSON.parse(text.replace(/^\uFEFF/, "")).problem?.data;
    return data?.source === "inline" ? JSON.stringify(data) : undefined;
  } catch {
    return text;
  }
}

/** A lane's columns by their names. @param {Traces} traces @param {number} lane */
function columns(traces, lane) {
  const names = traces.columns(lane);
  const all = traces.rows(lane);
  const rows = all.length / names.length;
  return Object.fromEntries(names.map((name, c) => [name, all.slice(c * rows, (c + 1) * rows)]));
}

/** @param {string} action */
function press(action) {
  /** @type {HTMLElement | null} */
  const button = document.querySelector(`[data-action="${action}"]`);
  button?.click();
}

/** @param {unknown} error */
function told(error) {
  return { code: error instanceof Refused ? error.code : "failed", message: messageOf(error) };
}
