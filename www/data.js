// @ts-check
// What is taken away from the page and brought to it: documents, traces, the command of the native runner, tables.
/** @import { Host, Program, State } from "./types.js" */
import { button, copy, keepFile, showDialog } from "./dialog.js";
import { element } from "./elements.js";
import { writes } from "./keys.js";
import { t } from "./lang.js";
import { load } from "./load.js";
import { messageOf } from "./refusals.js";
import { fileName, saveDocument } from "./share.js";
import { guard, guarded } from "./spreadsheet.js";
import { addTool } from "./toolbar.js";

/** Rows written at once, so that no task is long. */
const BLOCK = 2000;
/** Documents of more characters are run from a file. */
const PASTED = 100_000;

/** @param {Host} host @param {Program} program */
export function addData(host, program) {
  const data = new Data(host, program);
  addTool({ action: "data", label: t("Data"), order: 25, run: () => data.show() });
  return data;
}

class Data {
  #host;
  #program;

  /** @param {Host} host @param {Program} program */
  constructor(host, program) {
    this.#host = host;
    this.#program = program;
    // Before editor.js hears of it, for which every file is a document.
    addEventListener("drop", (event) => this.#dropped(event), { capture: true });
    addEventListener("paste", (event) => this.#pasted(event));
  }

  show() {
    const { metadata, traces } = this.#host.state;
    const said = element("p", { role: "status", "data-said": "" });
    const step = traces?.step ?? 0;
    const whole = metadata && step < metadata.steps ? t("The trace holds the rows up to step {step}, as the run stands.", { step }) : t("The trace holds the whole run.");
    showDialog("data", t("Data"),
      element("h3", {}, t("Take away")),
      element("div", { class: "buttons" },
        button(t("Experiment (JSON)"), "save-document", () => said.replaceChildren(...saveDocument(this.#host.state))),
        button(t("Trace (CSV)"), "save-csv", () => this.#save("csv", said)),
        button(t("Trace (JSON)"), "save-json", () => this.#save("json", said))),
      guard(),
      element("p", { class: "aside" }, whole, " ", t("But for such apostrophes the CSV is what the native runner writes; the JSON also holds seed, version and the document with all parameters. Charts are saved as SVG and PNG beside their headings.")),
      this.#command(said),
      element("h3", {}, t("Bring in")),
      element("div", { class: "buttons" },
        this.#file(t("Experiment (JSON) …"), ".json,application/json", "load-document"),
        this.#file(t("Table (CSV) …"), ".csv,.tsv,.txt,text/csv,text/tab-separated-values", "load-table")),
      element("p", { class: "aside" }, t("A table has a line for each sample; you choose which columns are inputs and targets. Files can be dropped anywhere on the page; texts and cells of a spreadsheet can be pasted. Everything stays on this machine.")),
      said);
  }

  /** @param {string} format @param {HTMLElement} said */
  async #save(format, said) {
    const { state } = this.#host;
    try {
      const parts = await (format === "csv" ? this.#csv() : this.#json());
      const type = format === "csv" ? "text/csv" : "application/json";
      const name = fileName(state, format).replace("auxilearn-", "auxilearn-trace-");
      said.replaceChildren(...keepFile(new Blob(parts, { type }), name));
    } catch (error) {
      said.textContent = t("The file could not be made ({error}).", { error: this.#program.lastPanic() ?? messageOf(error) });
    }
  }

  /** What solve writes, a part a task. */
  async #csv() {
    const traces = this.#traces();
    const parts = [traces.csvHeader()];
    const guards = guarded();
    for (const lane of this.#host.state.metadata?.lanes.keys() ?? []) {
      for (let from = 0; ; from += BLOCK) {
        const rows = traces.csvRows(lane, from, BLOCK, guards);
        if (!rows) break;
        parts.push(rows);
        await new Promise((go) => setTimeout(go));
        if (traces !== this.#host.state.traces) throw new Error(t("another run has begun"));
      }
    }
    return parts;
  }

  /** What solve --json writes. */
  async #json() {
    const traces = this.#traces();
    const { metadata, statuses, document, changed } = this.#host.state;
    if (!metadata) return [];
    const head = { version: this.#program.version(), title: metadata.title, seed: Number(metadata.seed), tasks: metadata.taskNames };
    // Where a run was changed on its way, its document alone does not tell it.
    const more = changed === undefined ? {} : { changed_after_step: changed };
    const parts = [JSON.stringify({ ...head, ...more }).slice(0, -1), ',"lanes":['];
    for (const [lane, { label, method }] of metadata.lanes.entries()) {
      // Of a run that has just been taken nothing has been heard yet.
      const { word, step } = statuses[lane] ?? { word: "running", step: 0 };
      const told = { label, method, status: word, steps: word === "running" ? traces.step : step, digest: traces.digest(lane) };
      parts.push(lane ? "," : "", JSON.stringify(told).slice(0, -1), ',"columns":{');
      const names = traces.columns(lane);
      const rows = traces.rows(lane);
      const count = rows.length / names.length;
      for (const [c, name] of names.entries()) {
        parts.push(`${c ? "," : ""}${JSON.stringify(name)}:[${Array.from(rows.subarray(c * count, (c + 1) * count), exact)}]`);
        await new Promise((go) => setTimeout(go));
      }
      parts.push("}}");
    }
    parts.push('],"document":', document.replace(/^\uFEFF/, "").trim(), "}\n");
    return parts;
  }

  #traces() {
    if (!this.#host.state.traces) throw new Error(t("there is no run"));
    return this.#host.state.traces;
  }

  /** The native runner's command, to be copied. @param {HTMLElement} said */
  #command(said) {
    const { state } = this.#host;
    const field = element("textarea", { readonly: "", rows: "6", wrap: "off", spellcheck: "false", "aria-label": t("Command"), "data-command": "" });
    field.value = command(state);
    const copying = button(t("Copy as command"), "copy-command", async () => (said.textContent = await copy(field.value, field)));
    const details = element("details", {}, element("summary", {}, t("The same run without a browser")), field,
      element("p", { class: "aside" }, t("To be pasted into a shell in the folder of the source. It prints the digests that the page shows.")));
    return element("div", {}, element("div", { class: "buttons" }, copying), details);
  }

  /** @param {string} label @param {string} accept @param {string} name */
  #file(label, accept, name) {
    const input = element("input", { type: "file", accept, "data-control": name });
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (!file) return;
      input.closest("dialog")?.close();
      if (name === "load-table") this.#table(file);
      else this.#take(file);
    });
    return element("label", { class: "file" }, label, " ", input);
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#either(file);
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const { target, clipboardData } = event;
    if (writes(target) || document.querySelector("dialog:modal")) return;
    const [file] = clipboardData?.files ?? [];
    const text = clipboardData?.getData("text/plain") ?? "";
    if (!file && !text.trim()) return;
    event.preventDefault();
    this.#either(file ?? new File([text], t("What was pasted")));
  }

  /** A document, or else a table. @param {File} file */
  async #either(file) {
    const begins = await file.slice(0, 200).text().catch(() => "");
    if (/\.json$/i.test(file.name) || /^\uFEFF?\s*\{/.test(begins)) this.#take(file);
    else this.#table(file);
  }

  /** A document. @param {File} file */
  async #take(file) {
    const { limit, keep, load } = this.#host;
    if (file.size > limit) return keep(t("{name} has {size} MB; at most {limit} MB can be read. What is shown stays as it is.", { name: file.name, size: megabytes(file.size), limit: megabytes(limit) }));
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    } catch {
      return keep(t("{name} could not be read as text in UTF-8. What is shown stays as it is.", { name: file.name }));
    }
    load(text, undefined, { preset: undefined, said: t("Document applied: run restarted. ") });
  }

  /** A table. @param {File} file */
  async #table(file) {
    const { keep } = this.#host;
    const limit = this.#program.tableLimit();
    if (file.size > limit) return keep(t("{name} has {size} MB; at most {limit} MB can be read. What is shown stays as it is.", { name: file.name, size: megabytes(file.size), limit: megabytes(limit) }));
    try {
      /** @type {typeof import("./table.js")} */
      const { chooseColumns } = await load("table.js");
      chooseColumns(this.#host, this.#program, new Uint8Array(await file.arrayBuffer()), file.name);
      this.#host.controls.complain("");
    } catch (error) {
      keep(t("{name}: {error} What is shown stays as it is.", { name: file.name, error: this.#program.lastPanic() ?? messageOf(error) }));
    }
  }
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** A number as JSON that reads back to the same bits; what is absent is null. @param {number} x */
function exact(x) {
  if (!Number.isFinite(x)) return "null";
  return Object.is(x, -0) ? "-0.0" : String(x);
}

/**
 * What gives the same run in a shell. Between quotes of a here-document nothing is expanded; in JSON no line can be
 * its end, tabs (which shells complete) stand between values only, and `!` (which old shells expand) in texts only.
 * @param {State} state
 */
export function command(state) {
  const solve = "cargo run --release --example solve -- --digest";
  const text = state.document.replace(/^\uFEFF/, "").replaceAll("\r", "").replaceAll("\t", " ").replaceAll("!", "\\u0021").trim();
  if (text.length > PASTED) return `${solve} ${fileName(state, "json")}\n`;
  return `${solve} - <<'EXPERIMENT'\n${text}\nEXPERIMENT\n`;
}
