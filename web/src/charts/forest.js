import { html } from "htm/preact";
import { useCallback, useMemo } from "preact/hooks";
import { forestOf, kWholeView } from "./forest_model.js";
import { PlotFrame } from "./plot_frame.js";

/** @typedef {import("./forest_model.js").Forest} Forest */

/**
 * Lifts or effects with their intervals, a row a variant. The table beside it has the same numbers. `view` must be stable
 * as long as it stays the same.
 * @param {{metric: import("../types/report.js").Metric, title: string, control: string,
 *   view?: import("./forest_model.js").ForestView}} props
 */
export function ForestChart({ metric, title, control, view = kWholeView }) {
  const forest = useMemo(() => forestOf(metric, view), [metric, view]);
  const draw = useCallback(
    (/** @type {import("./plot_frame.js").Plots} */ plots, /** @type {number} */ width) =>
      plots.plotForest(/** @type {Forest} */ (forest), { width, title, control }),
    [forest, title, control],
  );
  return forest && html`<${PlotFrame} draw=${draw} class="forest" />`;
}
