import { areaY, axisX, lineY, ruleX } from "@observablehq/plot";
import { tickText } from "../charts/forest_model.js";
import { drawn, heightLines, leftAxis, zeroLine } from "./base.js";

/** @typedef {import("../charts/timeline_model.js").TimelineRow} TimelineRow */

/**
 * The cumulative effect with its intervals, and a line at each look that was taken.
 * @param {{rows: TimelineRow[], domain: [number, number], looks: Date[], scale: "lift" | "effect"}} timeline
 * @param {import("./base.js").Sheet} sheet
 */
export function plotTimeline({ rows, domain, looks, scale }, sheet) {
  const colour = "var(--reading-better)";
  return drawn(sheet, {
    height: 260,
    marginLeft: 64,
    marginBottom: 40,  // two lines, the second with letters below the line
    x: { type: "utc" },
    y: { domain },
    marks: [
      heightLines(),
      ruleX(looks, { stroke: "var(--minor)", strokeDasharray: "2 3", strokeOpacity: 0.7 }),
      areaY(rows.filter(({ always }) => always), {
        x: "until", y1: (row) => row.always[0], y2: (row) => row.always[1], fill: colour, fillOpacity: 0.15, clip: true,
      }),
      areaY(rows.filter(({ interval }) => interval), {
        x: "until", y1: (row) => row.interval[0], y2: (row) => row.interval[1], fill: colour, fillOpacity: 0.3,
      }),
      zeroLine(),
      lineY(rows, { x: "until", y: "value", stroke: colour, strokeWidth: 2, marker: "dot" }),
      axisX({ tickSize: 0, ticks: Math.max(2, Math.floor(sheet.width / 110)) }),
      leftAxis(scale === "lift" ? { tickFormat: tickText } : {}),
    ],
  });
}
