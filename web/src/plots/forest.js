import { axisY, dot, gridX, rect, ruleX, ruleY, text } from "@observablehq/plot";
import { tickText } from "../charts/forest_model.js";
import { bottomAxis, drawn, shortened } from "./base.js";

/** @typedef {import("../charts/forest_model.js").Forest} Forest */
/** @typedef {import("../charts/forest_model.js").ForestRow} ForestRow */

const kAxisHeight = 48;
const kLetterWidth = 7.6;
const kLongestName = 24;  // in letters
const kNarrow = 560;  // below it, names and numbers stand above their lines

/** @param {string} name */
const shorten = (name) => shortened(name, kLongestName);

/** @param {ForestRow} row */
const colourOf = ({ reading }) => `var(--reading-${reading})`;

/**
 * Lifts or effects with their intervals, a row a variant, on one axis that holds 0.
 * @param {Forest} forest @param {{width: number, title: string, control: string}} options width in pixels
 */
export function plotForest(forest, { width, title, control }) {
  const { rows, domain, scale } = forest;
  const axis = scale === "lift" ? `lift over ${control}` : `difference to ${control}`;
  const narrow = width < kNarrow;
  const longest = Math.min(kLongestName, Math.max(...rows.map(({ variant }) => variant.length)));
  const margins = narrow
    ? { marginLeft: 20, marginRight: 20 }
    : { marginLeft: longest * kLetterWidth + 14, marginRight: 210 };
  const ticks = Math.max(4, Math.floor((width - margins.marginLeft - margins.marginRight) / 90));
  const sheet = { width, title: `${title}: ${axis}, with intervals`, description: forest.description };
  return drawn(sheet, {
    height: rows.length * ((narrow ? 54 : 40) + (rows.some(({ cuped }) => cuped) ? 10 : 0)) + kAxisHeight,
    ...margins,
    marginTop: 4,
    marginBottom: 40,
    x: { domain },
    y: { type: "band", domain: rows.map(({ variant }) => variant), axis: null },
    marks: [
      ...marginMarks(forest),
      gridX({ stroke: "var(--chart-grid)", strokeOpacity: 1, ticks }),
      bottomAxis(axis, { ticks, labelOffset: 36, ...(scale === "lift" && { tickFormat: tickText }) }),
      ruleX([0], { stroke: "var(--chart-zero)", strokeWidth: 1.5 }),
      ...intervalMarks(rows, narrow ? 10 : 0),
      ...(narrow ? labelsAbove(rows) : labelsBeside(rows, domain)),
    ],
  });
}

// Where a guardrail fails: shaded and dashed, at the edge that the margin allows.
/** @param {Forest} forest */
function marginMarks({ limit, limitAbove, domain }) {
  if (limit === null) return [];
  const [from, to] = limitAbove ? [limit, domain[1]] : [domain[0], limit];
  return [
    rect([0], { x1: from, x2: to, fill: "var(--chart-beyond)" }),
    ruleX([limit], { stroke: "var(--reading-worse)", strokeDasharray: "4 3", strokeWidth: 1.5 }),
  ];
}

/** @param {ForestRow[]} rows @param {number} dy pixels below the middle of the row */
function intervalMarks(rows, dy) {
  const place = { y: "variant", dy, stroke: colourOf };
  return [
    ruleY(rows.filter(({ alwaysValid }) => alwaysValid), {
      ...place, x1: (row) => row.alwaysValid[0], x2: (row) => row.alwaysValid[1], strokeWidth: 1.5,
    }),
    ruleY(rows.filter(({ interval }) => interval), {
      ...place, x1: (row) => row.interval[0], x2: (row) => row.interval[1], strokeWidth: 5, strokeLinecap: "round",
    }),
    ...cupedMarks(rows.filter(({ cuped }) => cuped), dy + 12),
    // Filled: significant. The shape tells it without the colour.
    dot(rows.filter(({ value, problem }) => value !== null && !problem), {
      ...place, x: "value", r: 6, strokeWidth: 2,
      fill: (row) => (row.reading === "unclear" ? "var(--chart-ground)" : colourOf(row)),
    }),
  ];
}

/** @param {ForestRow[]} rows with CUPED @param {number} dy */
function cupedMarks(rows, dy) {
  const place = { y: "variant", dy, stroke: colourOf };
  return [
    ruleY(rows, {
      ...place, x1: (row) => row.cuped.interval[0], x2: (row) => row.cuped.interval[1], strokeWidth: 3,
      strokeDasharray: "5 2",
    }),
    dot(rows, { ...place, x: (row) => row.cuped.value, r: 4.5, symbol: "square", strokeWidth: 2, fill: "var(--chart-ground)" }),
  ];
}

/** Names at the left, numbers at the right. @param {ForestRow[]} rows @param {[number, number]} domain */
function labelsBeside(rows, domain) {
  const atRight = { x: domain[1], y: "variant", textAnchor: /** @type {const} */ ("start"), dx: 12 };
  return [
    axisY({ tickSize: 0, tickFormat: shorten, fontWeight: 600 }),
    text(rows, { ...atRight, text: numbersOf, fontWeight: 600 }),
    text(rows, { y: "variant", frameAnchor: "middle", text: "problem", fill: "var(--minor)" }),
  ];
}

/** @param {ForestRow[]} rows */
function labelsAbove(rows) {
  const above = { y: "variant", dy: -10, stroke: "var(--chart-ground)", strokeWidth: 4, fill: "currentColor" };
  return [
    text(rows, { ...above, frameAnchor: "left", text: ({ variant }) => shorten(variant), fontWeight: 600 }),
    text(rows, { ...above, frameAnchor: "right", text: numbersOf }),
    text(rows, { y: "variant", dy: 10, frameAnchor: "left", text: "problem", fill: "var(--minor)" }),
  ];
}

/** @param {ForestRow} row */
const numbersOf = ({ problem, valueText, intervalText }) => (problem ? valueText : `${valueText}  ${intervalText}`);
