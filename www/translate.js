// @ts-check
// The page in another language: what stands in index.html, and what the programs say. Loaded for other languages only.
/** @import { Host, Program } from "./types.js" */
/** @import { Runner } from "./runner.js" */
import { speak } from "./lang.js";
import { addSheet } from "./sheets.js";

/** Languages by their tags, in their own words. @type {Record<string, string>} */
export const LANGUAGES = { en: "English", zh: "中文" };

/** What is left as it is. */
const AS_IT_IS = "script, style, noscript, math, svg, code, textarea, iframe, [translate=no]";
/** Attributes that are read out or shown. */
const READ = ["aria-label", "title", "placeholder", "alt", "label"];

/** The catalogue as JSON, for the programs. @type {string | undefined} */
let catalogue;
/** Texts of the page met so far, and those of them without a translation: for tests. @type {Set<string>} */
export const met = new Set();
/** @type {Set<string>} */
export const missing = new Set();

/** Puts the page into the language of `<html lang>`. */
export async function translate() {
  const response = await fetch(new URL(`lang/${document.documentElement.lang.slice(0, 2)}.json`, import.meta.url));
  if (!response.ok) throw new Error(String(response.status));
  catalogue = await response.text();
  const texts = JSON.parse(catalogue);
  await addSheet("lang.css").catch(() => {});
  speak(texts);
  document.title = own(document.title, texts);
  const description = document.querySelector("meta[name=description]");
  description?.setAttribute("content", own(description.getAttribute("content") ?? "", texts));
  walk(document.body, texts);
  // The opening draws in English: what it draws is shown once the complete program has drawn over it, if that comes.
  const { connection } = navigator;
  if (!connection?.saveData) document.documentElement.dataset.drawing = "opening";
}

/** Lets the complete program speak the language, here and in the worker. @param {Program} program @param {Runner} runner */
export function teach(program, runner) {
  if (!catalogue) return;
  program.speak(catalogue);
  const message = { kind: "speak", texts: catalogue };
  runner.send(message);
  // A worker that takes the place of one that ended hears it after its code.
  const { spawn } = globalThis.auxilearn;
  globalThis.auxilearn.spawn = () => {
    const worker = spawn();
    setTimeout(() => worker.postMessage(message));
    return worker;
  };
}

/** Draws with the complete program, in view or not, and shows it; what is read out of charts is said anew, too. @param {Host} host */
export function reveal({ state: { traces }, charts, views }) {
  for (const chart of charts) chart.drawNow();
  if (traces) for (const [canvas, view] of views) canvas.setAttribute("aria-label", view.describe(traces));
  delete document.documentElement.dataset.drawing;
}

/** @param {string} text @param {Record<string, string>} texts */
function own(text, texts) {
  const key = text.replace(/\s+/g, " ").trim();
  if (!/\p{L}{2}/u.test(key)) return text;
  met.add(key);
  if (!Object.hasOwn(texts, key)) missing.add(key);
  return Object.hasOwn(texts, key) ? texts[key] : text;
}

/** Texts of an element and what is in it; children between words are `{0}`, `{1}`, … @param {Element} element @param {Record<string, string>} texts */
function walk(element, texts) {
  if (element.matches(AS_IT_IS)) return;
  for (const name of READ) {
    const text = element.getAttribute(name);
    if (text) element.setAttribute(name, own(text, texts));
  }
  const children = [...element.children];
  for (const child of children) walk(child, texts);
  const nodes = [...element.childNodes].filter(({ nodeType }) => nodeType !== Node.COMMENT_NODE);
  const written = nodes.filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
  if (!written.length) return;
  const key = nodes.map((node) => (node instanceof Element ? `{${children.indexOf(node)}}` : node.textContent)).join("");
  const found = own(key, texts);
  if (found === key) return;
  const parts = found.split(/\{(\d+)\}/).map((part, i) => (i % 2 ? children[Number(part)] : part));
  element.replaceChildren(...parts);
}
