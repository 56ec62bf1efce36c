import { html } from "htm/preact";
import { styleOf } from "../../charts/variants.js";
import { Explain } from "./explain.js";

// The shapes of the charts, drawn by hand around (14, 7).
/** @type {Record<import("../../charts/variants.js").VariantStyle["symbol"], string>} */
const kShapes = {
  circle: "M10 7a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
  square: "M10.5 3.5h7v7h-7z",
  triangle: "M14 2.5l4.6 8h-9.2z",
  diamond: "M14 2l3.6 5l-3.6 5l-3.6 -5z",
  plus: "M14 2.5v9M9.5 7h9",
  times: "M11 4l6 6M17 4l-6 6",
};

/** Which line is whose. @param {{variants: string[], control: string}} props variants: control first */
export function VariantLegend({ variants, control }) {
  return html`<ul class="legend" aria-label="Lines of the charts">${variants.map((variant) => {
    const { colour, dash, symbol } = styleOf(variant, variants);
    return html`<li key=${variant}>
      <svg viewBox="0 0 28 14" width="28" height="14" aria-hidden="true">
        <path d="M0 7H28" fill="none" stroke=${colour} stroke-width="2" stroke-dasharray=${dash ?? "none"} />
        <path class="legend-mark" d=${kShapes[symbol]} stroke=${colour} stroke-width="1.75" />
      </svg>
      ${variant}${variant === control && html` <span class="tag">control</span>`}
    </li>`;
  })}</ul>`;
}

/** A chart with what it shows above it. @param {{title: string, term?: string | undefined, children?: unknown}} props */
export function ChartFigure({ title, term, children }) {
  return html`<figure class="small-chart"><figcaption>${title}${term && html` <${Explain} term=${term} />`}</figcaption>${children}</figure>`;
}
