// @ts-check
// What the address hides is explained where it means nothing; and a dialog that gives the code of a frame with this page in it. See docs/embed.md.
/** @import { Host } from "./types.js" */
import { button, copy, showDialog } from "./dialog.js";
import { element } from "./elements.js";
import { GROUPS, unknownNames } from "./groups.js";
import { t } from "./lang.js";
import { addSheet } from "./sheets.js";
import { addTool } from "./toolbar.js";

/** Heights of a frame, in CSS pixels. */
const [LEAST, USUAL, MOST] = [200, 760, 4000];
/** Width for which the height is sketched. */
const WIDTH = 800;
/** Groups from the top down in a frame of that width, and about how high each is. @type {[string, number][]} */
const SKETCH = [["header", 60], ["intro", 180], ["phi", 350], ["player", 190], ["alignment", 240], ["lanes", 110], ["losses", 240],
  ["prose", 420], ["problem", 900], ["moments", 240], ["more", 900], ["seeds", 300], ["panel", 60], ["editor", 60], ["numbers", 60], ["footer", 100]];

/** @param {Host} host @param {{ fragment: () => Promise<string | undefined> }} share */
export function addEmbedding({ controls }, share) {
  const unknown = unknownNames();
  if (unknown.length) {
    const before = document.querySelector("[data-message]")?.textContent ?? "";
    const names = unknown.slice(0, 5).map((name) => name.slice(0, 40)).join(", ");
    controls.complain(`${before} ${t("The link hides something that the page does not have ({names}); the rest of it holds.", { names })}`.trim());
  }
  if (document.documentElement.dataset.embed !== undefined) return addCredit(share);
  addTool({ action: "embed", label: t("Embed"), order: 50, run: () => show(share) });
}

/** An embedded page leads to the whole one, as it is shown. @param {{ fragment: () => Promise<string | undefined> }} share */
function addCredit(share) {
  const link = element("a", { target: "_blank", rel: "noopener", "data-action": "whole-page" }, t("Open the whole page"));
  link.href = whole("");
  const renew = async () => (link.href = whole(await share.fragment() ?? ""));
  for (const event of ["pointerenter", "pointerdown", "focus"]) link.addEventListener(event, renew);
  document.querySelector("main")?.append(element("p", { class: "credit" }, "AuxiLearn Lab: ", link));
}

/** The page's address without what hides parts of it. @param {string} fragment */
function whole(fragment) {
  const fields = new URLSearchParams(fragment.slice(1));
  fields.delete("hide");
  fields.delete("embed");
  const text = fields.toString().replaceAll("%2C", ",");
  return location.href.replace(/[?#].*/s, "") + (text ? `#${text}` : "");
}

/** @param {{ fragment: () => Promise<string | undefined> }} share */
async function show(share) {
  const fragment = await share.fragment();
  await addSheet("embedding.css");
  const form = fields();
  const code = element("textarea", { readonly: "", rows: "5", "aria-label": t("Code of the frame"), "data-embed-code": "" });
  const said = element("p", { role: "status", "data-embedded": "" });
  const sketch = element("div", { class: "sketch", role: "img" });
  const renew = () => {
    const { names, height, title, fits } = form.read();
    const address = whole(fragment ?? "");
    const hide = isUsual(names) ? "" : `&hide=${Object.keys(GROUPS).filter((name) => !names.has(name))}`;
    code.value = frame(address.replace(/(#.*)?$/s, (rest) => `?embed${hide}${rest}`), title, height, fits);
    draw(sketch, names, height);
  };
  form.fields.addEventListener("input", renew);
  const copying = button(t("Copy the code"), "copy-embed", async () => (said.textContent = await copy(code.value, code)));
  copying.classList.add("primary");
  const long = fragment === undefined ? [element("p", {}, t("This document is too long for a link: the frame shows the first experiment. Its document can be handed over by a message (docs/embed.md)."))] : [];
  showDialog("embed", t("Embed this page"), ...long, element("div", { class: "embedding" }, form.fields, sketch), code, element("div", { class: "buttons" }, copying), said);
  renew();
  code.scrollTop = 0;
}

/** Whether these are what an embedded page shows anyhow. @param {Set<string>} names */
const isUsual = (names) => Object.entries(GROUPS).every(([name, { shown }]) => names.has(name) === shown);

function fields() {
  const boxes = Object.entries(GROUPS).map(([name, { label, shown }]) => {
    const box = element("input", { type: "checkbox", "data-group": name });
    box.checked = shown;
    return { name, box, label: element("label", { class: "check" }, box, t(label)) };
  });
  const height = element("input", { type: "number", min: String(LEAST), max: String(MOST), step: "10", value: String(USUAL), "data-control": "embed-height" });
  const title = element("input", { type: "text", maxlength: "200", value: t("AuxiLearn Lab: how much should each side task count?"), "data-control": "embed-title" });
  const fits = element("input", { type: "checkbox", "data-control": "embed-fits" });
  const fields = element("div", { class: "embed-fields" },
    element("fieldset", {}, element("legend", {}, t("Shown")), ...boxes.map(({ label }) => label)),
    element("label", { class: "line" }, t("Height in pixels"), " ", height),
    element("label", { class: "line" }, t("Title"), " ", title),
    element("label", { class: "check" }, fits, t("As high as what is in it (needs a script)")));
  return {
    fields,
    read: () => ({
      names: new Set(boxes.filter(({ box }) => box.checked).map(({ name }) => name)),
      height: Math.min(Math.max(Math.round(Number(height.value)) || USUAL, LEAST), MOST),
      title: title.value,
      fits: fits.checked,
    }),
  };
}

/** @param {string} text of an attribute */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** @param {string} address @param {string} title @param {number} height @param {boolean} fits */
function frame(address, title, height, fits) {
  const origin = new URL(address).origin;
  const markup = `<iframe src="${escaped(address)}" title="${escaped(title)}" width="100%" height="${height}" style="border: 0" loading="lazy" allow="fullscreen; clipboard-write"></iframe>`;
  if (!fits) return markup;
  return `${markup}
<script>
  (() => {
    const frame = document.currentScript.previousElementSibling;
    const hello = () => frame.contentWindow.postMessage({ auxilearn: 1, command: "hello" }, "${origin}");
    addEventListener("message", ({ source, origin, data }) => {
      if (source !== frame.contentWindow || origin !== "${origin}") return;
      if (data.event === "ready") hello();
      if (data.event === "height") frame.height = data.height;
    });
  })();
</script>`;
}

/** The frame in small: as high as it will be, with what is in it from the top. @param {HTMLElement} sketch @param {Set<string>} names @param {number} height */
function draw(sketch, names, height) {
  const shown = SKETCH.filter(([name]) => name === "phi" || names.has(name));
  sketch.replaceChildren(...shown.map(([name, high]) => {
    const made = element("span", {}, name === "phi" ? t("Chart of φ") : t(GROUPS[name].label));
    made.style.blockSize = `${(100 * high) / WIDTH}cqi`;
    return made;
  }));
  sketch.style.aspectRatio = `${WIDTH} / ${height}`;
  sketch.setAttribute("aria-label", t("The frame in small, {height} pixels high: what does not fit is scrolled to", { height }));
}
