// @ts-check
// Charts of the run below the first screen.
/** @import { Parts, Program } from "./types.js" */
import { FurtherChart, figure } from "./further.js";
import { t } from "./lang.js";

/** Headings by kind; another chart is called by its name. @type {Record<string, string>} */
const HEADINGS = {
  ledger: /* t */ "Ledger: who lowers the training loss?",
  trust: /* t */ "Trust: how good is the gradient?",
};

/** Adds a figure for each chart that the first screen lacks. @param {Parts} parts @param {Program} program */
export function addFurtherCharts({ state, charts, views, controls, draw }, program) {
  const shown = new Set(charts.map(({ canvas }) => canvas.dataset.chart));
  const kinds = program.chartKinds().filter((kind) => !shown.has(kind));
  if (!kinds.length) return;
  const section = document.createElement("section");
  section.className = "further";
  section.innerHTML = `<h2>${t("More charts")}</h2>`;
  for (const kind of kinds) section.append(figure(kind, t(HEADINGS[kind] ?? kind)));
  // Below what the first window shows: nothing that is being read moves.
  document.querySelector(".prose")?.after(section);
  const further = [...section.querySelectorAll("canvas")].map((canvas) => {
    const view = new program.ChartView(canvas, canvas.dataset.chart ?? "");
    views.set(canvas, view);
    const wanted = () => (state.traces ? view.height(state.traces, canvas.clientWidth, controls.chartTheme()) : 0);
    const chart = new FurtherChart(canvas, draw, wanted);
    chart.fit();
    if (state.traces) canvas.setAttribute("aria-label", view.describe(state.traces));
    return chart;
  });
  charts.push(...further);
  // Another width or size of type wants another height.
  new ResizeObserver(() => further.forEach((chart) => chart.fit())).observe(section);
}
