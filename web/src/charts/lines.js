import { areaY, axisX, axisY, dot, gridY, lineY, plot, ruleY, text } from "@observablehq/plot";
import { html } from "htm/preact";
import { useCallback } from "preact/hooks";
import { PlotFrame } from "./plot_frame.js";
import { spread, styleOf } from "./variants.js";

/** @typedef {import("../traffic_model.js").Point} Point */

export const kMostBands = 4;  // more of them hide one another
const kLabelled = 480;  // pixels from which the lines have their names at their ends
const kLetterWidth = 7.2;
const kLongestName = 18;
const kHeight = 234;
const kMargin = { top: 10, bottom: 44, left: 52 };

/**
 * @typedef {object} LineView
 * @property {string | null} label of the horizontal axis
 * @property {(value: number) => string} [tick] text at a tick of the vertical axis
 * @property {boolean} [labelled] names at the ends of the lines, where there is room
 */

/**
 * A line a variant over positions or days. `points`, `variants` and `view` must be stable as long as they stay the same.
 * @param {{points: Point[], variants: string[], view: LineView, title: string, description: string}} props
 */
export function LinesChart({ points, variants, view, title, description }) {
  const draw = useCallback(
    (/** @type {number} */ width) => drawLines(points, variants, view, { width, title, description }),
    [points, variants, view, title, description],
  );
  return html`<${PlotFrame} draw=${draw} />`;
}

/** @param {string} name */
const shorten = (name) => (name.length > kLongestName ? `${name.slice(0, kLongestName - 1)}…` : name);

/**
 * @param {Point[]} points @param {string[]} variants @param {LineView} view
 * @param {{width: number, title: string, description: string}} options width in pixels
 * @returns {Element}
 */
function drawLines(points, variants, view, { width, title, description }) {
  const labelled = view.labelled && width >= kLabelled;
  const longest = Math.min(kLongestName, Math.max(...variants.map(({ length }) => length)));
  const right = labelled ? longest * kLetterWidth + 16 : 14;
  const days = points[0]?.x instanceof Date;
  const xs = points.map(({ x }) => Number(x));
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const pad = days ? 0 : 0.4;
  const domain = days ? [new Date(first), new Date(last)] : [first - pad, last + pad];
  const high = Math.max(...points.map(({ y, upper }) => (variants.length > kMostBands ? y : upper)), 0);
  const y = [0, high || 1];
  const room = Math.floor((width - kMargin.left - right) / (days ? 70 : 36));
  return plot({
    className: "chart",
    width,
    height: kHeight,
    marginTop: kMargin.top,
    marginLeft: kMargin.left,
    marginRight: right,
    marginBottom: kMargin.bottom,
    x: { type: days ? "utc" : "linear", domain, label: null },
    y: { domain: y, label: null, clamp: true },
    ariaLabel: title,
    ariaDescription: description,
    marks: [
      gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1, ticks: 4 }),
      ruleY([0], { stroke: "var(--chart-zero)", strokeWidth: 1.25 }),
      ...variants.flatMap((variant) => marksOf(points.filter((one) => one.variant === variant), variant, variants)),
      axisX({
        label: view.label, labelAnchor: "center", labelArrow: "none", tickSize: 0,
        ticks: days ? dayTicks(points, Math.max(2, room)) : Math.max(2, room), ...(days ? {} : { tickFormat: "d" }),
      }),
      axisY({ label: null, tickSize: 0, ticks: 4, ...(view.tick && { tickFormat: view.tick }) }),
      ...(labelled ? labelsOf(points, variants, y) : []),
    ],
  });
}

// Every day, or as many as there is room for, evenly.
/** @param {Point[]} points @param {number} most */
function dayTicks(points, most) {
  const days = [...new Set(points.map(({ x }) => Number(x)))].sort((a, b) => a - b);
  const step = Math.ceil(days.length / most);
  return days.filter((_, i) => i % step === 0).map((day) => new Date(day));
}

/** @param {Point[]} points of one variant @param {string} variant @param {string[]} variants */
function marksOf(points, variant, variants) {
  const { colour, dash, symbol } = styleOf(variant, variants);
  const banded = variants.length <= kMostBands && points.some(({ lower, upper }) => lower < upper);
  return [
    ...(banded ? [areaY(points, { x: "x", y1: "lower", y2: "upper", fill: colour, fillOpacity: 0.16 })] : []),
    lineY(points, {
      x: "x", y: "y", stroke: colour, strokeWidth: 2, ...(dash && { strokeDasharray: dash }),
    }),
    dot(points, {
      x: "x", y: "y", symbol, r: 3.5, stroke: colour, strokeWidth: 1.75, fill: symbol === "times" || symbol === "plus" ? "none" : "var(--chart-ground)",
    }),
  ];
}

/** Names beside the last points. @param {Point[]} points @param {string[]} variants @param {number[]} domain */
function labelsOf(points, variants, [low = 0, high = 1]) {
  const ends = variants.flatMap((variant) => points.filter((one) => one.variant === variant).slice(-1));
  const inner = kHeight - kMargin.top - kMargin.bottom;
  const places = ends.map(({ y }) => (1 - (y - low) / (high - low)) * inner);
  const moved = spread(places, 15, [0, inner]);
  return ends.map((end, i) => text([end], {
    x: "x", y: "y", dx: 10, dy: (moved[i] ?? 0) - (places[i] ?? 0), textAnchor: "start", text: () => shorten(end.variant),
    fill: styleOf(end.variant, variants).colour, fontWeight: 600,
  }));
}
