import { cell, dot, gridX, rect, ruleX, ruleY, text } from "@observablehq/plot";
import { tickText } from "../charts/forest_model.js";
import { bottomAxis, drawn, fitted, textWidth } from "./base.js";

/** @typedef {import("../charts/forest_model.js").Forest} Forest */
/** @typedef {import("../charts/forest_model.js").ForestRow} ForestRow */

const kAxisHeight = 44;
const kWidestName = 220;  // pixels
const kNarrow = 560;  // below it, names and numbers stand above their lines
const kLeastRoom = 240;  // for the lines between names and numbers; below it too
const kTextHeight = 20;
const kSide = 20;  // pixels beside the axis where the text is above
const kBold = 600;
const kBesideHeight = 13;  // pixels, of each interval below the one that decides
const kSmall = 11;  // pixels, of what is written there

/** @param {ForestRow} row */
const colourOf = ({ reading }) => `var(--reading-${reading})`;

/**
 * Lifts or effects with their intervals, a row a variant, on one axis that holds 0.
 * @param {Forest} forest @param {{width: number, title: string, control: string}} options width in pixels
 */
export function plotForest(forest, { width, title, control }) {
  const { rows, domain, scale } = forest;
  const axis = scale === "lift" ? `lift over ${control}` : `difference to ${control}`;
  const below = Math.max(...rows.map(({ beside }) => beside.length));
  const names = Math.min(kWidestName, Math.max(...rows.flatMap(({ variant, label }) => [textWidth(variant, kBold), textWidth(label)])));
  const numbers = Math.max(...rows.flatMap((row) => [textWidth(numbersOf(row), kBold), ...row.beside.map((one) => textWidth(besideText(one)))]));
  const beside = { marginLeft: names + 14, marginRight: numbers + 20 };
  const narrow = width < kNarrow || width - beside.marginLeft - beside.marginRight < kLeastRoom;
  const margins = narrow ? { marginLeft: kSide, marginRight: kSide } : beside;
  const room = width - margins.marginLeft - margins.marginRight;
  const named = Math.max(...rows.map(({ variant, label }) => textWidth(label ? `${variant} (${label})` : variant, kBold)));
  const lines = !narrow ? 0 : named + numbers + 16 <= width ? 1 : 2;  // of text, above the row's intervals
  const rowHeight = lines * kTextHeight + (narrow ? 32 : 40) + below * kBesideHeight;
  const middle = -(below * kBesideHeight) / 2;  // of what decides, below the middle of the row
  const ticks = Math.max(4, Math.floor(room / 90));
  const sheet = { width, title: `${title}: ${axis}, with intervals`, description: forest.description };
  return drawn(sheet, {
    height: rows.length * rowHeight + kAxisHeight,
    ...margins,
    marginTop: 4,
    marginBottom: 40,
    x: { domain },
    y: { type: "band", domain: rows.map(({ variant }) => variant), axis: null, padding: 0 },
    marks: [
      ...marginMarks(forest),
      gridX({ stroke: "var(--chart-grid)", strokeOpacity: 1, ticks }),
      bottomAxis(axis, { ticks, labelOffset: 36, ...(scale === "lift" && { tickFormat: tickText }) }),
      ruleX([0], { stroke: "var(--chart-zero)", strokeWidth: 1.5 }),
      ...(narrow ? [groundOfText(rows, rowHeight - lines * kTextHeight)] : []),
      ...intervalMarks(rows, (lines * kTextHeight) / 2 + middle, below),
      ...(narrow ? labelsAbove(rows, { width, lines, rowHeight }) : labelsBeside(rows, { room: names, middle, below })),
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

/**
 * What decides is thick, the others are thin and below it; each says in its title whose it is.
 * @param {ForestRow[]} rows @param {number} dy pixels below the middle of the row @param {number} below most thin ones of a row
 */
function intervalMarks(rows, dy, below) {
  const place = { y: "variant", dy, stroke: colourOf };
  return [
    ruleY(rows.filter(({ interval }) => interval), {
      ...place, x1: (row) => row.interval[0], x2: (row) => row.interval[1], strokeWidth: 5, strokeLinecap: "round",
      title: ({ variant, label, intervalText }) => `${variant}, ${label ? `decides: ${label}` : "single look"} ${intervalText}`,
    }),
    ...Array.from({ length: below }, (_, i) => besideMarks(besideRows(rows, i), dy + (i + 1) * kBesideHeight)).flat(),
    // Filled: significant. The shape tells it without the colour.
    dot(rows.filter(({ value, problem }) => value !== null && !problem), {
      ...place, x: "value", r: 6, strokeWidth: 2,
      fill: (row) => (row.reading === "unclear" ? "var(--chart-ground)" : colourOf(row)),
    }),
  ];
}

/** The thin intervals at one place below. @param {ForestRow[]} rows @param {number} i */
const besideRows = (rows, i) => rows.flatMap(({ variant, reading, beside }) => {
  const one = beside[i];
  return one ? [{ variant, reading, ...one }] : [];
});

/** @param {import("../charts/forest_model.js").Beside} beside */
const besideText = ({ label, text: bounds }) => `${label} ${bounds}`;

/** @param {ReturnType<typeof besideRows>} rows @param {number} dy */
function besideMarks(rows, dy) {
  const place = { y: "variant", dy, stroke: (/** @type {ReturnType<typeof besideRows>[number]} */ { reading }) => `var(--reading-${reading})` };
  return [
    ruleY(rows, {
      ...place, x1: (row) => row.interval[0], x2: (row) => row.interval[1], strokeWidth: 1.5,
      title: (row) => `${row.variant}, ${besideText(row)}`,
    }),
    dot(rows.filter(({ kind }) => kind === "cuped"), {
      ...place, x: (row) => row.value, r: 3.5, symbol: "square", strokeWidth: 1.5, fill: "var(--chart-ground)",
    }),
  ];
}

/** No rule strikes through the text above a row. @param {ForestRow[]} rows @param {number} insetBottom pixels below the text */
const groundOfText = (rows, insetBottom) => cell(rows, { y: "variant", insetBottom, fill: "var(--chart-ground)" });

/** @param {(ForestRow & {name?: string})[]} rows `name`: what is written @param {object} place Plot's options @param {number} room in pixels */
const nameMark = (rows, place, room) =>
  text(rows, { ...place, y: "variant", fontWeight: kBold, text: ({ variant, name = variant }) => fitted(name, room, kBold) });

/** @param {ForestRow[]} rows @param {object} place Plot's options */
const numberMark = (rows, place) =>
  text(rows, { ...place, y: "variant", text: numbersOf, fill: ({ problem }) => (problem ? "var(--minor)" : "currentColor") });

/**
 * Names at the left, and what decides; numbers at the right.
 * @param {ForestRow[]} rows
 * @param {{room: number, middle: number, below: number}} sizes in pixels, but for `below`: most thin intervals of a row
 */
function labelsBeside(rows, { room, middle, below }) {
  /** @typedef {import("@observablehq/plot").TextOptions} Place */
  /** @type {Place} */
  const left = { frameAnchor: "left", textAnchor: "end", dx: -10 };
  /** @type {Place} */
  const right = { frameAnchor: "right", textAnchor: "start", dx: 12 };
  const small = { y: "variant", fontSize: kSmall, fill: "var(--minor)" };
  return [
    nameMark(rows, { ...left, dy: middle }, room),
    text(rows.filter(({ label }) => label), { ...small, ...left, dy: middle + kBesideHeight + 1, text: "label" }),
    numberMark(rows, { ...right, fontWeight: kBold, dy: middle }),
    ...Array.from({ length: below }, (_, i) =>
      text(besideRows(rows, i), { ...small, ...right, dy: middle + (i + 1) * kBesideHeight, text: besideText })),
  ];
}

/**
 * Names and numbers on one line or, where that is too short for both, on two.
 * @param {ForestRow[]} rows @param {{width: number, lines: number, rowHeight: number}} sizes in pixels
 */
function labelsAbove(rows, { width, lines, rowHeight }) {
  const dy = (/** @type {number} */ line) => (line + 0.5) * kTextHeight - rowHeight / 2;
  const left = { frameAnchor: "left", dx: -kSide };
  return [
    nameMark(rows.map((row) => (row.label ? { ...row, name: `${row.variant} (${row.label})` } : row)), { ...left, dy: dy(0) }, width),
    numberMark(rows, lines === 1 ? { frameAnchor: "right", dx: kSide, dy: dy(0) } : { ...left, dy: dy(1) }),
  ];
}

/** @param {ForestRow} row */
function numbersOf({ value, problem, valueText, intervalText }) {
  if (!problem) return `${valueText}  ${intervalText}`;
  return value === null ? problem : `${valueText}  ${problem}`;
}
