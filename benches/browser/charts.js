// Milliseconds of script that a picture takes, at rest and while rows arrive; with uPlot beside it, if
// `cargo xtask bench` was given a copy of it.
import { show } from "./show.js";
import init, { ChartView, PlaneBench, Traces, presets } from "../www/pkg/auxilearn_lab.js";

const SERIES = 4;
const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const [WIDTH, HEIGHT] = [600, 300];
/** Frames measured, after as many that are not; in each several pictures, since clocks are coarse. */
const FRAMES = 40;
const PICTURES = 3;
/** Nodes a side of the grid in the plane of W. */
const NODES = 257;

const frame = () => new Promise((go) => requestAnimationFrame(go));
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Median milliseconds of each of some actions, done one after another in every picture. */
async function timed(...actions) {
  const all = actions.map(() => []);
  for (let i = 0; i < 2 * FRAMES; i++) {
    await frame();
    const took = actions.map(() => 0);
    for (let picture = 0; picture < PICTURES; picture++) {
      for (const [a, action] of actions.entries()) {
        const start = performance.now();
        await action();
        took[a] += performance.now() - start;
      }
    }
    if (i >= FRAMES) took.forEach((time, a) => all[a].push(time / PICTURES));
  }
  return all.map(median);
}

/** Value of a series in a row: waves, and noise that is the same every time. */
const value = (k, t, rows) => 2 + k + Math.sin((9 + k) * (t / rows)) + 0.3 * Math.sin(12.9898 * t + 78.233 * k);

/** Rows for `Traces.append`, column by column. */
function chunk(columns, from, to, rows) {
  const count = to - from, values = new Float64Array(columns.length * count).fill(NaN);
  for (const [c, name] of columns.entries()) {
    const k = name.startsWith("phi_") ? Number(name.slice(4)) - 1 : -1;
    for (let i = 0; i < count; i++) {
      if (name === "step") values[c * count + i] = from + i;
      else if (k >= 0) values[c * count + i] = value(k, from + i, rows);
    }
  }
  return values;
}

/** Traces of one lane of four weights, of which some rows are there. */
function filled(rows, there) {
  const names = Array.from({ length: SERIES }, (_, k) => `task ${k + 1}`);
  const lane = { label: "lane", n: 1, m: SERIES, effectiveWeights: 0, innerSolves: false, diagnostics: false };
  const traces = Traces.roomy(JSON.stringify({ steps: rows - 1, taskNames: names, phiNames: names, lanes: [lane] }));
  const columns = traces.columns(0);
  for (let from = 0; from < there; from += 10_000) {
    traces.append(0, 1, chunk(columns, from, Math.min(there, from + 10_000), rows));
  }
  return traces;
}

async function redraw(canvas, rows) {
  const view = new ChartView(canvas, "phi");
  const draw = () => view.draw(traces, 1, "light");
  let traces = filled(rows, rows);
  const [still] = await timed(draw);
  traces.free();
  // The same while rows arrive: the last picture has all.
  const some = Math.min(100, Math.floor(rows / (4 * FRAMES * PICTURES)));
  let there = rows - 2 * FRAMES * PICTURES * some;
  traces = filled(rows, there);
  const columns = traces.columns(0);
  const chunks = Array.from({ length: 2 * FRAMES * PICTURES }, (_, i) => chunk(columns, there + i * some, there + (i + 1) * some, rows));
  const [append, growing] = await timed(() => traces.append(0, 1, chunks.shift()), draw);
  if (traces.step !== rows - 1) throw new Error(`${traces.step + 1} of ${rows} rows`);
  traces.free();
  view.free();
  return [[`redraw/${rows}`, still], [`redraw_while_appending/${rows}`, growing], [`append_${some}_rows/${rows}`, append]];
}

/** The same series by uPlot, whose work waits for a microtask. */
async function peer(rows) {
  let uPlot;
  try {
    ({ default: uPlot } = await import("./peer/uPlot.esm.js"));
  } catch {
    return [];
  }
  const steps = Float64Array.from({ length: rows }, (_, t) => t);
  const data = [steps, ...Array.from({ length: SERIES }, (_, k) => steps.map((t) => value(k, t, rows)))];
  const series = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"].map((stroke) => ({ stroke, width: 2 }));
  const options = { width: WIDTH, height: HEIGHT, legend: { show: false }, cursor: { show: false }, scales: { x: { time: false } }, series: [{}, ...series] };
  const chart = new uPlot(options, data, document.body);
  const [still] = await timed(() => {
    chart.setData(data);
    return Promise.resolve();
  });
  chart.destroy();
  return [[`uplot/${rows}`, still]];
}

async function plane(canvas) {
  Object.assign(canvas, { width: 800, height: 560 });
  const [{ document: text }] = presets();
  const bench = new PlaneBench(text, NODES);
  let turn = 0;
  const times = await timed(() => bench.sample(), () => bench.moveTo(1 + ((turn += 1) % 40) / 40), () => bench.draw(canvas));
  bench.free();
  const names = ["sample_both", "sample_moved", "contours_and_drawing"];
  return [...names.map((name, i) => [`w_plane/${NODES}/${name}`, times[i]]), [`w_plane/${NODES}/moved_and_drawn`, times[1] + times[2]]];
}

async function measure() {
  await init();
  const canvas = document.querySelector("canvas");
  const results = [];
  for (const rows of SIZES) results.push(...(await redraw(canvas, rows)), ...(await peer(rows)));
  results.push(...(await plane(canvas)));
  return results;
}

show(measure);
