import { areaY, lineY, ruleX } from "@observablehq/plot";
import { outlineOf } from "../distributions_model.js";
import { formatShare } from "../format.js";
import { bottomAxis, drawn, heightLines, kSmallMargins, leftAxis, zeroLine } from "./base.js";

/** @typedef {import("../distributions_model.js").Bin} Bin */

/**
 * The control as a grey ground, the treatment as a line over it, and a dashed line at each mean.
 * @param {import("../charts/histogram.js").Histogram} histogram @param {import("./base.js").Sheet} sheet
 */
export function plotHistogram({ bins, means, colour, view }, sheet) {
  const { width } = sheet;
  const shares = bins.flatMap(({ control, treatment }) => [control.share ?? 0, treatment.share ?? 0]);
  const outline = { x: "x", y: "y" };
  const control = outlineOf(bins, "control");
  return drawn(sheet, {
    ...kSmallMargins,
    x: { type: "linear", domain: [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1] },
    y: { domain: [0, Math.max(...shares) * 1.05] },
    marks: [
      heightLines(4),
      areaY(control, { x: "x", y1: 0, y2: "y", fill: "var(--variant-control)", fillOpacity: 0.28 }),
      lineY(control, { ...outline, stroke: "var(--variant-control)", strokeWidth: 1 }),
      lineY(outlineOf(bins, "treatment"), { ...outline, stroke: colour, strokeWidth: 2.25 }),
      meanLine(means.control, "var(--variant-control)", "2 3"),
      meanLine(means.treatment, colour, "6 3"),
      zeroLine(),
      bottomAxis(view.label, view.counted ? countTicks(bins, width) : { ticks: Math.max(3, Math.floor(width / 60)) }),
      leftAxis({ ticks: 4, tickFormat: (/** @type {number} */ share) => formatShare(share, 0) }),
    ],
  });
}

/** @param {number | null} mean @param {string} stroke @param {string} strokeDasharray */
const meanLine = (mean, stroke, strokeDasharray) =>
  ruleX(mean === null ? [] : [mean], { stroke, strokeWidth: 2, strokeDasharray });

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
