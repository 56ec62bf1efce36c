import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { PlotFrame } from "./plot_frame.js";

/** @typedef {{day: number, effect: number, lower: number, upper: number}} DayRow */

/**
 * The effect by days since exposure, with its intervals. `rows` must be stable as long as they stay the same.
 * @param {{rows: DayRow[], title: string, description: string}} props
 */
export function DaysChart({ rows, title, description }) {
  const draw = useCallback(
    (/** @type {import("./plot_frame.js").Plots} */ plots, /** @type {number} */ width) =>
      plots.plotDays(rows, { width, title, description }),
    [rows, title, description],
  );
  return html`<${PlotFrame} draw=${draw} />`;
}
