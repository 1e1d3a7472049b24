// @ts-check
// Brings the parts together: worker → traces → charts and words; controls → worker.
/** @import { Drawing, LaneFacts, Onward, Pace, Phase, Refusal, Request, Rows, Traces as Shown } from "./types.js" */
import init, { ChartView, Traces, documentLimit, presets } from "./pkg/opening.js";
import { Chart } from "./canvas.js";
import * as controls from "./controls.js";
import { numbered, reason, t } from "./lang.js";
import { Runner, compiled } from "./runner.js";
import { fetchPreset, initialState, period, restingPhase } from "./state.js";
import { Values } from "./values.js";
import * as words from "./words.js";

const state = initialState({ ChartView, Traces });
const values = new Values();
/** @type {Chart[]} */ const charts = [];
/** @type {Map<HTMLCanvasElement, Drawing>} */
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
let opened = false;
/** @type {Promise<void> | undefined} */ let completed;
/** @type {Promise<typeof import("./says.js")> | undefined} */
let says;
/** Called whenever there may be another step to show. @type {Set<() => void>} */
const followers = new Set();
/** Presets asked for so far: what arrives after another was chosen is left aside. */
let choices = 0;
const runner = new Runner({ loaded, refused, fetching: () => controls.announce(t("Fetching the rest of the program …")), unreachable, rows, crashed });
/** Comes after the first picture. @type {Promise<import("./editor.js").Editor | undefined> | undefined} */
let editor;
/** Comes when it is opened. @type {import("./panel.js").Panel | undefined} */
let panel;
/** What other modules work with. */
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
  // The mark that some editors put in front is not part of a document.
  runner.load(document.replace(/^\uFEFF/, ""), seed, toTheEnd(what.goal), kind, () => {
    if (state.phase !== "loading") phaseBefore = state.phase;
    request = what;
    setPhase("loading");
  });
}

/** @param {string} document */
function apply(document) {
  load(document, undefined, { preset: undefined, said: t("Document applied: run restarted. ") }, state.traces?.retell && "retune");
}

/** @param {string} id @param {number} [seed] @param {{ complaint: string }} [more] */
async function usePreset(id, seed, more) {
  const choice = (choices += 1);
  const title = state.presets.find((preset) => preset.id === id)?.title;
  const said = state.traces ? t("{title}: run restarted. ", { title }) : "";
  try {
    const [first] = presets();
    const document = id === first.id ? first.document : await fetchPreset(id);
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

/** There is nothing to show but why: see failed.js. @param {string} complaint */
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
    state.traces = traces = /** @type {Shown} */ (new state.program.Traces(metadata));
    state.statuses = [];
    facts = told = [];
  }
  state.changed = onward && (state.changed ?? onward.changed);
  state.metadata = JSON.parse(metadata);
  state.document = text;
  state.preset = request.preset;
  controls.showPreset(state.preset);
  if (state.metadata) {
    controls.showExperiment(state.metadata, words.headings(state.metadata));
    values.build(state.metadata, traces);
    document.querySelector(".stage")?.classList.toggle("wide", state.metadata.lanes.length > BESIDE);
  }
  // After a crash the message stays, and what is being edited too.
  if (!request.restored) {
    controls.complain(request.complaint ?? "");
    editor?.then((editor) => editor?.show(text));
    panel?.show(text);
  }
  setPhase("running");
}

/** @param {Refusal} refusal */
function refused(refusal) {
  saying().then((says) => says.refusal(refusal), () => refusal.message).then(keep);
  panel?.refuse(refusal);
}

/** @param {string} message */
function unreachable(message) {
  saying().then((says) => says.unreachable(message), () => message).then(keep);
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
    draw(0);
    return;
  }
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
  showStep(step);
  refresh(true);
  afterOpening();
  const phase = restingPhase(step, state.statuses);
  // A document being read keeps the page loading until it is accepted or refused.
  if (state.phase === "loading") phaseBefore = phase;
  else setPhase(phase);
}

/** The first picture stands: what may be needed next can come. */
function afterOpening() {
  if (opened) return;
  opened = true;
  const { connection } = navigator;
  const idle = globalThis.requestIdleCallback ?? setTimeout;
  watching().catch(() => {});
  idle(edit);
  if (!connection?.saveData) idle(complete);
}

