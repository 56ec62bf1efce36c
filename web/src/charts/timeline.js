import { areaY, axisX, axisY, gridY, lineY, plot, ruleX, ruleY } from "@observablehq/plot";
import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { tickText } from "./forest_model.js";
import { PlotFrame } from "./plot_frame.js";

/** @typedef {import("./timeline_model.js").TimelineRow} TimelineRow */

/**
 * The cumulative effect with its intervals, as somebody would have seen it at each time. `rows` must be stable as long
 * as they stay the same.
 * @param {{rows: TimelineRow[], looks: Date[], scale: "lift" | "effect", title: string, description: string}} props
 */
export function TimelineChart({ rows, looks, scale, title, description }) {
  const draw = useCallback((/** @type {number} */ width) => {
    const colour = "var(--reading-better)";
    return plot({
      className: "chart",
      width,
      height: 260,
      marginLeft: 64,
      marginBottom: 32,
      x: { type: "utc", label: null },
      y: { label: null, nice: true, clamp: true, domain: domainOf(rows) },
      ariaLabel: title,
      ariaDescription: description,
      marks: [
        gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1 }),
        ruleX(looks, { stroke: "var(--minor)", strokeDasharray: "2 3", strokeOpacity: 0.7 }),
        areaY(rows.filter(({ always }) => always), {
          x: "until", y1: (row) => row.always[0], y2: (row) => row.always[1], fill: colour, fillOpacity: 0.15,
        }),
        areaY(rows.filter(({ interval }) => interval), {
          x: "until", y1: (row) => row.interval[0], y2: (row) => row.interval[1], fill: colour, fillOpacity: 0.3,
        }),
        ruleY([0], { stroke: "var(--chart-zero)", strokeWidth: 1.5 }),
        lineY(rows, { x: "until", y: "value", stroke: colour, strokeWidth: 2, marker: "dot" }),
        axisX({ tickSize: 0, ticks: Math.max(2, Math.floor(width / 110)) }),
        axisY({ label: null, tickSize: 0, ...(scale === "lift" && { tickFormat: tickText }) }),
      ],
    });
  }, [rows, looks, scale, title, description]);
  return html`<${PlotFrame} draw=${draw} />`;
}

// The first days' intervals would press all others together: the axis holds the values, and the intervals of the later
// half.
/** @param {TimelineRow[]} rows @returns {[number, number]} */
function domainOf(rows) {
  const later = rows.slice(Math.floor(rows.length / 2));
  const all = [0, ...rows.map(({ value }) => value),
    ...later.flatMap(({ interval, always }) => [...(interval ?? []), ...(always ?? [])])];
  return [Math.min(...all), Math.max(...all)];
}
