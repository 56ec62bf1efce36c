import assert from "node:assert/strict";
import { test } from "node:test";
import { routeOf } from "../../web/src/address.js";
import { forestOf, kWholeView, tickText } from "../../web/src/charts/forest_model.js";
import { timelineAxis, timelineRows } from "../../web/src/charts/timeline_model.js";
import { controlsOf, queryOf, resultsQuery } from "../../web/src/controls.js";
import { formatChance, formatLevel, formatLoss } from "../../web/src/format.js";
import { chosen, wantedOf } from "../../web/src/overview_model.js";
import { cautionOf, inOrderOfRole, readingOf, standardErrorOfMean } from "../../web/src/report.js";
import { afterError, afterValue, atStart } from "../../web/src/resource.js";
import { definitionPath, experimentPath } from "../../web/src/router.js";
import { cautiousTone, metricTitle, reasonWords, sentence, verdictWords } from "../../web/src/words.js";

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
  // A look that is one of many may not have crossed its boundary.
  const deciding = { by: "group_sequential", lift: 0.1, lift_interval: [-0.1, 0.3], significant: false };
  assert.equal(readingOf({ ...comparison, deciding }, "increase"), "unclear");
  assert.equal(readingOf({ ...comparison, significant: false, deciding: { ...deciding, significant: true } }, "increase"), "better");
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
  assert.deepEqual(routeOf("/report/help/definitions"), { view: "definitions" });
  assert.deepEqual(routeOf(definitionPath("srm").split("?")[0]), { view: "definitions" });
  assert.deepEqual(routeOf("/report/a/b"), { view: "unknown" });
  assert.deepEqual(routeOf("/report/%"), { view: "unknown" });
  assert.deepEqual(routeOf("/elsewhere"), { view: "unknown" });
});

test("words: codes that nobody knows yet are shown, not swallowed", () => {
  assert.equal(metricTitle("skip_rate"), "Skip rate");
  assert.equal(reasonWords("too_many_cooks"), "too many cooks");
  assert.equal(verdictWords("KEEP_RUNNING", "running").title, "Keep running");
  assert.equal(verdictWords("KEEP_RUNNING", "draft").title, "Not started");
  assert.equal(verdictWords("KEEP_RUNNING", "draft", 12).title, "Keep running");  // in a lab
  assert.deepEqual(verdictWords("NEW_VERDICT"), { title: "NEW_VERDICT", tone: "neutral", advice: "" });
});

test("forest: only the intervals that are asked for stretch the axis, and effects have no margin", () => {
  const metric = metricOf({ margin: 0.1 });
  metric.comparisons[0].interval = [-0.94, -0.66];
  metric.comparisons[1].interval = [-0.11, 0.15];
  metric.comparisons[0].always_valid = { lift_interval: [-0.5, 0.1], interval: [-2, 0.4] };
  metric.comparisons[0].cuped = { lift: -0.21, lift_interval: [-0.22, -0.2], effect: -0.82, interval: [-0.9, -0.8] };
  assert.ok(forestOf(metric).domain[0] < -0.5);
  assert.deepEqual(forestOf(metric).rows[0].beside.map(({ kind, value, interval }) => [kind, value, interval]),
    [["always", null, [-0.5, 0.1]], ["cuped", -0.21, [-0.22, -0.2]]]);
  const narrow = forestOf(metric, { ...kWholeView, intervals: new Set(["fixed"]) });
  assert.ok(narrow.domain[0] > -0.3);
  assert.deepEqual(narrow.rows[0].beside, []);
  const absolute = forestOf(metric, { ...kWholeView, scale: "effect" });
  assert.deepEqual([absolute.limit, absolute.rows[0].value, absolute.rows[0].interval], [null, -0.8, [-0.94, -0.66]]);
  assert.match(absolute.description, /^sticky: effect −0\.80, interval \[−0\.94, −0\.66\], worse\./);
});

// The verdict said [+53.6, +72.7], and the chart beside it, in bold, [+56.8, +69.1].
test("forest: what decides is drawn and named whatever else is asked for, and the others beside it", () => {
  const metric = metricOf();
  const [sticky] = metric.comparisons;
  sticky.interval = metric.comparisons[1].interval = [-0.94, -0.66];
  sticky.always_valid = { lift_interval: [-0.3, -0.1], interval: [-1.2, -0.4] };
  sticky.cuped = { lift: -0.21, lift_interval: [-0.22, -0.2], effect: -0.82, interval: [-0.9, -0.8] };
  const deciding = { by: "group_sequential", label: "boundary of look 3", effect: -0.8, interval: [-1.1, -0.5], lift: -0.2,
    lift_interval: [-0.28, -0.12], significant: true };
  sticky.deciding = deciding;
  const drawn = (view) => forestOf(metric, view).rows[0];
  assert.deepEqual([drawn().value, drawn().interval, drawn().label], [-0.2, [-0.28, -0.12], "boundary of look 3"]);
  assert.deepEqual(drawn().beside.map(({ label }) => label), ["single look", "always-valid", "CUPED"]);
  const alone = drawn({ ...kWholeView, intervals: new Set() });
  assert.deepEqual([alone.interval, alone.beside], [[-0.28, -0.12], []]);
  assert.deepEqual(drawn({ ...kWholeView, scale: "effect" }).interval, [-1.1, -0.5]);
  assert.match(forestOf(metric).description, /^sticky: lift −20\.0.%, boundary of look 3, interval \[−28\.0, −12\.0\].%, worse\./);
  sticky.deciding = { ...deciding, by: "always_valid", label: "always-valid, after CUPED", lift: -0.21, lift_interval: [-0.3, -0.1] };
  assert.deepEqual([drawn().value, drawn().interval], [-0.21, [-0.3, -0.1]]);
  assert.deepEqual(drawn().beside.map(({ label }) => label), ["single look", "CUPED"]);
  sticky.deciding = { ...deciding, by: null, label: null, lift_interval: null };
  assert.deepEqual([drawn().interval, drawn().label], [[-0.2348, -0.1652], ""]);
});

