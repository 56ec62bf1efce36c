// How variants are told apart where several are drawn into one chart: by colour, by dash, by shape, and by a label.

/**
 * @typedef {object} VariantStyle
 * @property {string} colour a CSS value; the colours stand in style/variants.css
 * @property {string | null} dash as stroke-dasharray; null: a whole line
 * @property {"circle" | "square" | "triangle" | "diamond" | "times" | "plus"} symbol
 */

export const kMostBands = 4;  // of intervals in one chart: more of them hide one another
const kColours = 6;
/** @type {(string | null)[]} */
const kDashes = [null, "7 3", "2 3", "9 3 2 3"];
/** @type {VariantStyle["symbol"][]} */
const kSymbols = ["square", "triangle", "diamond", "times", "plus"];

/**
 * The control is grey; treatments are in the order of the report. @param {string} variant
 * @param {string[]} variants control first @returns {VariantStyle}
 */
export function styleOf(variant, variants) {
  const i = variants.indexOf(variant) - 1;
  if (i < 0) return { colour: "var(--variant-control)", dash: null, symbol: "circle" };
  return {
    colour: `var(--variant-${(i % kColours) + 1})`,
    dash: kDashes[i % kDashes.length] ?? null,
    symbol: kSymbols[i % kSymbols.length] ?? "circle",
  };
}

/**
 * Moves labels apart, in the order of their places and as little as needed, within [low, high] as long as they fit.
 * @param {number[]} places in pixels @param {number} gap @param {[number, number]} range @returns {number[]}
 */
export function spread(places, gap, [low, high]) {
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const moved = [...places];
  let least = low;
  for (const i of order) {
    moved[i] = Math.max(places[i] ?? 0, least);
    least = (moved[i] ?? 0) + gap;
  }
  let most = high;
  for (const i of order.reverse()) {
    moved[i] = Math.min(moved[i] ?? 0, most);
    most = (moved[i] ?? 0) - gap;
  }
  return moved;
}
