// @ts-check
// Many seeds: runs the experiment seed after seed in workers of its own, and shows medians and bands.
/** @import { Ensemble, Host, Program } from "./types.js" */
import { Chart } from "./canvas.js";
import { Crew } from "./crew.js";
import { offerFile } from "./dialog.js";
import { RATIO, pngOf, saveButton } from "./figures.js";
import { numbered, t } from "./lang.js";
import { quantileTable } from "./quantiles.js";
import { because, messageOf } from "./refusals.js";
import { guarded } from "./spreadsheet.js";


/** Milliseconds between two pictures while seeds come in, and how many times as long as one took at least. */
const PERIOD = 1000;
const REST = 10;

const markup = () => `
  <h2>${t("Many seeds")}</h2>
  <p>${t("One seed may mislead. This runs the experiment above with its seed and the ones after it, in threads of their own.")}</p>
  <div class="buttons">
    <label class="count">${t("Seeds")} <input type="number" min="2" max="1000" step="1" value="40" inputmode="numeric" aria-describedby="seeds-said"></label>
    <button type="button" class="primary" data-action="run-seeds">${t("Run")}</button>
    <button type="button" data-action="cancel-seeds" disabled>${t("Cancel")}</button>
  </div>
  <progress data-seeds-progress value="0" max="1" aria-label="${t("Seeds done")}" hidden></progress>
  <p data-seeds-said id="seeds-said"></p>
  <figure class="chart" hidden>
    <figcaption><h3>${t("Medians and bands")}</h3><span class="saves"></span></figcaption>
  </figure>`;

/** How a run of seeds ends before its time: with some done, and with none. */
const CANCELLED = [
  /* t */ "Cancelled after {done} of {count} seeds. What came in is kept.",
  /* t */ "Cancelled after {done} of {count} seeds. Nothing had come in.",
];
/** The same where nobody cancelled. */
const CHANGED = [
  /* t */ "The experiment changed: stopped after {done} of {count} seeds. What came in is kept, of the experiment before.",
  /* t */ "The experiment changed: stopped after {done} of {count} seeds. Nothing had come in.",
];

/** Adds the section to the page. @param {Host} host @param {Program} program @param {WebAssembly.Module} code */
export function addSeeds(host, program, code) {
  const section = document.createElement("section");
  section.className = "further seeds";
  section.innerHTML = markup();
  // Last: a run of many seeds is for those who have seen one.
  [...document.querySelectorAll(".prose, .further")].at(-1)?.after(section);
  return new Seeds(host, program, code, section);
}

class Seeds {
  #host;
  #program;
  #section;
  #crew;
  /** What has come in, and of which document. @type {{ ensemble: Ensemble, document: string } | undefined} */ #result;
  /** @type {Chart | undefined} */ #chart;
  #drawn = { at: 0, took: 0 };
  #ended = "";
  /** Whether another experiment ended it. */
  #overtaken = false;
  /** The document that the last refusal was of. */
  #refused = "";

  /** @param {Host} host @param {Program} program @param {WebAssembly.Module} code @param {HTMLElement} section */
  constructor(host, program, code, section) {
    this.#host = host;
    this.#program = program;
    this.#section = section;
    this.#crew = new Crew(code, { news: () => this.#news(), seed: (seed, columns) => this.#take(seed, columns) });
    this.#find('[data-action="run-seeds"]').addEventListener("click", () => this.#run());
    this.#find('[data-action="cancel-seeds"]').addEventListener("click", () => this.#stop(CANCELLED));
    this.#find("input").addEventListener("input", () => this.#find("input").removeAttribute("aria-invalid"));
    this.#find("input").addEventListener("keydown", ({ key }) => key === "Enter" && this.#run());
    // The run's phase changes with its document, the theme with the root's data.
    const watch = new MutationObserver((changes) => {
      this.#changed();
      if (changes.some(({ attributeName }) => attributeName === "data-theme")) this.#fit();
    });
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-state", "data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#fit());
  }

  /** @template {HTMLElement} T @param {string} selector @returns {T} */
  #find(selector) {
    return /** @type {T} */ (this.#section.querySelector(selector));
  }