test("verdict: one that stands beside warnings does not look calm, and what the traffic warns of counts", () => {
  assert.deepEqual(["good", "neutral", "waiting", "bad", "alarm"].map((tone) => cautiousTone(tone, "warning")),
    ["warning", "warning", "warning", "bad", "alarm"]);
  assert.equal(cautiousTone("good", "ok"), "good");
  const judged = (warnings, grade, caution, verdict = "SHIP") => ({ health: { warnings, grade }, decision: { caution, verdict } });
  const calm = judged([], "ok", null);
  const served = judged(["In x, 94.0 % of the answers did not come from als."], "serious", "but look at 1 serious warning first");
  assert.deepEqual(cautionOf(calm, null), { grade: "ok", caution: null });
  assert.deepEqual(cautionOf(calm, served), { grade: "serious", caution: "but look at 1 serious warning first" });
  assert.deepEqual(cautionOf(served, calm), { grade: "serious", caution: "but look at 1 serious warning first" });
  assert.equal(cautionOf(judged([], "ok", null, "INVALID"), served).caution, null);
});

test("controls: an address says what is shown, and what it does not say is left as it is", () => {
  const plain = controlsOf(new URLSearchParams(""));
  assert.equal(queryOf(plain).toString(), "");
  assert.equal(resultsQuery(plain), "");
  const query = "level=0.9&scale=effect&hide=always%2Ccuped&at=2026-01-05&by=first_weekday&metric=sessions&force=true"
    + "&config=3&against=none&open=timeline%2Cby-day";
  assert.equal(queryOf(controlsOf(new URLSearchParams(query))).toString(), query);
  assert.equal(resultsQuery(controlsOf(new URLSearchParams(query)), { by: "first_weekday" }),
    "?confidence_level=0.9&at=2026-01-05&force=true&by=first_weekday");
  const nonsense = controlsOf(new URLSearchParams("level=2&scale=x&hide=y&at=2026-13-45&force=1&config=0&against=-1&open=,%3Cb%3E"));
  assert.deepEqual(nonsense, plain);
});

test("controls: a day that is in no calendar is none", () => {
  const dayOf = (at) => controlsOf(new URLSearchParams({ at })).at;
  assert.deepEqual(["2024-02-29", "2026-12-31"].map(dayOf), ["2024-02-29", "2026-12-31"]);
  assert.deepEqual(["2026-02-30", "2026-02-29", "2026-04-31", "2026-1-5", "2026", "2026-01-05T10:00Z"].map(dayOf), Array(6).fill(""));
});

test("timeline: what could not be compared is left out, an infinite bound draws no band", () => {
  const timeline = {
    control: "c",
    points: [
      { until: "2026-01-05T00:00:00.000Z", units: { c: 1, t: 1 }, comparisons: [{ variant: "t", lift: null }] },
      { until: "2026-01-06T00:00:00.000Z", units: { c: 4, t: 5, u: 9 }, comparisons: [
        { variant: "t", lift: 0.1, lift_interval: [-0.1, null], effect: 1, interval: [0, 2],
          always_valid: { lift_interval: [-0.2, 0.4], interval: [-1, 3] } }] },
    ],
  };
  const until = new Date("2026-01-06T00:00:00Z");
  assert.deepEqual(timelineRows(timeline, "t", "lift"),
    [{ until, units: 9, value: 0.1, interval: null, always: [-0.2, 0.4] }]);
  assert.deepEqual(timelineRows(timeline, "t", "effect"),
    [{ until, units: 9, value: 1, interval: [0, 2], always: [-1, 3] }]);
});

test("timeline: the axis holds all intervals of a single look, and what it cuts is known", () => {
  const row = (day, half) => ({ until: new Date(Date.UTC(2026, 0, day)), units: 9, value: 0.1, interval: [0.1 - half, 0.1 + half],
    always: [0.1 - 3 * half, 0.1 + 3 * half] });
  const rows = [row(1, 0.9), row(2, 0.3), row(3, 0.2), row(4, 0.1)];
  const { domain, beyond } = timelineAxis(rows);
  assert.ok(domain[0] < -0.8 && domain[0] > -0.9 && domain[1] > 1 && domain[1] < 1.1, `${domain}`);
  assert.deepEqual(beyond, [rows[0]], "its always-valid interval from -2.6 to 2.8 would press all others together");
  assert.deepEqual(timelineAxis(rows.slice(3)).beyond, []);
  assert.deepEqual(timelineAxis([]).beyond, []);
});

