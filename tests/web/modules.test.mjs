import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { forestOf, tickText } from "../../web/src/charts/forest_model.js";
import { inOrderOfRole, readingOf, standardErrorOfMean } from "../../web/src/report.js";
import { experimentPath, routeOf } from "../../web/src/router.js";
import { metricTitle, reasonWords, verdictWords } from "../../web/src/words.js";

const report = JSON.parse(readFileSync(new URL("../platform/analysis/report_example.json", import.meta.url), "utf8"));
const metricOf = (name) => structuredClone(report.metrics.find(({ metric }) => metric === name));

test("report: the primary metric comes first whatever the order in the JSON", () => {
  const ordered = inOrderOfRole([...report.metrics].reverse());
  assert.equal(ordered[0].metric, "mean_time_per_session");
  assert.deepEqual(ordered.map(({ role }) => role), ["primary", "secondary", "secondary", "guardrail", "other"]);
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
  const { domain, limit, limitAbove } = forestOf(
    Object.assign(metricOf("mean_time_per_session"), { margin: 0.7, direction: "decrease" }));
  assert.equal(limit, 0.7);
  assert.ok(limitAbove);
  assert.ok(domain[0] < -0.2559 && domain[1] > 0.7);
  const higher = forestOf(Object.assign(metricOf("mean_time_per_session"), { margin: 0.4 }));
  assert.equal(higher.limit, -0.4);
  assert.ok(higher.domain[0] < -0.4);
});

test("forest: an interval without end runs to the end of the axis", () => {
  const metric = metricOf("sessions");
  metric.comparisons[0].lift_interval = [null, 0.03];
  const { rows, domain } = forestOf(metric);
  assert.deepEqual(rows[0].interval, [domain[0], 0.03]);
});

test("forest: what is not defined is said in words", () => {
  const metric = metricOf("sessions");
  Object.assign(metric.comparisons[1], { lift_interval: null, reason: "unbounded" });
  const { rows, description } = forestOf(metric);
  assert.equal(rows[1].problem, "unbounded: the control's mean may be 0");
  assert.match(description, /sticky: no interval, unbounded/);
  assert.match(description, /top_pop: lift −0\.5\u202f%, interval \[−3\.8, \+2\.9\]\u202f%, no clear difference\./);
  assert.equal(forestOf(metricOf("mean_request_latency")), null);
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
