// @ts-check
// What the complete program adds to the page once it is there: it takes over the drawing, with a cursor
// in time across all charts, draws further charts, and makes figures of them. See figures.js.
/** @import { Host, Parts, Program } from "./types.js" */
import { Cursor } from "./cursor.js";
import { addData } from "./data.js";
import { addEmbedding } from "./embedding.js";
import { addSeeds } from "./ensemble.js";
import { addEdited } from "./edited.js";
import { addFigures } from "./figures.js";
import { FurtherChart, figure } from "./further.js";
import { addHelp } from "./help.js";
import { addHistory } from "./history.js";
import { t } from "./lang.js";
import { addLanguage } from "./language.js";
import { addMeasure } from "./measure.js";
import { keepOffline } from "./offline.js";
import { addPresenter } from "./presenter.js";
import { addPrint } from "./print.js";
import { addProblem } from "./problem.js";
import { addShare } from "./share.js";
import { addSheet } from "./sheets.js";
import { addTimeline } from "./timeline.js";
import { addOverlay } from "./overlay.js";
import { addLessons } from "./lesson-tool.js";

/** Headings of the charts that the opening does not know; another is called by its name. @type {Record<string, string>} */
const HEADINGS = {
  ledger: /* t */ "Ledger: who lowers the training loss?",
  trust: /* t */ "Trust: how good is the gradient?",
};

/** Fetches the program and puts it to work. @param {Parts} parts */
export async function open(parts) {
  const host = /** @type {Host} */ (parts);
  const code = await fetchCode();
  host.runner.prefetch(code);
  await Promise.all(["more.css", "dialog.css", "access.css"].map((name) => addSheet(name)));
  const program = await import("./pkg/auxilearn_lab.js");
  await program.default({ module_or_path: code });
  const translation = document.documentElement.lang === "en" ? undefined : await import("./translate.js");
  translation?.teach(program, host.runner);
  // Each in a task of its own, so that none is long.
  await pause();
  takeOver(host, program);
  translation?.reveal(host);
  await pause();
  addCharts(host, program);
  await pause();
  host.cursor = new Cursor(host);
  addOverlay(host, program);
  await pause();
  const bench = (host.bench = addProblem(host, program));
  addMeasure(host, program, bench);
  addEdited(host, bench);
  addTimeline(host, program);
  await pause();
  addFigures(host, program);
  await pause();
  addLanguage();
  addSeeds(host, program, code);
  keepOffline(host);
  await pause();
  addHistory(host);
  const share = addShare(host);
  addData(host, program);
  addEmbedding(host, share);
  addPresenter(host);
  addPrint(host);
  addHelp();
  addLessons(host);
  if (window.parent !== window) (await import("./embed.js")).addEmbed(host);
}

const pause = () => new Promise((go) => setTimeout(go));

async function fetchCode() {
  const response = await fetch(new URL("pkg/auxilearn_lab_bg.wasm", import.meta.url));
  if (!response.ok) throw new Error(String(response.status));
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Copies the traces as they are and draws with the program from now on. @param {Host} host @param {Program} program */
function takeOver({ state, charts, views, values }, program) {
  const { traces: before, metadata, statuses } = state;
  if (before && metadata) {
    const traces = new program.Traces(JSON.stringify(metadata));
    for (const lane of metadata.lanes.keys()) {
      traces.append(lane, before.stride(lane), before.rows(lane));
      const status = statuses[lane];
      if (status) traces.setStatus(lane, status.word, status.step, status.indefiniteSteps);
    }
    state.traces = traces;
    values.build(metadata, traces);
    values.update(state, true);
    before.free();
  }
  state.program = program;
  for (const [canvas, view] of views) {
    views.set(canvas, new program.ChartView(canvas, canvas.dataset.chart ?? ""));
    view.free?.();
  }
  for (const chart of charts) chart.invalidate();
}

/** @param {Host} host @param {Program} program */
function addCharts({ state, charts, views, controls, draw }, program) {
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