test("overview: words, status and order choose what is listed", () => {
  const one = (experiment, changes) => ({
    experiment, hypothesis: "", owner: "", status: "running", units: {}, first_exposure: null,
    decision: { verdict: "KEEP_RUNNING" }, ...changes,
  });
  const all = [
    one("b", { owner: "Search Team", units: { x: 3 }, first_exposure: "2026-01-02" }),
    one("a", { hypothesis: "Search helps", status: "stopped", units: { x: 2, y: 2 }, first_exposure: "2026-01-01" }),
    one("c", { decision: { verdict: "INVALID" } }),
  ];
  const keys = (query) => chosen(all, wantedOf(new URLSearchParams(query))).map(({ experiment }) => experiment).join("");
  assert.equal(keys(""), "bac");
  assert.equal(keys("q=search"), "ba");
  assert.equal(keys("q=team+SEARCH"), "b");
  assert.equal(keys("status=stopped"), "a");
  assert.deepEqual(["name", "units", "newest", "urgent", "toString"].map((order) => keys(`order=${order}`)),
    ["abc", "abc", "bac", "cba", "bac"]);
  assert.equal(keys("q=nothing"), "");
});

test("resource: what has not changed is not drawn anew, and a value outlives a failure", () => {
  const nothing = { group: "a", key: "a?", resource: { state: "loading" }, changed: null, error: null };
  const value = { n: 1 };
  const gone = new Error("gone");
  const ready = afterValue(nothing, "a", "a?", value);
  assert.deepEqual([ready.resource, ready.changed, ready.error], [{ state: "ready", value }, null, null]);
  assert.ok(afterValue(ready, "a", "a?", { n: 2 }).changed instanceof Date);
  assert.equal(afterValue(ready, "a", "a?", value), ready);
  const failing = afterError(ready, "a", "a?", gone);
  assert.deepEqual([failing.resource, failing.error], [ready.resource, gone]);
  const again = afterValue(failing, "a", "a?", value);
  assert.deepEqual([again.error, again.changed], [null, ready.changed]);
  assert.notEqual(afterValue(ready, "a", "a?", { n: 1 }), ready);
  assert.equal(afterError(nothing, "a", "a?", gone).resource.state, "failed");
  assert.equal(afterError(ready, "b", "b?", gone).resource.state, "failed");
});

test("resource: a value is held under the question that it answers", () => {
  const nothing = { group: "a", key: "a?", resource: { state: "loading" }, changed: null, error: null };
  const ready = afterValue(nothing, "a", "a?", { n: 1 });
  const other = { ...nothing, key: "a?level=0.8" };
  const asked = atStart(ready, other);
  assert.equal(asked, ready, "it stays while the other question is asked");
  const failing = afterError(asked, "a", other.key, new Error("gone"));
  assert.equal(failing.key, "a?", "and when that has no answer");
  assert.equal(atStart(failing, other).error, null, "which is no fault of the next question");
  assert.equal(afterValue(asked, "a", other.key, ready.resource.value).key, other.key, "though it may be the same value");
  assert.equal(atStart(ready, { ...nothing, group: "b", key: "b?" }).resource.state, "loading");
});

test("format: a chance is never certain, a loss never nothing", () => {
  const plain = (text) => text.replaceAll("\u202f", " ").replaceAll("\u00a0", " ");
  assert.deepEqual([0.5, 0.9994, 1, 0.0002, null].map(formatChance).map(plain), ["50.0 %", "> 99.9 %", "> 99.9 %", "< 0.1 %", "—"]);
  assert.deepEqual([0.0123, 0.00012, 1e-9, null].map(formatLoss).map(plain), ["1.23 %", "0.012 %", "< 0.001 %", "—"]);
});

test("format: a level has all its decimals, and is never certain", () => {
  assert.deepEqual([0.8, 0.95, 0.99, 0.999, 0.9995, 0.975, 0.1].map((level) => formatLevel(level).replace("\u202f", " ")),
    ["80 %", "95 %", "99 %", "99.9 %", "99.95 %", "97.5 %", "10 %"]);
});

test("words: sentences name metrics by their titles, and write numbers as the page does", () => {
  const metrics = ["mean_time_per_session", "time", "long_sessions"];
  assert.equal(sentence("b lowers mean_time_per_session by 25.0 % [-27.5 %, -22.3 %] in time.", metrics),
    "b lowers mean session time by 25.0\u202f% [−27.5\u202f%, −22.3\u202f%] in time.");
  assert.equal(sentence("the lift is -0.6 % to +8.9 %; p < 1e-12 in top-10 of long_sessions-2, long_sessions", metrics),
    "the lift is −0.6\u202f% to +8.9\u202f%; p\u00a0<\u00a01e-12 in top-10 of long_sessions-2, long sessions");
});
