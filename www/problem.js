// @ts-check
// The problem itself on the page: plane of W, landscape of φ, Neumann lab, inner loop.
/** @import { Host, Program } from "./types.js" */
import { Bench } from "./bench.js";
import { FurtherChart, figure } from "./further.js";
import { numbered, t } from "./lang.js";
import { ProblemChart } from "./problem_chart.js";
import { landscapeTools, neumannTools, planeTools } from "./tools.js";

/** Heading of each chart, and what can be done with it. @type {Record<string, { heading: string, tools?: (bench: Bench, figure: HTMLElement) => void }>} */
const CHARTS = {
  w_plane: { heading: /* t */ "Where does each task pull?", tools: planeTools },
  phi_landscape: { heading: /* t */ "Which weights are best?", tools: landscapeTools },
  neumann: { heading: /* t */ "How good is a truncated series?", tools: neumannTools },
  cut_short: { heading: /* t */ "How far can the inner loop be cut short?" },
};

/** @param {string} kind of chart */
const heading = (kind) => t(CHARTS[kind]?.heading ?? kind);

/** Adds the charts to the page. @param {Host} host @param {Program} program */
export function addProblem(host, program) {
  const { state, charts, views, controls, draw } = host;
  const bench = new Bench(host, program);
  const section = document.createElement("section");
  section.className = "further problem";
  section.innerHTML = `<h2>${t("Why the sign is what it is")}</h2>
    <p class="tools"><label>${t("Seen at W and φ of {lane}", { lane: '<select data-problem="lane"></select>' })}</label>
      <button type="button" data-action="fit">${t("Fit")}</button></p>`;
  for (const kind of program.problemCharts()) {
    const made = figure(kind, heading(kind));
    CHARTS[kind]?.tools?.(bench, made);
    section.append(made);
  }
  document.querySelector(".prose")?.after(section);
  for (const canvas of section.querySelectorAll("canvas")) {
    const chart = new FurtherChart(canvas, draw, () =>
      state.traces ? view.height(state.traces, canvas.clientWidth, controls.chartTheme()) : 0);
    const view = new ProblemChart(bench, canvas, heading(canvas.dataset.chart ?? ""), () => chart.invalidate());
    views.set(canvas, view);
    chart.fit();
    bench.charts.push(chart);
    charts.push(chart);
  }
  new ResizeObserver(() => bench.charts.forEach((chart) => chart.fit())).observe(section);
  general(bench, section);
  return bench;
}

/** What concerns all charts of the problem. @param {Bench} bench @param {HTMLElement} section */
function general(bench, section) {
  /** @template {HTMLElement} T @param {string} selector */
  const find = (selector) => /** @type {T} */ (section.querySelector(selector));
  /** @type {HTMLSelectElement} */
  const lane = find("[data-problem=lane]");
  lane.addEventListener("change", () => {
    if (bench.problem) bench.problem.lane = lane.selectedIndex;
    bench.redraw();
  });
  find("[data-action=fit]").addEventListener("click", () => (bench.problem?.fit(), bench.redraw()));
  // A preset that is chosen while something is in hand is what counts.
  const give = () => bench.letGo();
  document.querySelector("[data-control=preset]")?.addEventListener("change", give);
  addEventListener("hashchange", give);
  bench.followers.push(() => {
    const labels = bench.host.state.metadata?.lanes.map(({ label }) => numbered(label)) ?? [];
    if (labels.join("\n") !== [...lane.options].map(({ text }) => text).join("\n")) {
      lane.replaceChildren(...labels.map((label) => new Option(label)));
    }
    lane.selectedIndex = bench.problem?.lane ?? -1;
  });
}
