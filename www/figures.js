// @ts-check
// Every chart as a file: SVG by the program itself, PNG of the same picture; both with a caption.
/** @import { Host, Program, Traces, View } from "./types.js" */
import { offerFile } from "./dialog.js";
import { t } from "./lang.js";
import { messageOf } from "./refusals.js";

/** Device pixels per CSS pixel of a PNG: sharp on paper and on slides. */
export const RATIO = 2;

/** @param {Host} host @param {Program} program */
export function addFigures({ state, views, controls, cursor }, program) {
  /** The chart drawn anew with its caption. @param {HTMLCanvasElement} shown @param {View} own @param {Traces} traces @param {DOMRect} box */
  const png = (shown, own, traces, { width, height }) => {
    const canvas = document.createElement("canvas");
    const how = /** @type {const} */ ([width, height, RATIO, controls.chartTheme()]);
    if (own.figure) own.figure(canvas, traces, state.document, ...how);
    else {
      const view = new program.ChartView(canvas, shown.dataset.chart ?? "");
      view.setCursor(cursor.step);
      view.setOverlaid(own.overlaid ?? false);
      view.drawFigure(traces, state.document, ...how);
      view.free();
    }
    return pngOf(canvas);
  };

  /** @param {string} format @param {HTMLCanvasElement} canvas @param {View} view */
  const save = async (format, canvas, view) => {
    const { traces, metadata } = state;
    if (!traces || !metadata) return;
    const kind = canvas.dataset.chart ?? "";
    const box = canvas.getBoundingClientRect();
    try {
      // The moments up to now are marked.
      traces.events();
      const svg = () => view.svg(traces, state.document, box.width, box.height, controls.chartTheme());
      const blob = format === "svg" ? new Blob([svg()], { type: "image/svg+xml" }) : await png(canvas, view, traces, box);
      if (!blob) throw new Error(t("the picture is too large"));
      offerFile(blob, `auxilearn-${kind}-seed${metadata.seed}.${format}`);
    } catch (error) {
      controls.complain(t("The figure could not be made ({reason}).", { reason: program.lastPanic() ?? messageOf(error) }));
    }
  };

  for (const [canvas, view] of views) {
    const caption = canvas.closest("figure")?.querySelector("figcaption");
    const heading = caption?.querySelector("h2, h3");
    if (!caption || !heading) continue;
    const buttons = ["svg", "png"].map((format) => {
      const button = saveButton(format, /* t */ "Save this chart as {format}", t("chart {chart}", { chart: t(canvas.dataset.chart ?? "") }), () => save(format, canvas, view));
      button.dataset.action = format;
      return button;
    });
    const group = document.createElement("span");
    group.className = "saves";
    group.append(...buttons);
    caption.append(group);
  }
}

// Charts by what they are called in an address or file.
// t: "phi"
// t: "alignment"
// t: "losses"
// t: "ledger"
// t: "trust"
// t: "w_plane"
// t: "phi_landscape"
// t: "neumann"
// t: "cut_short"

/** A button that saves as a format. @param {string} format @param {string} what with `{format}` @param {string} whose @param {() => void} save */
export function saveButton(format, what, whose, save) {
  const button = document.createElement("button");
  const name = format.toUpperCase();
  Object.assign(button, { type: "button", textContent: name, title: t(what, { format: name }) });
  button.setAttribute("aria-label", t("Save as {format}: {whose}", { format: name, whose }));
  button.addEventListener("click", save);
  return button;
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob | null>} */
export function pngOf(canvas) {
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
