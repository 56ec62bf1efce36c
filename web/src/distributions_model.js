// How sessions are distributed in each variant, and the rows that are shown.

/** @typedef {import("./types/report.js").QuantileEffect} QuantileEffect */
/** @typedef {import("./types/report.js").SessionTime} SessionTime */
/** @typedef {import("./types/report.js").SessionsPerUnit} SessionsPerUnit */

/** A part of a whole. @typedef {{n: number, share: number | null, standardError: number | null}} Part */

/** @param {number} n @param {number} total @returns {Part} */
export function partOf(n, total) {
  if (total === 0) return { n, share: null, standardError: null };
  const share = n / total;
  return { n, share, standardError: Math.sqrt(Math.max(share * (1 - share), 1 / total / 4) / total) };
}

/** @typedef {{label: string, from: number, to: number, control: Part, treatment: Part}} Bin */

/**
 * The parts of a variant, none where it was not seen.
 * @template {{variant: string, counts: number[]}} T
 * @param {T[]} variants @param {string} name @param {(one: T) => number} totalOf
 */
function partsOf(variants, name, totalOf) {
  const found = variants.find(({ variant }) => variant === name);
  return found ? found.counts.map((count) => partOf(count, totalOf(found))) : [];
}

const kNothing = partOf(0, 0);

/** Bins that no session of either variant is in are left out at the end. @param {Bin[]} bins */
function withoutTail(bins) {
  const length = bins.reduce((end, { control, treatment }, i) => (control.n > 0 || treatment.n > 0 ? i + 1 : end), 0);
  return bins.slice(0, length);
}

/** Without the noise of binary fractions. @param {number} edge */
const short = (edge) => Number(edge.toPrecision(6));

/**
 * Shares of sessions by their time.
 * @param {SessionTime} time @param {string} control @param {string} treatment @returns {Bin[]}
 */
export function timeBins({ edges, variants }, control, treatment) {
  const parts = (/** @type {string} */ name) => partsOf(variants, name, ({ sessions }) => sessions);
  const [ofControl, ofTreatment] = [parts(control), parts(treatment)];
  return withoutTail(edges.slice(0, -1).map((from, i) => {
    const to = edges[i + 1] ?? from;
    const label = i === edges.length - 2 ? `${short(from)} or more` : `${short(from)}–${short(to)}`;
    return {
      label, from, to, control: ofControl[i] ?? kNothing, treatment: ofTreatment[i] ?? kNothing,
    };
  }));
}

/**
 * Shares of units by their number of sessions; a bin is one number wide.
 * @param {{variants: SessionsPerUnit[]}} perUnit @param {string} control @param {string} treatment @returns {Bin[]}
 */
export function sessionBins({ variants }, control, treatment) {
  const parts = (/** @type {string} */ name) => partsOf(variants, name, ({ units }) => units);
  const [ofControl, ofTreatment] = [parts(control), parts(treatment)];
  const bins = ofControl.map((part, k) => ({
    label: k === ofControl.length - 1 ? `${k} or more` : String(k), from: k - 0.5, to: k + 0.5, control: part,
    treatment: ofTreatment[k] ?? kNothing,
  }));
  const first = bins.findIndex(({ control: one, treatment: other }) => one.n > 0 || other.n > 0);
  return withoutTail(bins).slice(Math.max(0, first));
}

/** The outline of a histogram, from the ground and back. @param {Bin[]} bins @param {"control" | "treatment"} who */
export function outlineOf(bins, who) {
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return [];
  return [
    { x: first.from, y: 0 },
    ...bins.flatMap((bin) => [{ x: bin.from, y: bin[who].share ?? 0 }, { x: bin.to, y: bin[who].share ?? 0 }]),
    { x: last.to, y: 0 },
  ];
}

/** @typedef {QuantileEffect & {label: string, control: number | null, treatment: number | null}} QuantileRow */

/** "p10", "median". @param {number} level */
export const quantileName = (level) => (level === 0.5 ? "median" : `p${Number((level * 100).toPrecision(6))}`);

/**
 * Where in the distribution the variants differ.
 * @param {SessionTime} time @param {string} control @param {string} treatment @returns {QuantileRow[]}
 */
export function quantileRows({ variants, comparisons }, control, treatment) {
  const valueOf = (/** @type {string} */ name, /** @type {number} */ level) =>
    variants.find(({ variant }) => variant === name)?.quantiles.find((one) => one.level === level)?.value ?? null;
  const comparison = comparisons.find(({ variant }) => variant === treatment);
  return (comparison?.quantiles ?? []).map((one) => ({
    ...one, label: quantileName(one.level), control: valueOf(control, one.level), treatment: valueOf(treatment, one.level),
  }));
}
