import { areaY, dot, lineY, text } from "@observablehq/plot";
import { kMostBands, spread, styleOf } from "../charts/variants.js";
import { bottomAxis, drawn, fitted, heightLines, kHeight, kSmallMargins, leftAxis, textWidth, zeroLine } from "./base.js";

/** @typedef {import("../traffic_model.js").Point} Point */

const kLabelled = 480;  // pixels from which the lines have their names at their ends
const kWidestName = 150;  // pixels
const kBold = 600;
const kMargins = { ...kSmallMargins, marginLeft: 52 };

/**
 * A line a variant.
 * @param {import("../charts/lines.js").Lines} lines @param {import("./base.js").Sheet} sheet
 */
export function plotLines({ points, variants, view }, sheet) {
  const { width } = sheet;
  const labelled = view.labelled && width >= kLabelled;
  const right = labelled ? Math.min(kWidestName, Math.max(...variants.map((name) => textWidth(name, kBold)))) + 16 : 14;
  const days = points[0]?.x instanceof Date;
  const xs = points.map(({ x }) => Number(x));
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const pad = days ? 0 : 0.4;
  const domain = days ? [new Date(first), new Date(last)] : [first - pad, last + pad];
  const high = Math.max(...points.map(({ y, upper }) => (variants.length > kMostBands ? y : upper)), 0);
  const y = [0, high || 1];
  const room = Math.floor((width - kMargins.marginLeft - right) / (days ? 70 : 36));
  return drawn(sheet, {
    ...kMargins,
    marginRight: right,
    x: { type: days ? "utc" : "linear", domain },
    y: { domain: y, clamp: true },
    marks: [
      heightLines(4),
      zeroLine(),
      ...variants.flatMap((variant) => marksOf(points.filter((one) => one.variant === variant), variant, variants)),
      bottomAxis(view.label, {
        ticks: days ? dayTicks(points, Math.max(2, room)) : Math.max(2, room), ...(days ? {} : { tickFormat: "d" }),
      }),
      leftAxis({ ticks: 4, ...(view.tick && { tickFormat: view.tick }) }),
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
  const inner = kHeight - kMargins.marginTop - kMargins.marginBottom;
  const places = ends.map(({ y }) => (1 - (y - low) / (high - low)) * inner);
  const moved = spread(places, 15, [0, inner]);
  return ends.map((end, i) => text([end], {
    x: "x", y: "y", dx: 10, dy: (moved[i] ?? 0) - (places[i] ?? 0), textAnchor: "start", text: () => fitted(end.variant, kWidestName, kBold),
    fill: styleOf(end.variant, variants).colour, fontWeight: kBold,
  }));
}
