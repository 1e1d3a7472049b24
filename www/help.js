// @ts-check
// What one sees, which keys there are, and a few words explained.
import { showDialog } from "./dialog.js";
import { element } from "./elements.js";
import { keysOn, onKey, switchKeys } from "./keys.js";
import { t } from "./lang.js";
import { addTool } from "./toolbar.js";

/** Adds the button and the key. */
export function addHelp() {
  // What is wider than a narrow window is scrolled by keys, too.
  for (const formula of document.querySelectorAll(".formula")) {
    for (const [name, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": t("Formula") })) formula.setAttribute(name, value);
  }
  addTool({ action: "help", label: t("Help"), sign: "?", order: 70, run: show });
  onKey("?", show);
}

/** @type {[string, string][]} */
const KEYS = [
  ["Tab", /* t */ "to the next control or chart; Shift and Tab back"],
  ["← →", /* t */ "on a chart or on the line of time: the step before or after is looked at, and read out"],
  ["Page Up, Page Down", /* t */ "on a chart: further by a twentieth of the run"],
  ["Home, End", /* t */ "on a chart: the first or the last step"],
  ["Esc", /* t */ "the latest step again; takes moves of a handle back; closes a dialog or the lessons; leaves the presentation"],
  ["← → ↑ ↓", /* t */ "on a handle of the problem’s charts: moves it; with Shift by less"],
  ["Ctrl Z, Ctrl Shift Z", /* t */ "undo and redo, where no text is edited"],
  ["P", /* t */ "presents the charts on the whole screen: arrows, space or a clicker go on, B makes it black"],
  ["?", /* t */ "this help"],
];

/** @type {[string, string][]} */
const WORDS = [
  [/* t */ "Main task, side tasks", /* t */ "The loss to be low is the main one. Side tasks are trained along with it, because they may teach the model something."],
  [/* t */ "W and φ", /* t */ "W are the model’s parameters. φ says how much each side task counts."],
  [/* t */ "L_T and L_A", /* t */ "L_T is the training loss, with all side tasks weighted by φ. L_A is the main loss on data held out of training: the auxiliary set."],
  [/* t */ "Alignment", /* t */ "How much L_A falls when a task counts a little more and the model is trained again. Positive (▲): the task helps and its weight grows. Negative (▼): it harms."],
  [/* t */ "Lane", /* t */ "One method on the same data and seed, side by side with the others."],
  [/* t */ "Trivial solution", /* t */ "Every weight at zero: where descending the training loss in φ ends, unless a task’s own loss falls to zero first."],
  [/* t */ "Digest", /* t */ "A fingerprint of all numbers of a lane: the same on every machine."],
];

/** Each is guarded by tests: docs/promises.md. */
const PROMISES = [
  /* t */ "The same link gives the same numbers on every machine, to the last bit.",
  /* t */ "What you enter and load stays on this machine; nothing is asked of any other site.",
  /* t */ "What cannot be run is refused with a reason, and what you have stays.",
  /* t */ "Once it is loaded, the page works without a network.",
];

function show() {
  const licences = element("a", { href: String(new URL("licences.txt", globalThis.auxilearn.site)) }, t("Licences of what this page is made of"));
  const box = element("input", { type: "checkbox", "data-control": "keys" });
  box.checked = keysOn();
  box.addEventListener("change", () => switchKeys(box.checked));
  const list = (/** @type {[string, string][]} */ entries, /** @type {(text: string) => Node} */ term) =>
    element("dl", {}, ...entries.flatMap(([name, what]) => [element("dt", {}, term(name)), element("dd", {}, t(what))]));
  showDialog("help", t("Help"),
    element("h3", {}, t("What you see")),
    element("p", {}, t("Each chart has the outer steps of a run from left to right, lane by lane. Colour and sign tell the task; where lanes are laid over each other, the dashes tell the lane. The first chart shows how much each side task counts, the second whether it helps, the third the losses.")),
    element("p", {}, t("Play runs it again at the speed chosen, Step goes one outer step on, and the line under the buttons is the time: drag it to look back. The numbers of the run are in the tables beside the first three charts.")),
    element("h3", {}, t("Keys")),
    list(KEYS, (name) => element("kbd", {}, name)),
    element("label", { class: "check" }, box, t("Keys of one sign (P, ?, B)")),
    element("h3", {}, t("Words")),
    list(WORDS, (name) => document.createTextNode(t(name))),
    element("h3", {}, t("What this page promises")),
    element("ul", {}, ...PROMISES.map((promise) => element("li", {}, t(promise)))),
    element("p", {}, licences));
}
