// @ts-check
// Brings the parts together: worker → traces → charts and words; controls → worker.
/** @import { LaneFacts, Onward, Pace, Parts, Phase, Refusal, Request, Rows, View } from "./types.js" */
import init, { ChartView, Traces, documentLimit, firstExperiment } from "./pkg/auxilearn_lab.js";
import { Chart } from "./canvas.js";
import { Choices } from "./choices.js";
import * as controls from "./controls.js";
import { button } from "./dialog.js";
import { Editor } from "./editor.js";
import * as fragment from "./fragment.js";
import { watch } from "./guard.js";
import { forgetKept, kept } from "./kept.js";
import { numbered, reason, t } from "./lang.js";
import { leaveOut } from "./leave_out.js";
import { speakHere, teach } from "./language.js";
import { load as loadModule } from "./load.js";
import { Runner, compiled } from "./runner.js";
import * as says from "./says.js";
import { fetchPreset, initialState, period, restingPhase } from "./state.js";
import { Values } from "./values.js";

const root = document.documentElement;
const state = initialState();
const values = new Values();
/** @type {Chart[]} */ const charts = [];
/** @type {Map<HTMLCanvasElement, View>} */
const views = new Map();

/** What the document being read is; taken over once it is accepted. @type {Request} */
let request = { preset: undefined, said: "" };
/** Phase to return to if the document is refused. */
let phaseBefore = state.phase;
/** Said in front of how the run ended or where it stands, as often as that is said. */
let said = "";
/** @type {(LaneFacts | null)[]} */
let facts = [];
/** As they were when something was last said of them. */
let told = facts;
let refreshedAt = 0;
/** Messages with rows so far: what was to be done about older ones is left out. */
let arrivals = 0;
/** The step that was asked for last, one by one. */
let wanted = 0;
let announcedAt = 0;
/** The page shows the picture that it came with, which is that of the run's end: it stays until the run is there. */
let prerendered = root.dataset.picture !== undefined && root.dataset.awaited === undefined;
/** The link asks for a lesson, whose run is to be the first that is seen. */
let lessonAwaited = /^\d/.test(fragment.fieldsOf().get("lesson") ?? "");
/** The features that come after the first picture are there, or on their way. */
let featured = false;
/** Said where the texts of the page's language could not be fetched. */
let untranslated = "";
/** The charts of a run that has come to rest are being drawn. */
let drawing = false;
/** Called whenever there may be another step to show. @type {Set<() => void>} */
const followers = new Set();
/** Presets asked for so far: what arrives after another was chosen is left aside. */
let choices = 0;
const runner = new Runner({ loaded, refused, rows, crashed });
/** @type {Editor} */
let editor;
let asked = "", offer = () => {};
/** @type {Choices | undefined} */
let chooser;
/** What other modules work with. @type {Parts} */
const parts = { state, charts, views, values, controls, draw, runner, load, followers, usePreset, keep, limit: 0 };
const toTheEnd = (goal = Infinity) => ({ goal, rate: Infinity, period: period() });
const asChosen = () => ({ goal: Infinity, rate: controls.rate(), period: period() });

/** @param {Phase} phase */
function setPhase(phase) {
  state.phase = phase;
  controls.showPhase(phase);
}

/** @param {string} document @param {number | undefined} seed @param {Request} what @param {string} [kind] `retune`: the run goes on if it can */
function load(document, seed, what, kind) {
  choices += 1;
  asked = document;
  // The mark that some editors put in front is not part of a document.
  runner.load(document.replace(/^\uFEFF/, ""), seed, toTheEnd(what.goal), kind, () => {
    if (state.phase !== "loading") phaseBefore = state.phase;
    request = what;
    if (prerendered) state.phase = "loading";
    else setPhase("loading");
  });
}

/** @param {string} document */
function apply(document) {
  load(document, undefined, { preset: undefined, said: t("Document applied: run restarted. ") }, state.traces && "retune");
}

/** @param {string} id @param {number} [seed] @param {{ complaint: string }} [more] */
async function usePreset(id, seed, more) {
  const choice = (choices += 1);
  const title = state.presets.find((preset) => preset.id === id)?.title;
  const said = state.traces ? t("{title}: run restarted. ", { title }) : "";
  try {
    const document = id === state.presets[0].id ? firstExperiment() : await fetchPreset(id);
    if (choice !== choices) return;
    load(document, seed, { preset: id, said, ...more });
  } catch (error) {
    if (choice === choices) keep(t("{title} could not be fetched ({error}). Choose it again when there is a connection.", { title, error: reason(error) }));
  }
}

/** Nothing was taken: the run shown stays; if there is none, the first experiment is. @param {string} complaint */
function keep(complaint) {
  const [{ id }] = state.presets;
  if (!state.traces && request.preset !== id) return usePreset(id, undefined, { complaint });
  if (!state.traces) return failed(complaint);
  if (state.phase === "loading") setPhase(phaseBefore);
  controls.showPreset(state.preset);
  controls.complain(complaint);
}

