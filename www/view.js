// @ts-check
// What is looked at beside the experiment, as fields of a link: read off the page's controls and put back into them.

/** Controls of the Neumann lab, in the order of their field. */
const SERIES = ["terms", "alpha", "damping", "official"];

/** @param {string} name @returns {HTMLInputElement | null} */
const control = (name) => document.querySelector(`[data-problem="${name}"]`);
/** The same of a list. @param {string} name @returns {HTMLSelectElement | null} */
const choice = (name) => document.querySelector(`[data-problem="${name}"]`);

/** Whether the series was chosen by hand. */
let chosen = false;
/** The lane chosen by hand, and the one before. @type {{ chosen: number | undefined, usual: number }} */
const looked = { chosen: undefined, usual: 0 };
/** What a link says of charts that have not been drawn yet. @type {URLSearchParams | undefined} */
let waiting;

/**
 * Each as it differs from what a fresh page shows. Without a text it is as there.
 * @type {Record<string, { read: () => string | undefined, write: (text: string | undefined) => void }>}
 */
const FIELDS = {
  overlay: {
    read: () => (document.querySelector("[name=overlay][value=overlaid]:checked") ? "1" : undefined),
    write(text) {
      /** @type {HTMLInputElement | null} */
      const input = document.querySelector(`[name=overlay][value=${text === "1" ? "overlaid" : "beside"}]`);
      if (input && !input.checked) set(input, { checked: true }, "change");
    },
  },
  lane: {
    read() {
      const at = choice("lane")?.selectedIndex ?? -1;
      if (at === looked.chosen) return String(at);
      [looked.chosen, looked.usual] = [undefined, at];
      return undefined;
    },
    write(text) {
      if (text === undefined && looked.chosen === undefined) return;
      text ??= String(looked.usual);
      const select = choice("lane");
      if (/^\d{1,2}$/.test(text) && select?.options[Number(text)]) set(select, { selectedIndex: Number(text) }, "change");
      if (looked.chosen === looked.usual) looked.chosen = undefined;
    },
  },
  pair: {
    read() {
      const [x, y] = [choice("first")?.value ?? "", choice("second")?.value ?? ""];
      return x === "" || `${x},${y}` === usualPair() ? undefined : `${x},${y}`;
    },
    write(text = usualPair()) {
      const [x, y] = /^(\d{1,3}),(\d{1,3})?$/.exec(text)?.slice(1) ?? [];
      if (x === undefined || !has(choice("first"), x) || !has(choice("second"), y ?? "")) return;
      set(choice("first"), { value: x });
      set(choice("second"), { value: y ?? "" }, "change");
    },
  },
  turn: {
    read() {
      const turn = control("turn")?.value;
      return turn !== undefined && Number(turn) < 1 ? turn : undefined;
    },
    write(text = "1") {
      if (control("turn") && Number.isFinite(Number(text))) set(control("turn"), { value: text }, "input");
    },
  },
  series: {
    read() {
      if (!chosen || !control("terms")) return undefined;
      const [terms, alpha, damping] = SERIES.map((name) => Number(control(name)?.value));
      return [terms, short(10 ** alpha), short(damping), Number(control("official")?.checked)].join();
    },
    write(text) {
      if (text === undefined) return void (chosen && control("reset")?.click());
      const [terms, alpha, damping, official] = text.split(",").map(Number);
      if (!control("terms") || ![terms, damping, official].every(Number.isFinite) || !(alpha > 0)) return;
      set(control("terms"), { value: String(terms) }, "input", "change");
      set(control("alpha"), { value: String(Math.log10(alpha)) }, "input", "change");
      set(control("damping"), { value: String(damping) }, "input", "change");
      set(control("official"), { checked: official === 1 }, "input", "change");
    },
  },
};

/** Those that wait for the charts of the problem to be drawn. */
const OF_PROBLEM = ["lane", "pair", "turn", "series"];
/** Names of all fields that are told here. */
export const NAMES = Object.keys(FIELDS);

const usualPair = () => `0,${(choice("second")?.options.length ?? 0) > 2 ? 1 : ""}`;

/** @param {HTMLSelectElement | null} select @param {string} value */
const has = (select, value) => [...(select?.options ?? [])].some((option) => option.value === value);

/** @param {number} x as short as four digits tell it */
const short = (x) => Number(x.toPrecision(4));

/** Changes a control as a person would. @param {HTMLElement | null} element @param {object} values @param {...string} events */
function set(element, values, ...events) {
  if (!element) return;
  Object.assign(element, values);
  for (const event of events) element.dispatchEvent(new Event(event, { bubbles: true }));
}

/** Fields that differ from a fresh page's. @returns {[string, string][]} */
export function seen() {
  return NAMES.flatMap(/** @returns {[string, string][]} */ (name) => {
    const text = waiting && OF_PROBLEM.includes(name) ? waiting.get(name) ?? undefined : FIELDS[name].read();
    return text === undefined ? [] : [[name, text]];
  });
}

/** Shows the page as a link has it. @param {URLSearchParams} fields */
export function show(fields) {
  const write = (/** @type {string} */ name) => FIELDS[name].write(fields.get(name) ?? undefined);
  NAMES.filter((name) => !OF_PROBLEM.includes(name)).forEach(write);
  const lane = choice("lane");
  const ready = () => !!lane?.options.length;
  waiting = undefined;
  if (ready()) return OF_PROBLEM.forEach(write);
  // The charts of the problem are made when they are first looked at.
  if (!lane || !OF_PROBLEM.some((name) => fields.has(name))) return;
  waiting = fields;
  const wait = new MutationObserver(() => {
    if (!ready()) return;
    wait.disconnect();
    if (waiting !== fields) return;
    waiting = undefined;
    OF_PROBLEM.forEach(write);
  });
  wait.observe(lane, { childList: true });
}

/** Calls back when something else may be looked at. @param {() => void} changed */
export function watch(changed) {
  const hear = (/** @type {Event} */ { target, type }) => {
    if (!(target instanceof HTMLElement)) return;
    const { problem } = target.dataset;
    if (type === "change" && problem === "lane" && target instanceof HTMLSelectElement) looked.chosen = target.selectedIndex;
    if (type !== "click" && SERIES.includes(problem ?? "")) chosen = true;
    if (type === "click" && (problem === "reset" || problem === "use")) chosen = false;
    if (problem || target.closest(".overlay, .top")) changed();
  };
  for (const event of ["input", "change", "click"]) addEventListener(event, hear);
}

/** Another document has its own series. */
export function forget() {
  chosen = false;
  waiting = undefined;
}
