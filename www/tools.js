// @ts-check
// The controls under the charts of the problem.
/** @import { DragHandle, Problem } from "./types.js" */
/** @import { Bench } from "./bench.js" */
import { tools } from "./further.js";
import { numbered, t } from "./lang.js";
import { number } from "./words.js";


/** Milliseconds in which the signs turn from the Euclidean picture to that of H⁻¹. */
const TURN = 1600;
/** The slider of α reaches from this share of 2/λ_max to this multiple. */
const REACH = [0.01, 2];
/** `J` at the end of its slider, at least. */
const TERMS = 60;
/** Largest damping on its slider, in the largest eigenvalue. */
const DAMPED = 1;

const HINT = /* t */ "Drag the point on the map, or move it with the arrow keys.";

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {Bench} bench @param {HTMLElement} figure */
export function planeTools(bench, figure) {
  const find = tools(figure, `
    <label class="turn">${t("Euclidean")} <input type="range" data-problem="turn" min="0" max="1" step="any" value="1"
      aria-label="${t("Which picture of the signs: Euclidean at the left, that of H⁻¹ at the right")}"> H⁻¹</label>
    <button type="button" data-problem="play-turn">${t("Turn")}</button>
    <p class="hint" data-problem="hint"></p>`);
  /** @type {HTMLInputElement} */
  const slider = find("turn");
  const turn = (/** @type {number} */ share) => {
    slider.value = String(share);
    slider.setAttribute("aria-valuetext", share <= 0 ? t("Euclidean") : share >= 1 ? "H⁻¹" : t("{share} % turned", { share: Math.round(100 * share) }));
    bench.problem?.turn(share);
    bench.charts[0]?.invalidate();
  };
  let turning = 0;
  slider.addEventListener("input", () => {
    cancelAnimationFrame(turning);
    turn(Number(slider.value));
  });
  find("play-turn").addEventListener("click", () => {
    cancelAnimationFrame(turning);
    if (calm.matches) return turn(Number(slider.value) < 1 ? 1 : 0);
    const begun = performance.now();
    const frame = () => {
      const share = Math.min((performance.now() - begun) / TURN, 1);
      turn(share * share * (3 - 2 * share));
      if (share < 1) turning = requestAnimationFrame(frame);
    };
    frame();
  });
  bench.followers.push(() => {
    const turned = bench.problem?.turned;
    if (turned !== undefined && Number(slider.value) !== turned) slider.value = String(turned);
  });
  bench.watchers.push((canvas, handles) => {
    const { problem } = bench;
    if (!problem || canvas.dataset.chart !== "w_plane") return;
    const { planar } = problem;
    for (const control of [slider.parentElement, find("play-turn")]) if (control) control.hidden = !planar;
    const words = planeWords(problem, handles);
    const hint = find("hint");
    if (hint.textContent !== words) hint.textContent = words;
  });
}

/** What can be done with the plane of W. @param {Problem} problem @param {DragHandle[]} handles */
function planeWords({ planar, bends }, handles) {
  if (!handles.some(({ id }) => id !== "start")) return t("Drag the start, or move it with the arrow keys; the optima of this problem follow from its data.");
  const move = t("Drag an optimum or the start, or move it with the arrow keys: the run restarts from the same seed.");
  return move + t(" ") + curvatureWords(planar, bends, handles.some(({ id }) => id.startsWith("axis")));
}

/** What is to be said of curvatures. @param {boolean} planar @param {boolean} bends @param {boolean} shown whether one has its rings */
function curvatureWords(planar, bends, shown) {
  if (!planar) return t("With one parameter there is one direction only: H scales it, and no sign can turn.");
  if (shown) return t("The rings bend the curvature of the loss selected; another click on its optimum, or Escape, hides them.");
  return bends
    ? t("Click an optimum to see the curvature of its loss; another click hides it.")
    : t("Click an optimum to see the curvature of its loss, which follows from the data and cannot be dragged; another click hides it.");
}

/** @param {Bench} bench @param {HTMLElement} figure */
export function landscapeTools(bench, figure) {
  const find = tools(figure, `
    <label>${t("Across {choice}", { choice: '<select data-problem="first"></select>' })}</label>
    <label>${t("Up {choice}", { choice: '<select data-problem="second"></select>' })}</label>
    <p class="hint">${t("Drag the start of φ, or move it with the arrow keys: the run restarts from there.")}</p>`);
  /** @type {HTMLSelectElement} */
  const first = find("first");
  /** @type {HTMLSelectElement} */
  const second = find("second");
  const choose = () => {
    if (!bench.problem) return;
    const [x, y] = [Number(first.value), second.value === "" ? undefined : Number(second.value)];
    bench.problem.chooseComponents(x, y === x ? undefined : y);
    follow();
    bench.redraw();
  };
  first.addEventListener("change", choose);
  second.addEventListener("change", choose);
  const follow = () => {
    const { problem } = bench;
    if (!problem) return;
    const names = problem.phiNames.map(numbered);
    const options = () => names.map((name, k) => new Option(name, String(k)));
    if (first.options.length !== names.length || names.some((name, k) => first.options[k].text !== name)) {
      first.replaceChildren(...options());
      second.replaceChildren(new Option(t("L_A, as a curve"), ""), ...options());
    }
    const [x, y] = problem.components;
    first.value = String(x);
    second.value = y === undefined ? "" : String(y);
  };
  bench.followers.push(follow);
}

