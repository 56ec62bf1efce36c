import assert from "node:assert/strict";
import { test } from "node:test";
import { spread, styleOf } from "../../web/src/charts/variants.js";
import { outlineOf, partOf, quantileName, quantileRows, sessionBins, timeBins } from "../../web/src/distributions_model.js";
import { formatPart } from "../../web/src/format.js";
import {
  dayPoints, latencyError, latencyMeasured, muchFallback, positionPoints, silentDays, wholeDays,
} from "../../web/src/traffic_model.js";

const kTime = {
  edges: [0, 1, 2, 3, 4],
  variants: [
    { variant: "c", sessions: 10, counts: [1, 4, 5, 0], mean: 2, quantiles: [{ level: 0.5, value: 1.9 }] },
    { variant: "t", sessions: 20, counts: [2, 8, 10, 0], mean: 2.1, quantiles: [{ level: 0.5, value: 2.1 }] },
  ],
  comparisons: [{ variant: "t", quantiles: [{ level: 0.5, effect: 0.2, standard_error: 0.1, interval: [0, 0.4], p_value: 0.05 }] }],
};

test("distributions: bins are shares of each variant's sessions, and end with the last that has any", () => {
  const bins = timeBins(kTime, "c", "t");
  assert.deepEqual(bins.map(({ label }) => label), ["0–1", "1–2", "2–3"]);
  assert.deepEqual(bins.map(({ control }) => [control.n, control.share]), [[1, 0.1], [4, 0.4], [5, 0.5]]);
  assert.deepEqual(bins.map(({ treatment }) => [treatment.n, treatment.share]), [[2, 0.1], [8, 0.4], [10, 0.5]]);
  const long = { ...kTime, variants: [{ ...kTime.variants[0], counts: [1, 4, 4, 1] }], edges: [0, 0.1, 0.2, 0.30000000000000004, 0.4] };
  assert.deepEqual(timeBins(long, "c", "t").map(({ label }) => label), ["0–0.1", "0.1–0.2", "0.2–0.3", "0.3 or more"]);
  assert.deepEqual(timeBins(kTime, "c", "gone").map(({ treatment }) => treatment.share), [null, null, null]);
});

test("distributions: an outline starts and ends on the ground, with a step a bin", () => {
  const outline = outlineOf(timeBins(kTime, "c", "t"), "control");
  assert.deepEqual(outline.map(({ x, y }) => [x, y]),
    [[0, 0], [0, 0.1], [1, 0.1], [1, 0.4], [2, 0.4], [2, 0.5], [3, 0.5], [3, 0]]);
  assert.deepEqual(outlineOf([], "control"), []);
});

test("distributions: numbers of sessions have a bin each, the last is open, empty ends are left out", () => {
  const variants = [
    { variant: "c", units: 10, mean: 1.5, counts: [0, 6, 3, 1] }, { variant: "t", units: 8, mean: 1.2, counts: [0, 8, 0, 0] },
  ];
  const bins = sessionBins({ variants }, "c", "t");
  assert.deepEqual(bins.map(({ label, from, to }) => [label, from, to]), [["1", 0.5, 1.5], ["2", 1.5, 2.5], ["3 or more", 2.5, 3.5]]);
  assert.deepEqual(bins.map(({ treatment }) => treatment.share), [1, 0, 0]);
  variants[0].counts = [2, 8, 0, 0];
  assert.deepEqual(sessionBins({ variants }, "c", "t").map(({ label }) => label), ["0", "1"]);
});

test("distributions: a quantile's row has both values and the difference", () => {
  const [row] = quantileRows(kTime, "c", "t");
  assert.deepEqual([row.label, row.control, row.treatment, row.effect], ["median", 1.9, 2.1, 0.2]);
  assert.deepEqual(quantileRows(kTime, "c", "gone"), []);
  assert.deepEqual([0.1, 0.25, 0.5, 0.999].map(quantileName), ["p10", "p25", "median", "p99.9"]);
});

test("distributions: a share is rounded to what its number of units supports", () => {
  const plain = ({ share, standardError }) => formatPart(share, standardError).replace("\u202f", " ");
  assert.equal(plain(partOf(123, 1000)), "12.3 %");
  assert.equal(plain(partOf(12_342, 1_000_000)), "1.234 %");
  assert.equal(plain(partOf(0, 100)), "0.00 %");
  assert.equal(plain(partOf(0, 0)), "—");
});

