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

/** A variant's name as it fits into a chart. @param {string} name @param {number} most letters */
export const shortened = (name, most) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

/** Lines to read heights by. @param {number} [ticks] about how many */
export const heightLines = (ticks) =>
  gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1, ...(ticks !== undefined && { ticks }) });

export const zeroLine = () => ruleY([0], { stroke: "var(--chart-zero)", strokeWidth: 1.5 });
