// What all plots have in common.

import { axisX, axisY, gridY, plot, ruleY } from "@observablehq/plot";

/**
 * What a plot is to somebody who does not see it, and how wide it may be.
 * @typedef {{width: number, title: string, description: string}} Sheet width in pixels
 */

export const kHeight = 234;
/** @type {{marginTop: number, marginRight: number, marginBottom: number, marginLeft: number}} */
export const kSmallMargins = { marginTop: 10, marginRight: 12, marginBottom: 44, marginLeft: 46 };

/**
 * A chart as an SVG. `options` are Plot's; its axes have no labels but those of the marks.
 * @param {Sheet} sheet @param {import("@observablehq/plot").PlotOptions} options
 */
export function drawn({ width, title, description }, { x, y, ...options }) {
  return plot({
    className: "chart",
    width,
    height: kHeight,
    ariaLabel: title,
    ariaDescription: description,
    x: { label: null, ...x },
    y: { label: null, ...y },
    ...options,
  });
}

/** The horizontal axis, its label in the middle below it. @param {string | null} label @param {object} [options] Plot's */
export const bottomAxis = (label, options) =>
  axisX({ label, labelAnchor: "center", labelArrow: "none", tickSize: 0, ...options });

/** @param {object} [options] Plot's */
export const leftAxis = (options) => axisY({ label: null, tickSize: 0, ...options });

/** Lines to read heights by. @param {number} [ticks] about how many */
export const heightLines = (ticks) =>
  gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1, ...(ticks !== undefined && { ticks }) });

export const zeroLine = () => ruleY([0], { stroke: "var(--chart-zero)", strokeWidth: 1.5 });

const kFontSize = 13;  // pixels, that of .chart

/** @type {CanvasRenderingContext2D | null | undefined} */
let measure;

/** In pixels, as a chart writes it. @param {string} text @param {number} [weight] */
export function textWidth(text, weight = 400) {
  measure ??= document.createElement("canvas").getContext("2d");
  if (!measure) return text.length * kFontSize * 0.7;
  measure.font = `${weight} ${kFontSize}px ${getComputedStyle(document.body).fontFamily}`;
  return measure.measureText(text).width;
}

/** As much of a text as there is room for. @param {string} text @param {number} room in pixels @param {number} [weight] */
export function fitted(text, room, weight) {
  if (textWidth(text, weight) <= room) return text;
  let kept = text.length - 1;
  while (kept > 1 && textWidth(`${text.slice(0, kept)}…`, weight) > room) --kept;
  return `${text.slice(0, kept)}…`;
}