/** @param {string} complaint as failed.js shows it */
function failed(complaint) {
  globalThis.auxilearn.failed(complaint);
  setPhase("error");
  controls.complain(complaint);
}

/** @param {string} metadata @param {string} text of the document @param {Onward} [onward] */
function loaded(metadata, text, onward) {
  let { traces } = state;
  arrivals += 1;
  wanted = 0;
  said = request.said;
  if (onward && traces) {
    said = (request.lead ?? "") + numbered(onward.said);
    controls.announce(said);
    traces.retell(metadata);
  } else {
    traces?.free();
    state.traces = traces = new Traces(metadata);
    state.statuses = [];
    facts = told = [];
  }
  state.changed = onward && (state.changed ?? onward.changed);
  state.metadata = JSON.parse(metadata);
  state.document = text;
  state.preset = request.preset;
  controls.showPreset(state.preset);
  if (!prerendered) presentExperiment();
  if (!request.restored) { // After a crash the message stays, and what is being edited.
    controls.complain(request.complaint ?? untranslated);
    if (request.complaint) offer();
    editor.show(text, request.draft);
    if (request.draft !== undefined) forgetKept();
    chooser?.show(text);
  }
  if (prerendered) state.phase = "running";
  else setPhase("running");
}

/** Shows what is run, still without numbers. */
function presentExperiment() {
  const { metadata, traces } = state;
  if (!metadata || !traces) return;
  controls.showExperiment(metadata, traces.headings());
  values.build(metadata, traces);
  document.querySelector(".stage")?.classList.toggle("wide", metadata.lanes.length > BESIDE);
}

/** @param {Refusal} refusal */
function refused(refusal) {
  offer = leaveOut(refusal, asked, (text) => load(text, undefined, { preset: undefined, said: t("Document applied: run restarted. ") }));
  keep(says.refusal(refusal));
  offer();
  chooser?.refuse(refusal);
}

/** @param {Rows} news */
function rows({ lanes, statuses, step, idle, changed }) {
  const { traces } = state;
  if (!traces) return;
  for (const { lane, stride, rows } of lanes) traces.append(lane, stride, rows);
  for (const [lane, status] of statuses.entries()) traces.setStatus(lane, status.word, status.step, status.indefiniteSteps);
  state.statuses = statuses;
  state.changed ??= changed;
  arrivals += 1;
  if (idle) {
    const arrival = arrivals;
    const last = charts.length - 1;
    // Each in a task of its own, so that none is long. The phase comes last: whoever waits for it
    // finds the charts and the numbers of it.
    const draw = (/** @type {number} */ i) => {
      if (arrival !== arrivals) return;
      fit(charts[i]);
      charts[i]?.drawNow();
      setTimeout(() => (i < last ? draw(i + 1) : arrival === arrivals && settle(step)));
    };
    drawing = true;
    draw(0);
    return;
  }
  if (prerendered) return;
  present();
  showStep(step);
  for (const chart of charts) chart.invalidate();
  if (performance.now() > refreshedAt + 250) refresh(false);
}

/** Lanes for which the heights of the style sheet are made, and lanes whose charts still stand beside each other. */
const USUAL = 2;
const BESIDE = 4;

/** More lanes than usual want more room. @param {Chart | undefined} chart */
function fit(chart) {
  const { traces, metadata } = state;
  const view = chart && views.get(chart.canvas);
  if (!view || !traces || !metadata) return;
  const { clientWidth } = chart.canvas;
  chart.fit(metadata.lanes.length > USUAL ? view.height(traces, clientWidth, controls.chartTheme()) : 0);
}

/** @param {number} step */
function showStep(step) {
  controls.showStep(step);
  for (const follower of followers) follower();
}

/** The worker has come to rest. @param {number} step */
function settle(step) {
  if (prerendered) presentExperiment();
  showStep(step);
  refresh(true);
  const phase = restingPhase(step, state.statuses);
  // A document being read keeps the page loading until it is accepted or refused.
  if (state.phase === "loading") phaseBefore = phase;
  else setPhase(phase);
  present();
  if (featured) return;
  featured = true;
  const idle = globalThis.requestIdleCallback ?? setTimeout;
  idle(addFeatures);
}

/** Fetches what comes after the first picture; a lesson that the link asks for is open then. */
async function addFeatures() {
  try {
    /** @type {typeof import("./features.js")} */
    const features = await loadModule("features.js");
    await features.addFeatures(parts);
  } catch (error) {
    controls.complain(`${t("A part of the page could not be fetched ({why}).", { why: reason(error) })} `);
    document.querySelector("[data-message]")?.append(button(t("Fetch them again"), "fetch-again", () => (controls.complain(""), addFeatures())));
  }
  lessonAwaited = false;
  present();
}

/** The run takes the place of the picture that the page came with, and what was asked for before is done. */
function present() {
  if (root.dataset.picture === undefined || lessonAwaited) return;
  prerendered = false;
  delete root.dataset.picture;
  delete root.dataset.awaited;
  for (const picture of document.querySelectorAll(".prerendered")) picture.remove();
  globalThis.auxilearn.release();
}

