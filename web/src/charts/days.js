import { axisX, axisY, dot, gridY, plot, ruleX, ruleY } from "@observablehq/plot";
import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { PlotFrame } from "./plot_frame.js";

/** @typedef {{day: number, effect: number, lower: number, upper: number}} DayRow */

/**
 * The effect by days since exposure, with its intervals. `rows` must be stable as long as they stay the same.
 * @param {{rows: DayRow[], title: string, description: string}} props
 */
export function DaysChart({ rows, title, description }) {
  const draw = useCallback((/** @type {number} */ width) => plot({
    className: "chart",
    width,
    height: 240,
    marginLeft: 56,
    marginBottom: 44,
    x: { type: "linear", domain: [-0.5, Math.max(...rows.map(({ day }) => day)) + 0.5], label: null },
    y: { label: null, nice: true },
    ariaLabel: title,
    ariaDescription: description,
    marks: [
      gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1 }),
      axisX({ label: "days since exposure", labelAnchor: "center", labelArrow: "none", labelOffset: 36, tickSize: 0, tickFormat: "d",
        ticks: Math.min(rows.length, Math.floor(width / 48)) }),
      axisY({ label: null, tickSize: 0 }),
      ruleY([0], { stroke: "var(--chart-zero)", strokeWidth: 1.5 }),
      ruleX(rows, { x: "day", y1: "lower", y2: "upper", stroke: "var(--reading-better)", strokeWidth: 3 }),
      dot(rows, { x: "day", y: "effect", r: 4, fill: "var(--chart-ground)", stroke: "var(--reading-better)", strokeWidth: 2 }),
    ],
  }), [rows, title, description]);
  return html`<${PlotFrame} draw=${draw} />`;
}
