// @ts-check
// The columns of the user's own table: what each is for, which lines are whose, and the document made of them.
/** @import { Host, Program, Survey, Table, TableDialect } from "./types.js" */
import { button, showDialog } from "./dialog.js";
import { element } from "./elements.js";
import { t } from "./lang.js";
import { messageOf } from "./refusals.js";

/** Words in columns that split a table, as they are often called. @type {[string, RegExp][]} */
const SETS = [
  ["train", /^train/i],
  ["aux_set", /^(aux|val|dev|held)/i],
  ["test", /^test/i],
];

/** Encodings that the dialog offers: labels of the browser's decoder. */
const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "gb18030", "shift_jis", "windows-1252"];

/** Reads a table and asks what it is for. @param {Host} host @param {Program} program @param {Uint8Array} bytes @param {string} name of its file */
export function chooseColumns(host, program, bytes, name) {
  new TableDialog(host, program, bytes, name);
}

class TableDialog {
  #host;
  #program;
  #bytes;
  #name;
  /** @type {TableDialect} */ #dialect = {};
  #encoding;
  /** @type {Table} */ #table;
  /** @type {Survey} */ #survey;
  #dialog;
  #body = element("div", {});
  #made = element("div", { class: "aside", "data-table-made": "" });
  #wrong = element("p", { role: "alert", class: "wrong", "data-table-wrong": "" });

