import { dot, ruleX } from "@observablehq/plot";
import { bottomAxis, drawn, heightLines, kSmallMargins, leftAxis, zeroLine } from "./base.js";

/** @typedef {import("../distributions_model.js").QuantileRow} QuantileRow */

/**
 * @param {{rows: QuantileRow[], colour: string, label: string}} quantiles label: of the horizontal axis
 * @param {import("./base.js").Sheet} sheet
 */
export function plotQuantiles({ rows, colour, label }, sheet) {
  const known = rows.flatMap(knownOf);
  return drawn(sheet, {
    ...kSmallMargins,
    x: { type: "point", domain: rows.map(({ label: name }) => name), padding: 0.5 },
    y: { nice: true },
    marks: [
      heightLines(5),
      zeroLine(),
      ruleX(known, { x: "name", y1: "lower", y2: "upper", stroke: colour, strokeWidth: 4, strokeLinecap: "round" }),
      dot(known, {
        x: "name", y: "effect", r: 5, stroke: colour, strokeWidth: 2,
        fill: ({ clear }) => (clear ? colour : "var(--chart-ground)"),
      }),
      bottomAxis(label),
      leftAxis({ ticks: 5 }),
    ],
  });
}

/** @param {QuantileRow} row */
function knownOf({ effect, interval, label: name }) {
  if (effect === null) return [];
  const [lower, upper] = interval ?? [effect, effect];
  const clear = interval !== null && ((lower ?? -1) > 0 || (upper ?? 1) < 0);
  return [{ name, effect, lower: lower ?? effect, upper: upper ?? effect, clear }];
}
