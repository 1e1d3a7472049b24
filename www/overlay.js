// @ts-check
// Lanes side by side or overlaid in one panel: a choice beside the heading of the chart of φ, on a phone above the
// further charts.
/** @import { Host, Program } from "./types.js" */
import { numbered, t } from "./lang.js";

/** Charts with a panel for each lane, whose height is made for two lanes unless there are more. */
const CHARTS = ["phi", "alignment"];
const USUAL = 2;

/** @param {Host} host @param {Program} program */
export function addOverlay({ state, charts, views, controls }, program) {
  const caption = document.querySelector("canvas[data-chart=phi]")?.closest("figure")?.querySelector("figcaption");
  if (!caption) return;
  const group = document.createElement("span");
  group.className = "overlay";
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", t("Lanes"));
  group.innerHTML = `<label><input type="radio" name="overlay" value="beside" checked> ${t("Side by side")}</label>
    <label><input type="radio" name="overlay" value="overlaid"> ${t("Overlaid")}</label>`;
  const inputs = [...group.querySelectorAll("input")];
  // On a phone there is no room beside the heading, and nothing that is being read may move.
  const roomy = matchMedia("(min-width: 48rem)").matches;
  if (roomy) caption.append(group);
  else document.querySelector(".further h2")?.after(group);

  /** Draws anew, as high as the charts now want to be. */
  const redraw = () => {
    const { traces, metadata } = state;
    for (const chart of charts) {
      const { canvas } = chart;
      if (!CHARTS.includes(canvas.dataset.chart ?? "")) continue;
      const view = views.get(canvas);
      view?.setOverlaid?.(inputs[1].checked);
      if (!view || !traces || !metadata) continue;
      const many = metadata.lanes.length > USUAL;
      chart.fit(many ? view.height(traces, canvas.clientWidth, controls.chartTheme()) : 0);
      canvas.setAttribute("aria-label", view.describe(traces));
      chart.invalidate();
    }
  };

  /** Another document may have too many lanes, or one only: then the choice rests. */
  const offer = () => {
    const refusal = state.traces ? program.overlayRefusal(state.traces) : undefined;
    for (const input of inputs) input.disabled = refusal !== undefined;
    group.title = refusal === undefined ? "" : t("Not to be overlaid: {refusal}.", { refusal: numbered(refusal) });
    if (refusal === undefined) group.removeAttribute("aria-description");
    else group.setAttribute("aria-description", group.title);
  };

  group.addEventListener("change", () => {
    redraw();
    controls.announce(inputs[1].checked ? t("Lanes overlaid in one panel: colour is the task, dashes the lane.") : t("Lanes side by side."));
  });
  offer();
  new MutationObserver(offer).observe(document.documentElement, { attributeFilter: ["data-state"] });
}
