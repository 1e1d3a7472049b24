// @ts-check
// Forms for parts of a document: every control belongs to a path such as lanes[1].method.inner.lr.
/** @import { Json } from "./types.js" */
import { element } from "./elements.js";
import { t } from "./lang.js";

/**
 * @typedef {{ kind: string, label: string, fields?: Json, optional?: Json, only?: Record<string, string[]>, named?: Record<string, string>, has?: string[], constraints?: string[] }} Entry
 * @typedef {{ words: Record<string, Record<string, string>>, labels: Record<string, string>, [family: string]: Entry[] | Record<string, string> | Record<string, Record<string, string>> }} Catalogue  www/catalogue.json: families of kinds, words to choose from, names of fields
 */

/** A choice of words. @param {[string, string][]} options values and texts @param {string} chosen */
export function select(options, chosen) {
  const made = document.createElement("select");
  made.append(...options.map(([value, text]) => new Option(text, value, false, value === chosen)));
  // What the page does not know stays in the document until something else is chosen.
  if (!options.some(([value]) => value === chosen)) made.prepend(new Option(chosen, chosen, true, true));
  return made;
}

export class Form {
  #catalogue;
  #changed;

  /** @param {Catalogue} catalogue @param {(again: boolean) => void} changed  after every change; `again` if other fields are needed now */
  constructor(catalogue, changed) {
    this.#catalogue = catalogue;
    this.#changed = changed;
  }

