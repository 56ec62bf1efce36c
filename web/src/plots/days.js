import { dot, ruleX } from "@observablehq/plot";
import { bottomAxis, drawn, heightLines, leftAxis, zeroLine } from "./base.js";

/** The effect by days since exposure. @param {import("../charts/days.js").DayRow[]} rows @param {import("./base.js").Sheet} sheet */
export function plotDays(rows, sheet) {
  const colour = "var(--reading-better)";
  return drawn(sheet, {
    height: 240,
    marginLeft: 56,
    marginBottom: 44,
    x: { type: "linear", domain: [-0.5, Math.max(...rows.map(({ day }) => day)) + 0.5] },
    y: { nice: true },
    marks: [
      heightLines(),
      bottomAxis("days since exposure", {
        labelOffset: 36, tickFormat: "d", ticks: Math.min(rows.length, Math.floor(sheet.width / 48)),
      }),
      leftAxis(),
      zeroLine(),
      ruleX(rows, { x: "day", y1: "lower", y2: "upper", stroke: colour, strokeWidth: 3 }),
      dot(rows, { x: "day", y: "effect", r: 4, fill: "var(--chart-ground)", stroke: colour, strokeWidth: 2 }),
    ],
  });
}