/** @param {Bench} bench @param {HTMLElement} figure */
export function neumannTools(bench, figure) {
  const find = tools(figure, `
    <label class="alpha">α <span class="marked"><input type="range" data-problem="alpha" step="any"><i data-problem="limit">2/λ_max</i></span> <output data-problem="alpha-value"></output></label>
    <label>J <input type="range" data-problem="terms" min="0" max="60" step="1"> <output data-problem="terms-value"></output></label>
    <label>${t("damping δ")} <input type="range" data-problem="damping" min="0" max="1" step="any"> <output data-problem="damping-value"></output></label>
    <label><input type="checkbox" data-problem="official"> ${t("without the factor α (the authors’ scaling)")}</label>
    <button type="button" data-problem="use">${t("Use in the run")}</button>
    <button type="button" data-problem="reset">${t("As in the run")}</button>
    <p class="hint" data-problem="used">${t(HINT)}</p>`);
  /** @type {HTMLInputElement} */
  const alpha = find("alpha");
  /** @type {HTMLInputElement} */
  const terms = find("terms");
  /** @type {HTMLInputElement} */
  const damping = find("damping");
  /** @type {HTMLInputElement} */
  const official = find("official");
  let held = false;

  /** The controls show the series of the picture. */
  const follow = () => {
    const [j, a, d, scaling, limit] = bench.problem?.series ?? [];
    if (j === undefined) return;
    const centre = Number.isFinite(limit) ? limit : a;
    if (!held) {
      alpha.min = String(Math.log10(Math.min(REACH[0] * centre, a)));
      alpha.max = String(Math.log10(Math.max(REACH[1] * centre, a)));
      damping.max = String(Math.max(DAMPED * (2 / centre), d));
      terms.max = String(Math.max(TERMS, j));
    }
    const [low, high] = [Number(alpha.min), Number(alpha.max)];
    const mark = find("limit");
    mark.hidden = !Number.isFinite(limit);
    mark.style.setProperty("inset-inline-start", `${(100 * (Math.log10(centre) - low)) / (high - low)}%`);
    alpha.value = String(Math.log10(a));
    alpha.setAttribute("aria-valuetext", Number.isFinite(limit) ? t("{alpha}, the limit is {limit}", { alpha: number(a), limit: number(limit) }) : number(a));
    alpha.setAttribute("aria-label", t("Step α of the series"));
    terms.value = String(j);
    damping.value = String(d);
    damping.setAttribute("aria-valuetext", number(d));
    official.checked = scaling === 1;
    find("alpha-value").textContent = number(a);
    find("terms-value").textContent = String(j);
    find("damping-value").textContent = number(d);
  };
  /** Changes one number of the series and leaves the others as they are. @param {number} which @param {number | boolean} value */
  const choose = (which, value) => {
    if (!bench.problem) return;
    held = true;
    bench.problem.drag(true);
    const { series } = bench;
    series[which] = value;
    bench.problem.chooseSeries(...series);
    follow();
    bench.redraw();
  };
  /** @type {[HTMLInputElement, () => number | boolean][]} */
  const controls = [
    [terms, () => Number(terms.value)],
    [alpha, () => 10 ** Number(alpha.value)],
    [damping, () => Number(damping.value)],
    [official, () => official.checked],
  ];
  for (const [which, [control, value]] of controls.entries()) {
    control.addEventListener("input", () => choose(which, value()));
    control.addEventListener("change", () => {
      held = false;
      bench.problem?.drag(false);
      bench.redraw();
    });
  }
  find("reset").addEventListener("click", () => {
    if (!bench.problem) return;
    bench.problem.resetSeries();
    follow();
    bench.redraw();
  });
  find("use").addEventListener("click", () => {
    if (!bench.problem) return;
    const lane = numbered(bench.host.state.metadata?.lanes[bench.problem.lane]?.label ?? "");
    const document = bench.problem.withSeries();
    if (document !== undefined) {
      const { label } = JSON.parse(document).lanes[bench.problem.lane];
      if (label === undefined) return bench.use(document, t("Series used in the lane {lane}. ", { lane }));
      return bench.use(document, t("Series used in the lane {lane}, now called {label}. ", { lane, label }));
    }
    const words = t("The lane looked at, {lane}, uses no truncated Neumann series: choose one that does at “Seen at W and φ of”, or such a method under “Choose problem and methods”.", { lane });
    find("used").textContent = words;
    bench.say(words);
  });
  bench.watchers.push((canvas) => canvas.dataset.chart === "neumann" && follow());
  bench.followers.push(() => (find("used").textContent = t(HINT)));
}
