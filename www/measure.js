// @ts-check
// Beside the chart that compares gradients: a button that has the experiment record what there is to compare.
/** @import { Host, Program } from "./types.js" */
/** @import { Bench } from "./bench.js" */
import { tools } from "./further.js";
import { t } from "./lang.js";
import { because } from "./refusals.js";

/** @param {Host} host @param {Program} program @param {Bench} bench */
export function addMeasure({ state, controls }, program, bench) {
  const figure = /** @type {HTMLElement | null | undefined} */ (document.querySelector("canvas[data-chart=trust]")?.closest("figure"));
  if (!figure) return;
  const find = tools(figure, `
    <button type="button" data-problem="measure">${t("Measure the gradient’s quality")}</button>
    <p class="hint">${t("Runs the experiment again with the exact gradient beside the estimate at every step, which takes longer.")}</p>`);
  /** @type {HTMLButtonElement} */
  const button = find("measure");
  const row = /** @type {HTMLElement} */ (button.parentElement);
  button.addEventListener("click", () => {
    try {
      bench.use(program.withDiagnostics(state.document), t("The gradient’s quality is measured. "));
    } catch (error) {
      controls.complain(t("It could not be measured ({reason}).", { reason: because(error) }));
    }
  });
  const follow = () => {
    const measured = state.metadata?.lanes.some(({ diagnostics }) => diagnostics) ?? false;
    // The keyboard goes on at the chart.
    if (measured && document.activeElement === button) /** @type {HTMLElement} */ (figure.querySelector("canvas")).focus({ preventScroll: true });
    row.hidden = measured;
  };
  new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ["data-state"] });
  follow();
}
