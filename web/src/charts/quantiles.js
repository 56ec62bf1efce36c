import { axisX, axisY, dot, gridY, plot, ruleX, ruleY } from "@observablehq/plot";
import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { PlotFrame } from "./plot_frame.js";

/** @typedef {import("../distributions_model.js").QuantileRow} QuantileRow */

/**
 * The difference at each quantile, with its interval: filled where the interval leaves 0 out. `rows` must be stable as
 * long as they stay the same.
 * @param {{rows: QuantileRow[], colour: string, label: string, title: string, description: string}} props
 */
export function QuantilesChart({ rows, colour, label, title, description }) {
  const draw = useCallback((/** @type {number} */ width) => {
    const drawn = rows.flatMap(({ effect, interval, label: name }) => {
      if (effect === null) return [];
      const [lower, upper] = interval ?? [effect, effect];
      const clear = interval !== null && ((lower ?? -1) > 0 || (upper ?? 1) < 0);
      return [{ name, effect, lower: lower ?? effect, upper: upper ?? effect, clear }];
    });
    return plot({
      className: "chart",
      width,
      height: 234,
      marginTop: 10,
      marginLeft: 46,
      marginRight: 12,
      marginBottom: 44,
      x: { type: "point", domain: rows.map(({ label: name }) => name), label: null, padding: 0.5 },
      y: { label: null, nice: true },
      ariaLabel: title,
      ariaDescription: description,
      marks: [
        gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1, ticks: 5 }),
        ruleY([0], { stroke: "var(--chart-zero)", strokeWidth: 1.5 }),
        ruleX(drawn, { x: "name", y1: "lower", y2: "upper", stroke: colour, strokeWidth: 4, strokeLinecap: "round" }),
        dot(drawn, {
          x: "name", y: "effect", r: 5, stroke: colour, strokeWidth: 2,
          fill: ({ clear }) => (clear ? colour : "var(--chart-ground)"),
        }),
        axisX({ label, labelAnchor: "center", labelArrow: "none", tickSize: 0 }),
        axisY({ label: null, tickSize: 0, ticks: 5 }),
      ],
    });
  }, [rows, colour, label, title, description]);
  return html`<${PlotFrame} draw=${draw} />`;
}
