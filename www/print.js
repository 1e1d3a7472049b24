// @ts-check
// The page on paper: a handout with the charts drawn anew in the light theme, words, numbers and the link.
/** @import { Chart } from "./canvas.js" */
/** @import { Host, State } from "./types.js" */
import { element } from "./elements.js";
import { t } from "./lang.js";

/** Width of a chart on paper, in CSS pixels; and device pixels to each: 150 or more to the inch. */
const WIDTH = 680;
const RATIO = 2;
/** Least and greatest height of a chart. */
const [LOW, HIGH] = [240, 800];
/** Longest address that is of use on paper. */
const LONGEST = 300;

/** @param {Host} host */
export function addPrint(host) {
  /** What puts everything back. @type {(() => void) | undefined} */
  let back;
  const begin = () => (back ??= prepare(host));
  const end = () => {
    back?.();
    back = undefined;
  };
  // Before others hear of it: the theme is that of paper then.
  addEventListener("beforeprint", begin, { capture: true });
  addEventListener("afterprint", end, { capture: true });
  // Not every way to paper tells so.
  matchMedia("print").addEventListener("change", ({ matches }) => (matches ? begin() : end()));
}

/** @param {Host} host */
function prepare({ state, charts, views, draw, bench }) {
  const { dataset } = document.documentElement;
  const { theme } = dataset;
  dataset.theme = "light";
  /** @type {NodeListOf<HTMLDetailsElement>} */
  const folded = document.querySelectorAll(".stage .alt:not([open]), .prints:not([open])");
  for (const details of folded) details.open = true;
  const line = imprint(state);
  document.querySelector("main")?.append(line);
  const drawn = charts.filter(({ canvas }) => state.traces && canvas.getClientRects().length > 0);
  const picture = (/** @type {Chart} */ { canvas }) => {
    const view = views.get(canvas);
    view?.see?.();
    const wanted = (state.traces && view?.height(state.traces, WIDTH, "light")) || 0;
    canvas.width = WIDTH * RATIO;
    canvas.height = Math.round(Math.min(Math.max(wanted, LOW), HIGH) * RATIO);
    draw(canvas, RATIO);
  };
  drawn.forEach(picture);
  if (bench?.finish()) drawn.forEach(picture);
  return () => {
    dataset.theme = theme;
    for (const details of folded) details.open = false;
    line.remove();
    for (const chart of charts) chart.invalidate();
  };
}

/** What the handout is of, and where it can be seen living. @param {State} state */
function imprint({ metadata, traces }) {
  const { href } = location;
  const address = href.length > LONGEST ? href.replace(/#.*/s, "") : href;
  const what = t("{title}, seed {seed}, step {step} of {steps}.", { title: t(metadata?.title ?? ""), seed: metadata?.seed, step: traces?.step, steps: metadata?.steps });
  const made = element("p", { class: "imprint" }, `${what} `, element("span", { class: "address" }, address));
  if (address !== href) made.append(` ${t("The link that holds the experiment is too long to be typed; share it from the page.")}`);
  return made;
}
