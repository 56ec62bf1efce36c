import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { PlotFrame } from "./plot_frame.js";

/**
 * The difference at each quantile, with its interval: filled where the interval leaves 0 out. `rows` must be stable as
 * long as they stay the same.
 * @param {{rows: import("../distributions_model.js").QuantileRow[], colour: string, label: string, title: string,
 *   description: string}} props
 */
export function QuantilesChart({ rows, colour, label, title, description }) {
  const draw = useCallback(
    (/** @type {import("./plot_frame.js").Plots} */ plots, /** @type {number} */ width) =>
      plots.plotQuantiles({ rows, colour, label }, { width, title, description }),
    [rows, colour, label, title, description],
  );
  return html`<${PlotFrame} draw=${draw} />`;
}
