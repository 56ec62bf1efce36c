import { html } from "htm/preact";

/**
 * A table that scrolls inside its own frame where the screen is narrow; the frame takes the focus, so that the arrow
 * keys reach what is hidden.
 * @param {{label: string, children?: unknown}} props
 */
export function ScrollingTable({ label, children }) {
  return html`<div class="table-frame" role="region" aria-label=${label} tabindex="0">
    <table>${children}</table>
  </div>`;
}

/**
 * A number as text, with the exact value beside it for programs and on hover.
 * @param {{value: number | null, text: string, field: string}} props
 */
export function Figure({ value, text, field }) {
  if (value === null) return html`<span class="minor" data-field=${field}>${text}</span>`;
  return html`<data value=${String(value)} title=${String(value)} data-field=${field}>${text}</data>`;
}

/**
 * Two bounds as text, with the exact values.
 * @param {{value: import("../../types/report.js").Interval | null, text: string, field: string}} props
 */
export function IntervalFigure({ value, text, field }) {
  if (value === null) return html`<span class="minor" data-field=${field}>${text}</span>`;
  const exact = { value: value.join(" "), title: value.join(" … ") };
  return html`<data ...${exact} class="interval" data-field=${field}>${text}</data>`;
}
