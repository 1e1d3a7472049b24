// @ts-check
// Losses that are typed as formulas, in the panel of choices: a field each, with what is wrong at its character.
/** @import { Json } from "./types.js" */
/** @import { Form } from "./form.js" */
import { element } from "./elements.js";
import { group } from "./form.js";
import { t } from "./lang.js";


/** As many tasks as a document may have. */
const MAX_TASKS = 50;

/**
 * @param {Json} shown the document, which the fields change
 * @param {Form} form
 * @param {(again: boolean) => void} changed after every change; `again` if other fields are needed now
 */
export function formulas(shown, form, changed) {
  const { problem } = shown;
  const field = (/** @type {Json} */ object, /** @type {string} */ name, /** @type {string} */ path, /** @type {string} */ words, needed = true) =>
    form.labelled(path, words, input(object[name] ?? "", (value) => {
      if (value || needed) object[name] = value;
      else delete object[name];
      changed(false);
    }));
  const loss = (/** @type {string} */ name, needed = true) => field(problem, name, `problem.${name}`, form.name(`formula.${name}`), needed);
  /** @type {Json[]} */
  const tasks = problem.auxiliaries ?? [];
  /** @type {HTMLElement[]} */
  const controls = tasks.map((task, k) => {
    const path = `problem.auxiliaries[${k}]`;
    /** @type {HTMLElement[]} */
    const parts = [field(task, "name", `${path}.name`, form.name("formula.name")), field(task, "loss", `${path}.loss`, form.name("formula.loss"))];
    if (tasks.length > 1) parts.push(button(t("Remove"), t("Remove, task {k}", { k: k + 1 }), "remove-task", () => tasks.splice(k, 1)));
    return group(t("Task {k}", { k: k + 1 }), parts);
  });
  /** @param {string} words @param {string} name @param {string} action @param {() => void} change */
  function button(words, name, action, change) {
    const made = element("button", { type: "button", "data-action": action, "aria-label": name }, words);
    made.addEventListener("click", () => {
      change();
      // As many weights as tasks.
      if (shown.start) delete shown.start.phi;
      changed(true);
    });
    return made;
  }
  if (tasks.length < MAX_TASKS) {
    controls.push(element("div", {}, button(t("Add a task"), t("Add a task"), "add-task", () => tasks.push({ name: `task ${tasks.length + 1}`, loss: "0.5*w1^2" }))));
  }
  const made = group(t("Formulas in w1, w2, …"), [loss("main"), loss("held_out"), loss("test", false), start(shown, form, changed), ...controls]);
  made.classList.add("formulas");
  return made;
}

/** W of the start: numbers with commas between them. @param {Json} shown @param {Form} form @param {(again: boolean) => void} changed */
function start(shown, form, changed) {
  const control = input((shown.start?.w ?? []).join(", "), (value) => {
    const words = value.split(/[\s,;]+/).filter(Boolean);
    shown.start ??= {};
    if (words.length) shown.start.w = words.map((word) => (Number.isNaN(Number(word)) ? word : Number(word)));
    else delete shown.start.w;
    changed(false);
  });
  return form.labelled("start.w", form.name("formula.w"), control);
}

/** @param {string} value @param {(value: string) => void} take */
function input(value, take) {
  const attributes = { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
  const made = element("input", attributes);
  made.value = value;
  made.addEventListener("change", () => take(made.value));
  return made;
}

/** Puts the caret where the mistake is, if a message tells it. @param {HTMLElement} control @param {string} found */
export function caretAt(control, found) {
  const place = Number(/ at character (\d+): /.exec(found)?.[1] ?? 0);
  // Characters, not units of UTF-16.
  const before = control instanceof HTMLInputElement ? [...control.value].slice(0, place - 1).join("").length : 0;
  if (place && control instanceof HTMLInputElement) control.setSelectionRange(before, before);
}
