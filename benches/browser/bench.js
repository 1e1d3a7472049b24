// Outer steps per second of the WebAssembly solver and of plain JavaScript, in one page.
// Served by `cargo xtask bench` beside a build with the feature `bench`.
import { show } from "./show.js";
import init, { bench } from "../www/pkg/auxilearn_lab.js";
import { CASES, baseline } from "./baseline.js";
import { GENERAL, general } from "./general.js";

/** Where both solve the same problem they must come to the same numbers. */
function compare(name, ours, theirs) {
  const far = (x, i) => !(Math.abs(x - theirs[i]) <= 1e-9 * (1 + Math.abs(theirs[i])));
  if (ours.length !== theirs.length || ours.some(far)) throw new Error(`${name}: ${ours} is not ${theirs}`);
}

async function measure() {
  await init();
  const results = [];
  for (const name of Object.keys(CASES)) {
    results.push([`outer_steps/${name}`, bench(name)[0]]);
    results.push([`js_baseline/${name}`, baseline(name, true)]);
    results.push([`js_baseline_minimal/${name}`, baseline(name, false)]);
  }
  for (const name of Object.keys(GENERAL)) {
    const [rate, ...end] = bench(name);
    results.push([`outer_steps/${name}`, rate]);
    for (const [baseline, recordAll] of [["js_baseline", true], ["js_baseline_minimal", false]]) {
      const theirs = general(name, recordAll);
      compare(name, end, theirs.end);
      results.push([`${baseline}/${name}`, theirs.rate]);
    }
  }
  return results;
}

show(measure);
