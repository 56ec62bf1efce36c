import { areaY, axisX, axisY, gridY, lineY, plot, ruleX, ruleY } from "@observablehq/plot";
import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { outlineOf } from "../distributions_model.js";
import { formatShare } from "../format.js";
import { PlotFrame } from "./plot_frame.js";

/** @typedef {import("../distributions_model.js").Bin} Bin */

/**
 * @typedef {object} HistogramView
 * @property {string} label of the horizontal axis
 * @property {boolean} counted bins stand for whole numbers, and the last one for all above it
 */

/**
 * The control as a grey ground, the treatment as a line over it. `bins`, `means` and `view` must be stable as long as
 * they stay the same.
 * @param {{bins: Bin[], means: {control: number | null, treatment: number | null}, colour: string, view: HistogramView,
 *   title: string, description: string}} props
 */
export function HistogramChart({ bins, means, colour, view, title, description }) {
  const draw = useCallback((/** @type {number} */ width) => {
    const shares = bins.flatMap(({ control, treatment }) => [control.share ?? 0, treatment.share ?? 0]);
    const last = bins.at(-1);
    return plot({
      className: "chart",
      width,
      height: 234,
      marginTop: 10,
      marginLeft: 46,
      marginRight: 12,
      marginBottom: 44,
      x: { type: "linear", domain: [bins[0]?.from ?? 0, last?.to ?? 1], label: null },
      y: { domain: [0, Math.max(...shares) * 1.05], label: null },
      ariaLabel: title,
      ariaDescription: description,
      marks: [
        gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1, ticks: 4 }),
        areaY(outlineOf(bins, "control"), { x: "x", y1: 0, y2: "y", fill: "var(--variant-control)", fillOpacity: 0.28 }),
        lineY(outlineOf(bins, "control"), { x: "x", y: "y", stroke: "var(--variant-control)", strokeWidth: 1 }),
        lineY(outlineOf(bins, "treatment"), { x: "x", y: "y", stroke: colour, strokeWidth: 2.25 }),
        ruleX([means.control].filter((mean) => mean !== null), {
          stroke: "var(--variant-control)", strokeWidth: 2, strokeDasharray: "2 3",
        }),
        ruleX([means.treatment].filter((mean) => mean !== null), { stroke: colour, strokeWidth: 2, strokeDasharray: "6 3" }),
        ruleY([0], { stroke: "var(--chart-zero)", strokeWidth: 1.25 }),
        axisX({
          label: view.label, labelAnchor: "center", labelArrow: "none", tickSize: 0,
          ...(view.counted ? countTicks(bins, width) : { ticks: Math.max(3, Math.floor(width / 60)) }),
        }),
        axisY({ label: null, tickSize: 0, ticks: 4, tickFormat: (/** @type {number} */ share) => formatShare(share, 0) }),
      ],
    });
  }, [bins, means, colour, view, title, description]);
  return html`<${PlotFrame} draw=${draw} />`;
}

/** @param {Bin[]} bins @param {number} width in pixels */
function countTicks(bins, width) {
  const step = Math.ceil(bins.length / Math.max(3, Math.floor(width / 34)));
  const middle = (/** @type {Bin} */ { from, to }) => (from + to) / 2;
  const open = new Map(bins.map((bin) => [middle(bin), bin.label.replace(" or more", "+")]));
  return {
    ticks: bins.filter((_, i) => i % step === 0).map(middle),
    tickFormat: (/** @type {number} */ count) => open.get(count) ?? "",
  };
}
