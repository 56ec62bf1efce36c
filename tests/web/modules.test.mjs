import assert from "node:assert/strict";
import { test } from "node:test";
import { forestOf, tickText } from "../../web/src/charts/forest_model.js";
import { inOrderOfRole, readingOf, standardErrorOfMean } from "../../web/src/report.js";
import { experimentPath, routeOf } from "../../web/src/router.js";
import { metricTitle, reasonWords, verdictWords } from "../../web/src/words.js";

const comparisonOf = (variant, effect, [lower, upper], significant) => ({
  variant, effect, lift: effect / 4, lift_interval: [lower, upper], p_value: significant ? 0.001 : 0.6, significant,
});

// A control with mean 4, one treatment below, one undecided; `changes` replace fields.
const metricOf = (changes = {}) => ({
  direction: "increase",
  comparisons: [
    comparisonOf("sticky", -0.8, [-0.2348, -0.1652], true),
    comparisonOf("top_pop", 0.02, [-0.0284, 0.0384], false),
  ],
  ...changes,
});

test("report: the primary metric comes first whatever the order in the JSON", () => {
  const roles = [["a", "other"], ["b", "guardrail"], ["c", "secondary"], ["d", "primary"], ["e", "secondary"]];
  const ordered = inOrderOfRole(roles.map(([metric, role]) => ({ metric, role })));
  assert.deepEqual(ordered.map(({ metric }) => metric), ["d", "c", "e", "b", "a"]);
});

test("report: a reading follows significance and the better side", () => {
  const comparison = { effect: 1, p_value: 0.01, significant: true };
  assert.equal(readingOf(comparison, "increase"), "better");
  assert.equal(readingOf(comparison, "decrease"), "worse");
  assert.equal(readingOf(comparison, "none"), "different");
  assert.equal(readingOf({ ...comparison, effect: -1 }, "decrease"), "better");
  assert.equal(readingOf({ ...comparison, significant: false }, "increase"), "unclear");
  assert.equal(readingOf({ effect: null, p_value: null, significant: false }, "increase"), "unknown");
});

test("report: the standard error of a mean needs two units", () => {
  assert.equal(standardErrorOfMean({ n: 400, standard_deviation: 3 }), 0.15);
  assert.equal(standardErrorOfMean({ n: 1, standard_deviation: null }), null);
});

test("forest: the axis holds 0, every interval and the margin", () => {
  const { domain } = forestOf(metricOf());
  assert.ok(domain[0] < -0.2348 && domain[1] > 0.0384);
  const lower = forestOf(metricOf({ margin: 0.7, direction: "decrease" }));
  assert.deepEqual([lower.limit, lower.limitAbove], [0.7, true]);
  assert.ok(lower.domain[0] < -0.2348 && lower.domain[1] > 0.7);
  const higher = forestOf(metricOf({ margin: 0.4 }));
  assert.deepEqual([higher.limit, higher.limitAbove], [-0.4, false]);
  assert.ok(higher.domain[0] < -0.4);
  const [above] = metricOf().comparisons;
  const away = forestOf(metricOf({ comparisons: [{ ...above, lift: 0.5, lift_interval: [0.4, 0.6] }] }));
  assert.ok(away.domain[0] < 0);
});

test("forest: an interval without end runs to the end of the axis", () => {
  const metric = metricOf();
  metric.comparisons[0].lift_interval = [null, 0.03];
  const { rows, domain } = forestOf(metric);
  assert.deepEqual(rows[0].interval, [domain[0], 0.03]);
});

test("forest: what is not defined is said in words", () => {
  const metric = metricOf();
  Object.assign(metric.comparisons[1], { lift_interval: null, reason: "unbounded" });
  const { rows, description } = forestOf(metric);
  assert.equal(rows[1].problem, "unbounded: the control's mean may be 0");
  assert.equal(description.replaceAll("\u202f", " "), "sticky: lift −20.0 %, interval [−23.5, −16.5] %, worse. "
    + "top_pop: no interval, unbounded: the control's mean may be 0.");
  const nothing = { lift: null, lift_interval: null, effect: null, p_value: null, significant: false };
  assert.equal(forestOf(metricOf({ comparisons: [{ variant: "a", ...nothing }] })), null);
});

test("forest: ticks are short and signed", () => {
  const ticks = [-0.2, 0, 0.025, 0.30000000000000004].map((lift) => tickText(lift).replace("\u202f", " "));
  assert.deepEqual(ticks, ["−20 %", "0 %", "+2.5 %", "+30 %"]);
});

test("router: paths lead to views and back", () => {
  assert.deepEqual(routeOf("/report"), { view: "overview" });
  assert.deepEqual(routeOf("/report/"), { view: "overview" });
  assert.deepEqual(routeOf("/report/sticky-vs-random"), { view: "experiment", key: "sticky-vs-random" });
  for (const key of ["a/b", "50 % more", "<b>", "ключ", ".."])
    assert.deepEqual(routeOf(experimentPath(key)), { view: "experiment", key });
  assert.deepEqual(routeOf("/report/a/b"), { view: "unknown" });
  assert.deepEqual(routeOf("/report/%"), { view: "unknown" });
  assert.deepEqual(routeOf("/elsewhere"), { view: "unknown" });
});

test("words: codes that nobody knows yet are shown, not swallowed", () => {
  assert.equal(metricTitle("skip_rate"), "Skip rate");
  assert.equal(reasonWords("too_many_cooks"), "too many cooks");
  assert.deepEqual(verdictWords("NEW_VERDICT"), { title: "NEW_VERDICT", tone: "neutral" });
});