const dayOf = (day, latency_ms) => ({ day, new_units: 1, active_units: 2, sessions: 3, requests: 4, latency_ms });
const kUnmeasured = { n: 0, mean: null, standard_deviation: null, p95: null };
const trafficOf = (changes = {}) => ({
  skip_threshold: 0.1,
  variants: [{
    variant: "c", recommender: "r", answers: [], fallback_share: null, days: [dayOf("2026-01-05", kUnmeasured)],
    positions: [
      { position: 0, playbacks: 9, skipped: 0, skipped_standard_error: 0, listened: 1, listened_standard_error: 0 },
      { position: 1, playbacks: 30, skipped: 0.02, skipped_standard_error: 0.02, skipped_interval: [0, 0.0592],
        listened: 0.5, listened_standard_error: null, listened_interval: null },
      { position: 2, playbacks: 29, skipped: 1, skipped_standard_error: 0, listened: 0, listened_standard_error: 0 },
    ],
    ...changes,
  }],
});

test("traffic: curves leave out what listeners chose themselves and what few heard, and bands are the server's", () => {
  assert.deepEqual(positionPoints(trafficOf(), "skipped"), [{ variant: "c", x: 1, y: 0.02, lower: 0, upper: 0.0592 }]);
  assert.deepEqual(positionPoints(trafficOf(), "listened").map(({ lower, upper }) => [lower, upper]), [[0.5, 0.5]]);
});

test("traffic: a day without latency has no point, and none at all is not measured", () => {
  const traffic = trafficOf({ days: [
    dayOf("2026-01-05", kUnmeasured), dayOf("2026-01-06", { n: 4, mean: 0.5, standard_deviation: 0.2, p95: 0.9 })] });
  const points = dayPoints(traffic, ({ latency_ms }) => latency_ms.mean);
  assert.deepEqual(points.map(({ x, y }) => [x.toISOString(), y]), [["2026-01-06T00:00:00.000Z", 0.5]]);
  assert.deepEqual([latencyMeasured(traffic), latencyMeasured(trafficOf())], [true, false]);
  assert.deepEqual([latencyError({ n: 4, standard_deviation: 0.2 }), latencyError({ n: 1, standard_deviation: null })], [0.1, null]);
});

test("traffic: a last day that has just begun is no point of a curve, unless there is little else", () => {
  const days = ["2026-01-05", "2026-01-06", "2026-01-07"].map((day) => dayOf(day, kUnmeasured));
  const shown = (all, dataThrough) => wholeDays(trafficOf({ days: all }), dataThrough).variants[0].days.length;
  assert.deepEqual([shown(days, "2026-01-07T00:25:00Z"), shown(days, "2026-01-07T22:59:59Z")], [2, 2]);
  assert.deepEqual([shown(days, "2026-01-07T23:00:00Z"), shown(days, "2026-01-08T00:10:00Z"), shown(days, null)], [3, 3, 3]);
  assert.equal(shown(days.slice(0, 2), "2026-01-06T00:25:00Z"), 2);
});

test("traffic: much fallback is more than a tenth, the most first", () => {
  const one = (variant, fallback_share) => ({ ...trafficOf().variants[0], variant, fallback_share });
  const variants = [one("a", 0.1), one("b", 0.11), one("c", null), one("d", 0.5)];
  assert.deepEqual(muchFallback({ ...trafficOf(), variants }).map(({ variant }) => variant), ["d", "b"]);
});

test("variants: no two of ten look alike, even without colours for neighbours", () => {
  const variants = ["control", ..."abcdefghi"];
  const styles = variants.map((variant) => styleOf(variant, variants));
  assert.equal(styles[0].colour, "var(--variant-control)");
  assert.equal(new Set(styles.map((style) => JSON.stringify(style))).size, 10);
  const bare = styles.map(({ dash, symbol }) => `${dash} ${symbol}`);
  assert.equal(new Set(bare).size, 10);
});

test("variants: labels are moved apart, keep their order and stay inside", () => {
  assert.deepEqual(spread([10, 50], 15, [0, 100]), [10, 50]);
  assert.deepEqual(spread([50, 48, 52], 15, [0, 100]), [63, 48, 78]);
  assert.deepEqual(spread([99, 98], 15, [0, 100]), [100, 85]);
  assert.deepEqual(spread([], 15, [0, 100]), []);
});

test("traffic: a day without sessions between others is silent, the first and the last may be cut off", () => {
  const variant = (...sessions) => ({ days: sessions.map((n, i) => ({ day: `2026-01-0${i + 5}`, sessions: n })) });
  assert.deepEqual(silentDays({ variants: [variant(0, 3, 0, 0, 2, 0), variant(0, 1, 0, 4, 0, 0)] }), ["2026-01-07"]);
  assert.deepEqual(silentDays({ variants: [] }), []);
  assert.deepEqual(silentDays({ variants: [variant(0)] }), []);
});
