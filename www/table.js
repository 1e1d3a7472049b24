// @ts-check
// The columns of the user's own table: what each is for, which lines are whose, and the document made of them.
/** @import { Host, Survey, Table } from "./types.js" */
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

/** @param {Host} host @param {Table} table @param {string} name of its file */
export function chooseColumns(host, table, name) {
  new TableDialog(host, table, name);
}

class TableDialog {
  #host;
  #table;
  #name;
  /** @type {Survey} */ #survey;
  #dialog;
  #body = element("div", {});
  #wrong = element("p", { role: "alert", class: "wrong", "data-table-wrong": "" });

  /** @param {Host} host @param {Table} table @param {string} name */
  constructor(host, table, name) {
    this.#host = host;
    this.#table = table;
    this.#name = name;
    this.#survey = table.survey();
    const use = button(t("Run it"), "use-table", () => this.#use());
    use.classList.add("primary");
    this.#dialog = showDialog("table", t("Your table"), this.#body, this.#wrong, element("div", { class: "buttons" }, use));
    this.#dialog.addEventListener("close", () => table.free());
    this.#dialog.addEventListener("change", () => (this.#wrong.textContent = ""));
    this.#render();
  }

  /** @param {string} name */
  #control(name) {
    return /** @type {HTMLInputElement} */ (this.#dialog.querySelector(`[data-control="${name}"]`));
  }

  #render() {
    const { rows, columns, delimiter, hasNames } = this.#survey;
    const marks = { ",": t("commas"), ";": t("semicolons"), "\t": t("tabs") };
    const names = element("input", { type: "checkbox", "data-control": "has-names" });
    names.checked = hasNames;
    names.addEventListener("change", () => {
      this.#table.setHasNames(names.checked);
      this.#survey = this.#table.survey();
      this.#render();
    });
    this.#body.replaceChildren(
      element("p", {}, t("{name}: {rows} lines, {columns} columns, cut by {marks}.", { name: this.#name, rows, columns: columns.length, marks: marks[delimiter] })),
      element("label", { class: "check" }, names, t("The first line holds names")),
      labelled(t("Problem"), this.#select("table-kind", [["regression", t("Linear regression")], ["classification", t("Logistic regression (labels 0 and 1)")],
        ["mlp", t("A network with one hidden layer")], ["ridge", t("Linear regression with a penalty for every input")]])),
      element("h3", {}, t("Columns")), this.#roles(),
      element("h3", {}, t("Training, held-out and test set")), ...this.#split(),
      element("h3", {}, t("Numbers")),
      check("standardise", t("Standardise the columns: mean 0 and variance 1 over the training lines"), true),
      check("skip-missing", t("Leave out lines without a value in a chosen column"), false));
    this.#dialog.querySelector("[data-control=split-by]")?.addEventListener("change", () => this.#showSplit());
    this.#showSplit();
  }

  /** What each column is for; a guess to begin with. */
  #roles() {
    const { columns } = this.#survey;
    const usable = columns.flatMap(({ content }, i) => (content === "numbers" || content === "two" ? [i] : []));
    const numbers = usable.filter((i) => columns[i].content === "numbers");
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
    const what = content === "numbers" ? t("numbers") : content === "two" ? t("{zero} is 0, {one} is 1", { zero, one }) : content === "empty" ? t("empty") : t("words");
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
      standardise: this.#control("standardise").checked, skip_missing: this.#control("skip-missing").checked, seed,
    };
  }

  #use() {
    try {
      const document = this.#table.document(JSON.stringify(this.#choices()));
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
