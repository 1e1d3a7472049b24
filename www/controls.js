// @ts-check
// Native controls and the page's lines of words: no logic of the run in here.
/** @import { Metadata, Phase, Preset, Theme } from "./types.js" */
import { t } from "./lang.js";
import { rateInWords, rateOf } from "./state.js";

/**
 * @typedef {object} Actions
 * @property {() => void} play
 * @property {() => void} pause
 * @property {(part?: string) => void} step
 * @property {() => void} rewind
 * @property {() => void} newSeed
 * @property {(rate: number) => void} speed
 * @property {(id: string) => void} preset
 * @property {() => void} theme
 */

/** Name under which the chosen theme is kept. */
const THEME = "auxilearn-theme";

/** @template {HTMLElement} T @param {string} selector @returns {T} */
const find = (selector) => /** @type {T} */ (document.querySelector(selector));

const root = document.documentElement;
const play = find('[data-control="play"]');
/** @type {HTMLInputElement} */
const speed = find('[data-control="speed"]');
/** @type {HTMLSelectElement} */
const preset = find('[data-control="preset"]');
/** @type {HTMLSelectElement} */
const theme = find('[data-control="theme"]');
/** @type {HTMLProgressElement} */
const progress = find("[data-progress]");
const dark = matchMedia("(prefers-color-scheme: dark)");

/** @param {Actions} actions */
export function connect(actions) {
  play.addEventListener("click", () => (play.dataset.action === "pause" ? actions.pause() : actions.play()));
  for (const button of document.querySelectorAll('[data-action^="step"]'))
    button.addEventListener("click", () => actions.step(/** @type {HTMLElement} */ (button).dataset.part));
  find('[data-action="rewind"]').addEventListener("click", actions.rewind);
  find('[data-action="new-seed"]').addEventListener("click", actions.newSeed);
  speed.addEventListener("input", () => {
    showSpeed();
    actions.speed(rate());
  });
  preset.addEventListener("change", () => preset.value && actions.preset(preset.value)); // one's own document is shown already
  theme.value = root.dataset.theme ?? "auto"; // start.js has read what was chosen before
  theme.addEventListener("change", () => {
    root.dataset.theme = theme.value;
    keepTheme(theme.value);
    actions.theme();
  });
  dark.addEventListener("change", actions.theme);
  showSpeed();
}

/** @param {string} name */
function keepTheme(name) {
  try {
    localStorage.setItem(THEME, name);
  } catch {
    // Denied: nothing to keep it in.
  }
}

/** The theme the charts are to be drawn in. @returns {Theme} */
export function chartTheme() {
  const chosen = root.dataset.theme;
  if (chosen === "dark" || chosen === "light" || chosen === "projector") return chosen;
  return dark.matches ? "dark" : "light";
}

/** Outer steps per second. */
export function rate() {
  return rateOf(Number(speed.value));
}

function showSpeed() {
  const words = rateInWords(rate());
  find("output[data-speed]").textContent = words;
  speed.setAttribute("aria-valuetext", words);
}

/** What the page was built with. @returns {Preset[]} */
export function offeredPresets() {
  return [...preset.options].map(({ value, text }) => ({ id: value, title: text }));
}

/** Shows which preset is run; a document of the user's own is none of them. @param {string | undefined} id */
export function showPreset(id) {
  preset.querySelector('option[value=""]')?.remove();
  if (id === undefined) preset.prepend(new Option(t("Your own document"), ""));
  preset.value = id ?? "";
}

/** @param {Metadata} metadata @param {string[]} headings of the first charts */
export function showExperiment({ seed, steps, description }, headings) {
  const described = find("[data-description]");
  described.textContent = t(description);
  // The experiment that the page opens with is told by the sentences under it.
  described.hidden = !description || (preset.selectedIndex === 0 && preset.value !== "");
  for (const [i, heading] of document.querySelectorAll("[data-heading]").entries()) heading.textContent = headings[i];
  find("[data-seed]").textContent = seed;
  find("[data-steps]").textContent = steps.toLocaleString("en");
  progress.max = Math.max(steps, 1);
}

/** @param {number} step */
export function showStep(step) {
  find("[data-step]").textContent = String(step);
  progress.value = step;
}

/** @param {Phase} phase */
export function showPhase(phase) {
  root.dataset.state = phase;
  const running = phase === "running";
  play.dataset.action = running ? "pause" : "play";
  find("[data-label]").textContent = running ? t("Pause") : phase === "finished" ? t("Replay") : t("Play");
}

/** Said aloud by screen readers, politely. @param {string} text */
export function announce(text) {
  const line = find("[data-status]");
  if (line.textContent !== text) line.textContent = text;
}

/** Something went wrong; empty text takes the message away. @param {string} text */
export function complain(text) {
  find("[data-message]").textContent = text;
}

/** @param {string} text */
export function showLede(text) {
  const paragraph = find("[data-lede]");
  if (text && paragraph.textContent !== text) paragraph.textContent = text;
}
