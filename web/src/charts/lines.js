import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { PlotFrame } from "./plot_frame.js";

/**
 * @typedef {object} LineView
 * @property {string | null} label of the horizontal axis
 * @property {(value: number) => string} [tick] text at a tick of the vertical axis
 * @property {boolean} [labelled] names at the ends of the lines, where there is room
 */

/** @typedef {{points: import("../traffic_model.js").Point[], variants: string[], view: LineView}} Lines */

/**
 * A line a variant over positions or days. `points`, `variants` and `view` must be stable as long as they stay the same.
 * @param {Lines & {title: string, description: string}} props
 */
export function LinesChart({ points, variants, view, title, description }) {
  const draw = useCallback(
    (/** @type {import("./plot_frame.js").Plots} */ plots, /** @type {number} */ width) =>
      plots.plotLines({ points, variants, view }, { width, title, description }),
    [points, variants, view, title, description],
  );
  return html`<${PlotFrame} draw=${draw} />`;
}