/** Words and tables follow a few times a second: faster than they can be read is of no use. @param {boolean} atRest */
function refresh(atRest) {
  const { traces, metadata } = state;
  if (!traces || !metadata) return;
  // When it is said, another run may have taken the place of this one.
  const { step } = traces;
  refreshedAt = performance.now();
  facts = metadata.lanes.map((_, lane) => traces.facts(lane));
  values.update(state, atRest);
  controls.showLede(traces.lead());
  for (const [canvas, view] of views) canvas.setAttribute("aria-label", view.describe(traces));
  if (atRest && state.statuses.every((status) => status.word !== "running")) tell(said + says.ending(state, facts));
  else if (atRest) tell(said + (says.events(metadata, told, facts) || t("Step {step}.", { step })));
  else if (refreshedAt > announcedAt + 2000) tell(says.events(metadata, told, facts));
}

/** Says what happened since the last time, if anything. @param {string} news */
function tell(news) {
  if (!news) return;
  announcedAt = refreshedAt;
  told = facts;
  controls.announce(news);
}

/** @param {string} message @param {boolean} over  the run is not restored */
function crashed(message, over) {
  if (!state.traces) return keep(t("The solver stopped unexpectedly ({message}).", { message }));
  request = { preset: state.preset, said: "", restored: true };
  if (over) {
    setPhase("paused");
    present();
  }
  else if (state.phase === "loading") setPhase(phaseBefore);
  controls.complain(says.crashed(message, over));
}

/** @param {HTMLCanvasElement} canvas @param {number} ratio */
function draw(canvas, ratio) {
  if (!state.traces || (prerendered && !drawing)) return;
  try {
    views.get(canvas)?.draw(state.traces, ratio, controls.chartTheme());
  } catch (error) {
    broken(error);
  }
}

/** Says that the page's own program has stopped. @type {(error: unknown) => void} */
let broken = (error) => controls.complain(reason(error));

/** @param {Pace} pace */
function rewindAnd(pace) {
  arrivals += 1;
  state.traces?.clear();
  state.changed = undefined;
  facts = told = [];
  runner.rewind(pace);
}

const actions = {
  play() {
    said = "";
    arrivals += 1;
    if (state.phase === "finished") rewindAnd(asChosen());
    else runner.pace(asChosen());
    setPhase("running");
  },
  pause() {
    runner.pause();
  },
  /** @param {string} [part] `w` or `phi` alone */
  step(part) {
    if (state.phase === "finished") return controls.announce(t("The run is over. Rewind to step through it."));
    // From the last step asked for: presses may come faster than rows.
    wanted = Math.max(wanted, state.traces?.step ?? 0);
    said = "";
    if (part) {
      said = part === "w" ? t("W alone. ") : t("φ alone. ");
      runner.send({ kind: "part", part });
    } else runner.pace({ goal: wanted + 1, rate: Infinity, period: period() });
    wanted += 1;
  },
  rewind() {
    said = t("Rewound to the same seed. ");
    wanted = 0;
    setPhase("running");
    rewindAnd({ goal: 0, rate: Infinity, period: period() });
  },
  newSeed() {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0] % 100_000;
    load(state.document, seed, { preset: state.preset, said: t("New seed {seed}: run restarted. ", { seed }) });
  },
  /** @param {number} rate */
  speed(rate) {
    if (state.phase === "running") runner.pace({ rate, period: period() });
  },
  preset: usePreset,
  theme() {
    for (const chart of charts) chart.invalidate();
  },
};

/** Without a link the page opens with the first experiment. */
function openLink() {
  const { hash } = location;
  if (!hash && !state.traces && ![...fragment.fieldsOf()].length) usePreset(state.presets[0].id);
  else fragment.open(parts, hash);
}

async function main() {
  await speakHere().catch((error) => (untranslated = t("A part of the page could not be fetched ({why}).", { why: reason(error) })));
  controls.connect(actions);
  const module = await compiled;
  runner.start(module);
  // A new task: reading the modules and starting the program together would be a long one.
  await new Promise((go) => setTimeout(go));
  await init({ module_or_path: module });
  await teach(runner).catch(() => {});
  state.presets = controls.offeredPresets();
  parts.limit = documentLimit();
  editor = new Editor({ apply, reset: () => usePreset(state.preset ?? state.presets[0].id), complain: controls.complain }, parts.limit);
  broken = watch(parts);
  /** @type {NodeListOf<HTMLCanvasElement>} */
  const canvases = document.querySelectorAll("canvas[data-chart]");
  for (const canvas of canvases) {
    views.set(canvas, new ChartView(canvas, canvas.dataset.chart ?? ""));
    charts.push(new Chart(canvas, draw));
  }
  chooser = new Choices({ apply, preset: usePreset, complain: controls.complain, document: () => state.document });
  if (kept()) fragment.open(parts, location.hash, kept());
  else openLink();
  addEventListener("hashchange", openLink);
}

main().catch((error) => {
  failed(t("The page could not start: {error}", { error: reason(error) }));
});