  /** What is asked for; nothing if it is not a number of seeds. */
  #count() {
    /** @type {HTMLInputElement} */
    const input = this.#find("input");
    return input.checkValidity() && input.value !== "" ? input.valueAsNumber : undefined;
  }

  #run() {
    const { state } = this.#host;
    const count = this.#count();
    if (this.#crew.working || !state.metadata) return;
    const input = this.#find("input");
    if (count === undefined) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
      return this.#tell(t("Choose 2 to 1000 seeds."));
    }
    try {
      if (!this.#program.seedMatters(state.document)) {
        this.#clear();
        return this.#tell(t("This experiment has no randomness: every seed gives the same run."));
      }
      this.#clear();
      const ensemble = new this.#program.Ensemble(JSON.stringify(state.metadata));
      this.#result = { ensemble, document: state.document };
    } catch (error) {
      return this.#tell(t("The seeds could not be run ({reason}).", { reason: because(error) }));
    }
    this.#drawn = { at: performance.now(), took: 0 };
    this.#crew.begin(state.document, Number(state.metadata.seed), count);
    this.#news();
    this.#host.controls.announce(t("Running {count} seeds.", { count }));
  }

  /** What another experiment has given is not to be seen beside what is said of this one. */
  #clear() {
    this.#result?.ensemble.free();
    this.#result = undefined;
    this.#find("figure").hidden = true;
  }

  /** A seed has come in. @param {number} seed @param {Float64Array} columns */
  #take(seed, columns) {
    this.#result?.ensemble.add(seed, columns);
    const { at, took } = this.#drawn;
    if (this.#crew.working && performance.now() > at + Math.max(PERIOD, REST * took)) this.#show(false);
  }

  /** The crew has something to tell: progress, a loss, the end. */
  #news() {
    const { working, done, count, lost } = this.#crew;
    if (working && this.#host.state.document !== this.#result?.document) return this.#stop(CHANGED);
    this.#update();
    if (working) this.#say(t("{done} of {count} seeds.", { done, count }) + told(lost));
    else this.#finish(t("{done} of {count} seeds are done.", { done, count }) + told(lost), false);
  }

  /** Ends the threads at once and keeps what there is. @param {string[]} why */
  #stop(why) {
    const { working, done, count, lost } = this.#crew;
    if (!working) return;
    this.#crew.dismiss();
    this.#update();
    this.#finish(t(why[done ? 0 : 1], { done, count }) + told(lost), why === CHANGED);
  }

  #update() {
    const { working, share } = this.#crew;
    /** @type {HTMLProgressElement} */
    const bar = this.#find("progress");
    /** @type {HTMLButtonElement[]} */
    const [run, cancel] = ["run", "cancel"].map((name) => this.#find(`[data-action="${name}-seeds"]`));
    const focused = document.activeElement;
    bar.hidden = !working;
    bar.value = share;
    run.disabled = working;
    cancel.disabled = !working;
    // The button that was pressed can no longer be: the keyboard goes on at the other.
    if (working && focused === run) cancel.focus();
    if (!working && focused === cancel) run.focus();
  }

  /** @param {string} words how it came to its end @param {boolean} overtaken by another experiment */
  #finish(words, overtaken) {
    this.#overtaken = overtaken;
    this.#show(true);
    this.#ended = words;
    this.#say(words);
    const result = this.#crew.done ? t(" ") + (this.#result?.ensemble.describe() ?? "") : "";
    this.#host.controls.announce(words + result);
  }

  /** The experiment may have changed: what is shown is told apart from it. */
  #changed() {
    const { state } = this.#host;
    const other = state.document !== this.#result?.document;
    if (this.#crew.working && other) this.#stop(CHANGED);
    else if (this.#result?.ensemble.size && !this.#crew.working) {
      const before = t("These seeds are of the experiment before. Run again for the one above.");
      this.#say(other && !this.#overtaken ? before : this.#ended);
    } else if (!this.#result && state.document !== this.#refused) this.#say("");
  }

  /** Why nothing is run, said aloud too. @param {string} words */
  #tell(words) {
    this.#refused = this.#host.state.document;
    this.#say(words);
    this.#host.controls.announce(words);
  }

  /** @param {string} words */
  #say(words) {
    this.#find("[data-seeds-said]").textContent = words;
  }

  /** Draws what there is; at rest the words and the table too. @param {boolean} atRest */
  #show(atRest) {
    const { ensemble } = this.#result ?? {};
    if (!ensemble?.size) return;
    const start = performance.now();
    const chart = (this.#chart ??= this.#addChart());
    this.#find("figure").hidden = false;
    this.#fit();
    if (atRest) {
      chart.canvas.setAttribute("aria-label", ensemble.describe());
      this.#find("[data-seeds-table]").replaceChildren(quantileTable(ensemble.ends()));
    }
    this.#drawn = { at: start, took: performance.now() - start };
  }

  #addChart() {
    const figure = this.#find("figure");
    const canvas = document.createElement("canvas");
    canvas.dataset.chart = "ensemble";
    canvas.setAttribute("role", "img");
    const details = document.createElement("details");
    details.className = "alt";
    details.innerHTML = `<summary aria-label="${t("Table of the quantiles")}">${t("Table")}</summary><div data-seeds-table tabindex="0" role="group" aria-label="${t("Quantiles over the seeds")}"></div>`;
    figure.append(canvas, details);
    for (const format of ["svg", "png", "csv"]) this.#find(".saves").append(this.#button(format));
    const chart = new Chart(canvas, (_, ratio) => {
      try {
        this.#result?.ensemble.draw(canvas, ratio, this.#host.controls.chartTheme());
      } catch (error) {
        this.#say(t("The chart could not be drawn ({reason}).", { reason: this.#program.lastPanic() ?? error }));
      }
    });
    // On paper in its theme, wherever it stands.
    for (const event of ["beforeprint", "afterprint"]) addEventListener(event, () => chart.drawNow());
    // Another width or size of type wants another height.
    new ResizeObserver(() => this.#fit()).observe(this.#section);
    return chart;
  }

  /** Gives the chart the height it wants, and draws it. */
  #fit() {
    const { ensemble } = this.#result ?? {};
    if (!this.#chart || !ensemble?.size) return;
    this.#chart.fit(ensemble.height(this.#chart.canvas.clientWidth, this.#host.controls.chartTheme()));
    this.#chart.invalidate();
  }

  /** @param {string} format */
  #button(format) {
    const what = format === "csv" ? /* t */ "Save the quantiles over time as {format}" : /* t */ "Save this chart as {format}";
    const button = saveButton(format, what, t("many seeds"), () => this.#save(format));
    button.dataset.action = `seeds-${format}`;
    return button;
  }

  /** @param {string} format */
  async #save(format) {
    const { ensemble, document: text } = this.#result ?? {};
    const canvas = this.#chart?.canvas;
    if (!ensemble || !canvas || text === undefined) return;
    const { width, height } = canvas.getBoundingClientRect();
    const theme = this.#host.controls.chartTheme();
    try {
      let blob;
      if (format === "csv") blob = new Blob([ensemble.csv(guarded())], { type: "text/csv" });
      else if (format === "svg") blob = new Blob([ensemble.svg(text, width, height, theme)], { type: "image/svg+xml" });
      else {
        const picture = document.createElement("canvas");
        ensemble.drawFigure(picture, text, width, height, RATIO, theme);
        blob = await pngOf(picture);
      }
      if (!blob) throw new Error(t("the picture is too large"));
      offerFile(blob, `auxilearn-ensemble-${ensemble.size}-seeds.${format}`);
    } catch (error) {
      this.#say(t("The file could not be made ({reason}).", { reason: this.#program.lastPanic() ?? messageOf(error) }));
    }
  }
}

/** What was lost, in words. @param {{ seed: number, message: string }[]} lost */
function told(lost) {
  if (!lost.length) return "";
  const [{ seed, message }] = lost;
  const values = { count: lost.length, seed, reason: numbered(message) };
  return t(" ") + (lost.length === 1 ? t("Seed {seed} was lost ({reason}).", values) : t("{count} seeds were lost, the first, {seed}, ({reason}).", values));
}