  /** @param {Host} host @param {Program} program @param {Uint8Array} bytes @param {string} name */
  constructor(host, program, bytes, name) {
    this.#host = host;
    this.#program = program;
    this.#bytes = bytes;
    this.#name = name;
    this.#encoding = program.tableEncoding(bytes);
    this.#table = this.#read();
    this.#survey = this.#table.survey();
    const use = button(t("Run it"), "use-table", () => this.#use());
    use.classList.add("primary");
    this.#dialog = showDialog("table", t("Your table"), this.#body, this.#made, this.#wrong, element("div", { class: "buttons" }, use));
    this.#dialog.addEventListener("close", () => this.#table.free());
    this.#dialog.addEventListener("change", ({ target }) => {
      if (!(target instanceof Element && target.closest("[data-question], [data-table-written]"))) this.#preview();
    });
    this.#render();
    this.#preview();
  }

  #read() {
    let text;
    try {
      text = new TextDecoder(this.#encoding, { fatal: true }).decode(this.#bytes);
    } catch {
      throw new Error(t("The file is no text in {encoding}.", { encoding: this.#encoding }));
    }
    return new this.#program.Table(text, JSON.stringify(this.#dialect));
  }

  /** Reads the table anew with a change of how it is said to be written; what was chosen stays, and if it cannot be read so, all does. @param {() => void} change */
  #reread(change) {
    const [dialect, encoding] = [{ ...this.#dialect }, this.#encoding];
    const controls = /** @type {HTMLInputElement[]} */ ([...this.#dialog.querySelectorAll("select, input")]);
    const chosen = controls.map(({ dataset, value, checked }) => ({ name: dataset.control ?? "", value, checked }));
    try {
      change();
      const table = this.#read();
      this.#table.free();
      this.#table = table;
      this.#survey = table.survey();
      this.#render();
      for (const { name, value, checked } of chosen) {
        const control = this.#control(name);
        if (!control || /^(question-|encoding|separator|decimal|has-names)/.test(name)) continue;
        [control.value, control.checked] = [value, checked];
        if (name === "split-by") this.#showSplit();
      }
      this.#preview();
    } catch (error) {
      [this.#dialect, this.#encoding] = [dialect, encoding];
      this.#render();
      this.#wrong.textContent = messageOf(error);
    }
  }

  /** @param {string} name */
  #control(name) {
    return /** @type {HTMLInputElement} */ (this.#dialog.querySelector(`[data-control="${name}"]`));
  }

  #render() {
    const { notes } = this.#survey;
    this.#body.replaceChildren(
      element("p", {}, `${this.#name}: ${notes[0]}`), element("ul", { "data-table-notes": "" }, ...notes.slice(1).map((note) => element("li", {}, note))),
      ...this.#questions(), this.#written(),
      labelled(t("Problem"), this.#select("table-kind", [["regression", t("Linear regression")], ["classification", t("Logistic regression (labels 0 and 1)")],
        ["mlp", t("A network with one hidden layer")], ["ridge", t("Linear regression with a penalty for every input")]])),
      element("h3", {}, t("Columns")), this.#roles(),
      element("h3", {}, t("Training, held-out and test set")), ...this.#split(),
      element("h3", {}, t("Numbers")),
      check("standardise", t("Standardise the columns: mean 0 and variance 1 over the training lines"), true),
      check("skip-missing", t("Leave out lines without a value in a chosen column"), false),
      labelled(t("Lines at most, drawn by the seed (all if empty)"), number("lines", "", "2000000")));
    this.#dialog.querySelector("[data-control=split-by]")?.addEventListener("change", () => this.#showSplit());
    this.#showSplit();
  }

  /** What the table leaves open, each with its answers. */
  #questions() {
    return this.#survey.questions.map(({ kind, cell, sentence }, i) => {
      /** @type {[string, string][]} */
      const answers = kind === "decimal" ? [[".", t("a point stands before decimals")], [",", t("a comma stands before decimals")]]
        : kind === "names" ? [["yes", t("the first line holds names")], ["no", t("the first line holds numbers")]]
        : [["missing", t("a missing value")], ["number", t("a number")]];
      const choice = this.#select(`question-${i}`, [["", t("choose")], ...answers]);
      choice.addEventListener("change", () => this.#reread(() => this.#answer(kind, cell, choice.value)));
      return element("div", { class: "question", "data-question": kind }, labelled(sentence, choice));
    });
  }

  /** @param {string} kind @param {string} cell @param {string} answer */
  #answer(kind, cell, answer) {
    const dialect = this.#dialect;
    if (kind === "decimal") dialect.decimal = answer;
    else if (kind === "names") dialect.has_names = answer === "yes";
    else if (answer === "missing") dialect.missing = [...(dialect.missing ?? []), cell];
    else if (answer === "number") dialect.numbers = [...(dialect.numbers ?? []), cell];
  }

  /** How the table is written: what was found, to be changed. */
  #written() {
    const { separator, hasNames } = this.#survey;
    const encoding = this.#select("encoding", ENCODINGS.map((label) => [label, label]), this.#encoding);
    const cut = this.#select("separator", [[",", t("commas")], [";", t("semicolons")], ["\t", t("tabs")], ["|", t("vertical bars")], [" ", t("blanks")]], separator);
    const decimal = this.#select("decimal", [["", t("as found")], [".", t("a point")], [",", t("a comma")]], this.#dialect.decimal ?? "");
    const names = check("has-names", t("The first line holds names"), hasNames);
    encoding.addEventListener("change", () => this.#reread(() => (this.#encoding = encoding.value)));
    cut.addEventListener("change", () => this.#reread(() => (this.#dialect.separator = cut.value)));
    decimal.addEventListener("change", () => this.#reread(() => (this.#dialect.decimal = decimal.value || undefined)));
    names.querySelector("input")?.addEventListener("change", ({ target }) => this.#reread(() => (this.#dialect.has_names = /** @type {HTMLInputElement} */ (target).checked)));
    return element("details", { "data-table-written": "" }, element("summary", {}, t("How the table is written ({encoding})", { encoding: this.#encoding })),
      labelled(t("Encoding"), encoding), labelled(t("Cells are cut by"), cut), labelled(t("Before decimals"), decimal), names);
  }

  /** What would become of the lines; nothing while the choices are not complete. */
  #preview() {
    this.#wrong.textContent = "";
    try {
      const { notes } = this.#table.document(JSON.stringify(this.#choices()));
      this.#made.replaceChildren(...notes.map((note) => element("p", {}, note)));
    } catch {
      this.#made.replaceChildren();
    }
  }

  /** What each column is for; a guess to begin with. */
  #roles() {
    const { columns } = this.#survey;
    const usable = columns.flatMap(({ content }, i) => (content === "numbers" || content === "two" ? [i] : []));
    const numbers = usable.filter((i) => columns[i].content === "numbers" && !columns[i].isIndex);
    const [main, auxiliary] = [numbers.at(-1), numbers.length > 2 ? numbers.at(-2) : undefined];
    const list = element("ul", { class: "roles" });
    for (const [i, { name, content, missing }] of columns.entries()) {
      const role = i === main ? "main" : i === auxiliary ? "auxiliary" : numbers.includes(i) ? "input" : "";
      const choice = this.#select(`role-${i}`, [["", t("not used")], ["input", t("input")], ["main", t("main target")], ["auxiliary", t("auxiliary target")]], role);
      choice.disabled = content === "empty";
      list.append(element("li", {}, labelled(name, choice), element("span", { class: "aside" }, this.#told(content, i, missing))));
    }
    return list;
  }

  /** @param {string} content @param {number} column @param {number} missing */
  #told(content, column, missing) {
    const { values } = this.#survey.columns[column];
    const [zero, one] = [...values].sort();
    const what = this.#survey.columns[column].isIndex ? t("counts the lines") : content === "numbers" ? t("numbers") : content === "two" ? t("{zero} is 0, {one} is 1", { zero, one }) : content === "empty" ? t("empty") : t("words");
    return missing && content !== "empty" ? t("{what}; {count} missing", { what, count: missing }) : what;
  }

  /** Shares, or a column with words for the sets. */
  #split() {
    const { columns } = this.#survey;
    /** @type {[string, string][]} */
    const able = columns.flatMap(({ values, name }, i) => (values.length > 1 ? [[String(i), t("by the column {name}", { name })]] : []));
    const named = able.find(([i]) => columns[Number(i)].values.filter((value) => setOf(value)).length > 1);
    const by = this.#select("split-by", [["", t("by chance, with a seed")], ...able], named?.[0] ?? "");
    return [labelled(t("Lines are split"), by), element("div", { class: "split", "data-split": "" })];
  }

  #showSplit() {
    const column = this.#control("split-by").value;
    const place = /** @type {HTMLElement} */ (this.#dialog.querySelector("[data-split]"));
    if (column === "") {
      place.replaceChildren(
        labelled(t("Training, in %"), number("share-train", "40", "100")), labelled(t("Held out, in %"), number("share-aux", "40", "100")),
        labelled(t("Seed"), number("table-seed", "1", "9007199254740991")), element("p", { class: "aside" }, t("What is left is the test set.")));
      return;
    }
    /** @type {[string, string][]} */
    const sets = [["", t("left out")], ["train", t("training set")], ["aux_set", t("held-out set")], ["test", t("test set")]];
    place.replaceChildren(...this.#survey.columns[Number(column)].values.map((value, i) => labelled(value, this.#select(`set-${i}`, sets, setOf(value)))));
  }

  /** @param {string} name @param {[string, string][]} options @param {string} [chosen] */
  #select(name, options, chosen = options[0][0]) {
    const made = element("select", { "data-control": name });
    made.append(...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
    return made;
  }

  #choices() {
    const { columns } = this.#survey;
    const of = (/** @type {string} */ role) => columns.flatMap((_, i) => (this.#control(`role-${i}`).value === role ? [i] : []));
    const value = (/** @type {string} */ name) => Number(this.#control(name)?.value);
    const mains = of("main");
    if (mains.length !== 1) throw new Error(t("Choose one column as main target."));
    const chosen = this.#control("split-by").value;
    const values = chosen === "" ? [] : columns[Number(chosen)].values;
    const set = (/** @type {string} */ name) => values.filter((_, i) => this.#control(`set-${i}`).value === name);
    const seed = chosen === "" ? value("table-seed") : 1;
    if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(t("The seed is a whole number from 0 to 2^53 − 1."));
    return {
      title: this.#name.replace(/\.\w+$/, "").slice(0, 100) || t("Your table"),
      kind: this.#control("table-kind").value,
      inputs: of("input"), main: mains[0], auxiliaries: of("auxiliary"),
      split: chosen === "" ? { train: value("share-train") / 100, aux_set: value("share-aux") / 100 }
        : { column: Number(chosen), train: set("train"), aux_set: set("aux_set"), test: set("test") },
      standardise: this.#control("standardise").checked, skip_missing: this.#control("skip-missing").checked, lines: this.#control("lines").value ? value("lines") : null, seed,
    };
  }

  #use() {
    try {
      const { document } = this.#table.document(JSON.stringify(this.#choices()));
      this.#dialog.close();
      this.#host.load(document, undefined, { preset: undefined, said: t("Table taken: run restarted. ") });
    } catch (error) {
      this.#wrong.textContent = messageOf(error);
    }
  }
}

/** The set that a word may stand for. @param {string} value */
function setOf(value) {
  return SETS.find(([, words]) => words.test(value))?.[0] ?? "";
}

/** @param {string} text @param {HTMLElement} control */
function labelled(text, control) {
  return element("label", { class: "field" }, element("span", {}, text), control);
}

/** @param {string} name @param {string} text @param {boolean} checked */
function check(name, text, checked) {
  const input = element("input", { type: "checkbox", "data-control": name });
  input.checked = checked;
  return element("label", { class: "check" }, input, text);
}

/** @param {string} name @param {string} value @param {string} max */
function number(name, value, max) {
  return element("input", { type: "number", min: "0", max, step: "1", inputmode: "numeric", value, "data-control": name });
}