  /** @param {string} family @returns {Entry[]} */
  entries(family) {
    return /** @type {Entry[]} */ (this.#catalogue[family]);
  }

  /** @param {string} family @param {string} kind */
  entry(family, kind) {
    return this.entries(family).find((entry) => entry.kind === kind);
  }

  /** What a kind is chosen with. @param {string} family @param {string} kind @returns {Json} */
  template(family, kind) {
    return structuredClone({ kind, ...this.entry(family, kind)?.fields });
  }

  /** A control with its name, and room for what is wrong with it. @param {string} path @param {string} name @param {HTMLElement} control */
  labelled(path, name, control) {
    control.dataset.path = path;
    const id = `wrong ${path}`.replaceAll(/[^\w]+/g, "-");
    control.setAttribute("aria-describedby", id);
    const wrong = element("span", { class: "wrong", id });
    const check = control instanceof HTMLInputElement && control.type === "checkbox";
    const words = element("span", {}, name);
    const label = element("label", { class: check ? "field check" : "field" }, ...(check ? [control, words] : [words, control]));
    const narrow = control instanceof HTMLInputElement && control.inputMode === "decimal";
    return element("div", { class: narrow ? "" : "wide" }, label, wrong);
  }

  /**
   * The choice of a kind and the fields it has.
   * @param {Json} parent @param {string} field @param {string} path of `parent`
   * @param {{ only?: string[], usual?: string, name?: string, unset?: string }} [how] kinds to choose from; what is meant if the field is left out, or words for that
   * @returns {HTMLElement[]}
   */
  family(parent, field, path, { only, usual, name = this.name(field), unset } = {}) {
    const here = join(path, field);
    const entries = this.entries(field).filter(({ kind }) => !only || only.includes(kind));
    /** @type {[string, string][]} */
    const options = entries.map(({ kind, label }) => [kind, t(label)]);
    if (unset) options.unshift(["", unset]);
    const control = select(options, parent[field]?.kind ?? (unset ? "" : usual ?? entries[0].kind));
    control.addEventListener("change", () => {
      const { value } = control;
      set(parent, field, value ? carried(parent[field], this.template(field, value), this.entry(field, value)) : undefined);
      this.#changed(true);
    });
    return [this.labelled(here, name, control), ...this.fields(parent[field] ?? {}, field, here)];
  }

  /** A field in words. @param {string} field */
  name(field) {
    return t(this.#catalogue.labels[field] ?? field);
  }

  /** Controls for all fields of an object of some kind. @param {Json} object @param {string} family @param {string} path @returns {HTMLElement[]} */
  fields(object, family, path) {
    const entry = this.entry(family, object.kind);
    if (!entry) return [];
    const { fields = {}, optional = {} } = entry;
    const make = (/** @type {Json} */ of, /** @type {boolean} */ free) =>
      Object.entries(of).map(([field, value]) => this.#field(object, field, value, free, path, entry));
    const free = make(optional, true);
    if (!free.length) return make(fields, false);
    const more = element("details", { class: "more" }, element("summary", {}, t("More")), element("div", { class: "fields" }, ...free));
    more.toggleAttribute("open", Object.keys(optional).some((field) => object[field] !== undefined));
    return [...make(fields, false), more];
  }

  /** @param {Json} object @param {string} field @param {Json | unknown[] | boolean | string | number | null} value what the template has @param {boolean} free whether it may be left out @param {string} path @param {Entry} entry */
  #field(object, field, value, free, path, entry) {
    const own = entry.named?.[field];
    const name = own ? t(own) : this.name(field);
    const here = join(path, field);
    if (Array.isArray(value)) return this.#numbers(object, field, here, name);
    if (value && typeof value === "object") {
      if (!value.kind) return this.#parts(object, field, value, here, name);
      return group(name, this.family(object, field, path, { only: entry.only?.[field], usual: value.kind }), true);
    }
    if (typeof value === "boolean") return this.check(object, field, here, name, value, free);
    if (typeof value === "string") return this.words(object, field, here, name, value);
    return this.number(object, field, here, name, value);
  }

  /** A number; where there is none, what it could be is shown in grey. @param {Json} object @param {string} field @param {string} path @param {string} name @param {number | null} [usual] */
  number(object, field, path, name, usual) {
    const control = element("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
    control.value = object[field] === undefined ? "" : String(object[field]);
    if (usual !== undefined) control.placeholder = usual === null ? t("none") : String(usual);
    control.addEventListener("change", () => {
      set(object, field, control.value.trim() === "" ? undefined : read(control.value));
      this.#changed(false);
    });
    return this.labelled(path, name, control);
  }

  /** Numbers with commas between them. @param {Json} object @param {string} field @param {string} path @param {string} name */
  #numbers(object, field, path, name) {
    const control = element("input", { type: "text", autocomplete: "off" });
    control.value = (object[field] ?? []).join(", ");
    control.addEventListener("change", () => {
      object[field] = control.value.split(/[\s,;]+/).filter(Boolean).map(read);
      this.#changed(false);
    });
    return this.labelled(path, name, control);
  }

  /** Numbers of a part that may be left out as a whole. @param {Json} object @param {string} field @param {Json} parts @param {string} path @param {string} name */
  #parts(object, field, parts, path, name) {
    const inside = { ...object[field] };
    const sync = () => set(object, field, Object.keys(inside).length ? inside : undefined);
    const form = new Form(this.#catalogue, (again) => (sync(), this.#changed(again)));
    const controls = Object.entries(parts).map(([part, value]) =>
      form.number(inside, part, `${path}.${part}`, this.name(`${field}.${part}`), value));
    return group(name, controls);
  }

  /** @param {Json} object @param {string} field @param {string} path @param {string} name @param {boolean} usual @param {boolean} free */
  check(object, field, path, name, usual, free) {
    const control = element("input", { type: "checkbox" });
    control.checked = object[field] ?? usual;
    control.addEventListener("change", () => {
      set(object, field, free && control.checked === usual ? undefined : control.checked);
      this.#changed(false);
    });
    return this.labelled(path, name, control);
  }

  /** @param {Json} object @param {string} field @param {string} path @param {string} name @param {string} usual */
  words(object, field, path, name, usual) {
    const words = Object.entries(this.#catalogue.words[field]);
    const control = select(words.map(([word, text]) => [word, t(text)]), object[field] ?? usual);
    control.addEventListener("change", () => {
      object[field] = control.value;
      this.#changed(false);
    });
    return this.labelled(path, name, control);
  }
}

/** @param {string} legend @param {Node[]} controls @param {boolean} [told] whether the first control says the same */
export function group(legend, controls, told) {
  const title = element("legend", told ? { class: "unseen" } : {}, legend);
  return element("fieldset", { class: "group" }, title, element("div", { class: "fields" }, ...controls));
}

/** @param {string} path @param {string} field */
export function join(path, field) {
  return path ? `${path}.${field}` : field;
}

/** @param {Json} object @param {string} field @param {unknown} value */
function set(object, field, value) {
  if (value === undefined) delete object[field];
  else object[field] = value;
}

/** A number where it is one; what else was typed is for the reader of the document to refuse. @param {string} text */
function read(text) {
  const number = Number(text.trim().replace("−", "-"));
  return text.trim() === "" || Number.isNaN(number) ? text : number;
}

/** A template with what the choice before had of the same parts, so that rates that suit a problem stay. @param {Json | undefined} before @param {Json} template @param {Entry | undefined} entry */
function carried(before, template, entry) {
  for (const [field, value] of Object.entries(template)) {
    const kind = before?.[field]?.kind;
    const allowed = entry?.only?.[field];
    if (value?.kind && kind && (!allowed || allowed.includes(kind))) template[field] = before?.[field];
  }
  return template;
}
