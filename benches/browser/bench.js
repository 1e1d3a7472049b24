// Outer steps per second of the WebAssembly solver and of plain JavaScript, in one page.
// Served by `cargo xtask bench` beside a build with the feature `bench`.
import init, { bench } from "../www/pkg/auxilearn_lab.js";
import { CASES, baseline } from "./baseline.js";

async function measure() {
  await init();
  const results = [];
  for (const name of Object.keys(CASES)) {
    results.push([`outer_steps/${name}`, bench(name)]);
    results.push([`js_baseline/${name}`, baseline(name, true)]);
    results.push([`js_baseline_minimal/${name}`, baseline(name, false)]);
  }
  return results;
}

const show = (state, text) => {
  document.querySelector("[data-results]").textContent = text;
  document.documentElement.dataset.state = state;
};

try {
  show("finished", JSON.stringify(await measure()));
} catch (error) {
  show("error", String(error));
}
