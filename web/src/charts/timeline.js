import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { PlotFrame } from "./plot_frame.js";

/**
 * The cumulative effect with its intervals, as somebody would have seen it at each time. `rows` and
 * `domain` must be stable as long as they stay the same.
 * @param {{rows: import("./timeline_model.js").TimelineRow[], domain: [number, number], looks: Date[],
 *   scale: "lift" | "effect", title: string, description: string}} props
 */
export function TimelineChart({ rows, domain, looks, scale, title, description }) {
  const draw = useCallback(
    (/** @type {import("./plot_frame.js").Plots} */ plots, /** @type {number} */ width) =>
      plots.plotTimeline({ rows, domain, looks, scale }, { width, title, description }),
    [rows, domain, looks, scale, title, description],
  );
  return html`<${PlotFrame} draw=${draw} />`;
}
