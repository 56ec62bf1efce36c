import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { PlotFrame } from "./plot_frame.js";

/**
 * @typedef {object} HistogramView
 * @property {string} label of the horizontal axis
 * @property {boolean} counted bins stand for whole numbers, and the last one for all above it
 */

/**
 * @typedef {object} Histogram
 * @property {import("../distributions_model.js").Bin[]} bins
 * @property {{control: number | null, treatment: number | null}} means
 * @property {string} colour of the treatment, a CSS value
 * @property {HistogramView} view
 */

/**
 * How the values of a treatment lie beside those of the control. `bins`, `means` and `view` must be stable as long as
 * they stay the same.
 * @param {Histogram & {title: string, description: string}} props
 */
export function HistogramChart({ bins, means, colour, view, title, description }) {
  const draw = useCallback(
    (/** @type {import("./plot_frame.js").Plots} */ plots, /** @type {number} */ width) =>
      plots.plotHistogram({ bins, means, colour, view }, { width, title, description }),
    [bins, means, colour, view, title, description],
  );
  return html`<${PlotFrame} draw=${draw} />`;
}