/** The complete program draws from now on, and more charts; if it cannot be had, the page stays as it is. */
function complete() {
  return (completed ??= import("./more.js").then(({ open }) => open(parts)).catch(() => void delete document.documentElement.dataset.drawing));
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
  controls.showLede(words.lede(state, facts));
  for (const [canvas, view] of views) canvas.setAttribute("aria-label", view.describe(traces));
  if (atRest && state.statuses.every((status) => status.word !== "running")) tell(({ ending }) => said + ending(state, facts));
  else if (atRest) tell(({ events }) => said + (events(metadata, told, facts) || t("Step {step}.", { step })));
  else if (refreshedAt > announcedAt + 2000) tell(({ events }) => events(metadata, told, facts));
}

/** What is said comes after the first picture. */
const saying = () => (says ??= import("./says.js"));

/** Says what happened since the last time, if anything. @param {(says: typeof import("./says.js")) => string} sentence */
async function tell(sentence) {
  const speech = await saying().catch(() => {});
  const news = speech && sentence(speech);
  if (!news) return;
  announcedAt = refreshedAt;
  told = facts;
  controls.announce(news);
}

/** @param {string} message @param {boolean} over  the run is not restored */
function crashed(message, over) {
  if (!state.traces) return keep(t("The solver stopped unexpectedly ({message}).", { message }));
  request = { preset: state.preset, said: "", restored: true };
  if (over) setPhase("paused");
  else if (state.phase === "loading") setPhase(phaseBefore);
  saying().then((says) => says.crashed(message, over), () => message).then(controls.complain);
}

/** @param {HTMLCanvasElement} canvas @param {number} ratio */
function draw(canvas, ratio) {
  if (!state.traces) return;
  try {
    views.get(canvas)?.draw(state.traces, ratio, controls.chartTheme());
  } catch (error) {
    broken(error);
  }
}

/** What keeps watch comes after the first picture, or once there is something to say. */
const watching = () => import("./guard.js").then(({ watch }) => watch(parts));
/** The page's own program has stopped. @param {unknown} error */
const broken = (error) => watching().then((broken) => broken(error), () => controls.complain(String(error)));

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
      complete();
      runner.send({ kind: "part", run: 0, part });
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

/** Fetched while the program is compiled. */
const linked = location.hash && import("./fragment.js").catch(() => {});

/** Without a link the page opens with the first experiment. */
async function openLink() {
  const { hash } = location;
  const [{ id }] = state.presets;
  if (!hash && !state.traces) return usePreset(id);
  const fragment = (await linked) || await import("./fragment.js").catch(() => {});
  if (fragment) fragment.open(parts, hash);
  else keep(t("The link could not be read: a part of the page could not be fetched."));
}

/** The editor, once. */
function edit() {
  return (editor ??= import("./editor.js").then(({ Editor }) => {
    const made = new Editor({ apply, reset: () => usePreset(state.preset ?? state.presets[0].id), complain: controls.complain });
    made.enable(documentLimit());
    made.show(state.document);
    return made;
  }).catch(() => (editor = undefined)));
}

/** @param {Event} event */
async function openPanel({ currentTarget }) {
  const details = /** @type {HTMLDetailsElement} */ (currentTarget);
  if (panel || !details.open) return;
  try {
    const { Panel } = await import("./panel.js");
    panel ??= await Panel.open({ apply, preset: usePreset });
    panel.show(state.document);
  } catch (error) {
    details.open = false;
    controls.complain(t("The choices could not be fetched ({error}). Open them again when there is a connection.", { error: reason(error) }));
  }
}

async function main() {
  if (document.documentElement.lang !== "en") await import("./translate.js").then(({ translate }) => translate()).catch(() => (document.documentElement.lang = "en"));
  controls.connect(actions);
  const module = await compiled;
  if (!module) return; // start.js has said why
  runner.start(module);
  // A new task: reading the modules and starting the program together would be a long one.
  await new Promise((go) => setTimeout(go));
  await init({ module_or_path: module });
  state.presets = controls.offeredPresets();
  parts.limit = documentLimit();
  controls.enable();
  /** @type {NodeListOf<HTMLCanvasElement>} */
  const canvases = document.querySelectorAll("canvas[data-chart]");
  for (const canvas of canvases) {
    views.set(canvas, new ChartView(canvas, canvas.dataset.chart ?? ""));
    charts.push(new Chart(canvas, draw));
  }
  document.querySelector("[data-panel]")?.addEventListener("toggle", openPanel);
  // Where it has not come yet, or could not.
  document.querySelector("[data-editor]")?.addEventListener("toggle", async () => {
    if (!await edit()) controls.complain(t("The editor could not be fetched. Open it again when there is a connection."));
  });
  addEventListener("dragover", edit);
  openLink();
  addEventListener("hashchange", openLink);
}

main().catch((error) => {
  failed(t("The page could not start: {error}", { error: reason(error) }));
});
