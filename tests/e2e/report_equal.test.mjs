// Three ways to the same numbers: what the server answers, what `crossfade analyze` prints, and what stands on the page
// with every section opened. And a fourth: the SQL that the page shows for a metric, run on the store.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openNumbers, openTab, settled, sharedBrowser, show } from "./browser.mjs";
import { sharedReportServer } from "./report_store.mjs";
import { analyzed, answerOf, query } from "./support.mjs";

const { url, home, store } = await sharedReportServer();
const browser = await sharedBrowser();

const kDay = "2026-01-09";
// What the server is asked, and what the command line is told instead.
const kQuestions = [
  ["", []],
  ["?by=history", ["--by", "history"]],
  ["?by_day=true", ["--by-day"]],
  ["?distributions=true", ["--distributions"]],
  ["?traffic=true", ["--traffic"]],
  ["?confidence_level=0.9", ["--confidence-level", "0.9"]],
  [`?at=${kDay}`, ["--until", kDay]],
];
// A section that is opened in the address needs no click.
const kOpened = "?by=history&open=answers,timeline,by-day,distributions,days,configuration";
const kSections = ["answers", "timeline", "by-day", "distributions", "segments", "days", "configuration"];
// One field of each section: where it has no number, the section was not looked at.
const kFields = ["units", "answers", "mean", "always_valid", "new_units", "treatment_share", "p_value", "skipped", "n"];

const resultsOf = (experiment, question) => answerOf(url, `/api/v1/experiments/${experiment}/results${question}`);

/** Adds every number below `value`. */
function collect(value, into) {
  if (typeof value === "number") into.add(value);
  else if (value !== null && typeof value === "object") for (const member of Object.values(value)) collect(member, into);
  return into;
}

/** What the page computes itself, in the fields that may hold it. */
function derivedOf(report, bySegment, distributions) {
  const units = Object.values(report.units);
  const total = units.reduce((sum, n) => sum + n, 0);
  const shares = new Set(units.map((n) => n / total));
  const { session_time, sessions_per_unit } = distributions;
  const parts = new Set([
    ...session_time.variants.flatMap(({ sessions, counts }) => counts.map((n) => n / sessions)),
    ...sessions_per_unit.variants.flatMap(({ units: all, counts }) => counts.map((n) => n / all)),
  ]);
  // a segment's row counts its control, too
  const pairs = new Set(bySegment.metrics.flatMap(({ segments }) => (segments ?? []).flatMap(({ levels }) =>
    levels.flatMap(({ variants: [control, ...treatments] }) => treatments.map(({ n }) => control.n + n)))));
  return { share: shares, control_share: parts, treatment_share: parts, n: pairs };
}

/** [field, number] of everything on the page that is one. */
const figuresOf = (page) => page.evaluate(() =>
  [...document.querySelectorAll("main data[data-field]")].flatMap(({ dataset, value }) =>
    value.split(" ").filter((bound) => bound !== "").map((bound) => [dataset.field, Number(bound)])));

for (const experiment of ["aa", "recommenders"]) {
  test(`equal: ${experiment}: the server answers what the command line prints`, async () => {
    for (const [question, flags] of kQuestions) {
      const printed = analyzed(home, experiment, ...flags);  // a look: what it decides is what the server answers then
      const answer = await resultsOf(experiment, question);
      assert.deepEqual(answer, printed, `${experiment}${question}`);
      assert.ok(collect(answer, new Set()).size > 50, `${experiment}${question} has numbers`);
    }
    const [plain, earlier] = await Promise.all([resultsOf(experiment, ""), resultsOf(experiment, `?at=${kDay}`)]);
    assert.notDeepEqual(earlier.units, plain.units, "the earlier day is another answer");
  });

  test(`equal: ${experiment}: every day of the timeline is what the command line prints until then`, async () => {
    const { metric, points } = await answerOf(url, `/api/v1/experiments/${experiment}/timeline`);
    let compared = 0;
    for (const { until, units, comparisons } of points.slice(0, -1)) {
      const report = analyzed(home, experiment, "--until", until);
      assert.deepEqual(units, report.units, until);
      const then = report.metrics.find((one) => one.metric === metric).comparisons;
      for (const { variant, ...shown } of comparisons) {
        const { effect, interval, lift, lift_interval } = then.find((one) => one.variant === variant);
        assert.deepEqual(
          { effect: shown.effect, interval: shown.interval, lift: shown.lift, lift_interval: shown.lift_interval },
          { effect, interval, lift, lift_interval }, `${until} ${variant}`);
        compared += 1;
      }
    }
    assert.ok(compared >= 7, `${compared} compared`);
  });

  test(`equal: ${experiment}: every number on the page, all sections open, is one of the server's`, async (t) => {
    const { page, faults } = await openTab(t, browser, url);
    await show(page, `${url}/report/${experiment}${kOpened}`);
    for (const section of kSections) {
      const shown = page.locator(`section[aria-labelledby=${section}]`);
      await shown.locator("table, pre, .chart").first().waitFor({ state: "attached" });
    }
    await openNumbers(page);
    await settled(page);

    const answers = await Promise.all(kQuestions.slice(0, 5).map(([question]) => resultsOf(experiment, question)));
    const [report, bySegment, , { distributions }] = answers;
    const timeline = await answerOf(url, `/api/v1/experiments/${experiment}/timeline`);
    const served = collect([answers, timeline], new Set());
    const derived = derivedOf(report, bySegment, distributions);
    const figures = await figuresOf(page);
    const unknown = figures.filter(([field, value]) => !served.has(value) && !derived[field]?.has(value));
    assert.deepEqual(unknown, []);
    const fields = new Set(figures.map(([field]) => field));
    assert.deepEqual(kFields.filter((field) => !fields.has(field)), []);
    assert.ok(figures.length >= 300, `${figures.length} numbers`);
    t.diagnostic(`${figures.length} numbers in ${fields.size} fields`);
    assert.deepEqual(faults, []);
  });

  test(`equal: ${experiment}: the SQL on the page gives the counts and means in the table`, async (t) => {
    const { page } = await openTab(t, browser, url);
    await show(page, `${url}/report/${experiment}`);
    const report = await resultsOf(experiment, "");
    let compared = 0;
    for (const { metric } of report.metrics) {
      const article = page.locator(`[data-metric="${metric}"]`);
      const sql = await article.locator("header pre code").textContent();
      const rows = query(store, sql);
      for (const row of await article.locator("tbody tr[data-variant]").all()) {
        const variant = await row.getAttribute("data-variant");
        const found = rows.find((one) => one.variant === variant);
        const number = (field) => row.locator(`data[data-field=${field}]`).getAttribute("value").then(Number);
        assert.equal(found.n, await number("n"), `${metric} ${variant}`);
        const mean = await number("mean");
        assert.ok(Math.abs(found.mean - mean) <= 1e-9 * Math.abs(mean), `${metric} ${variant}: ${found.mean}, shown ${mean}`);
        compared += 1;
      }
    }
    assert.ok(compared >= 6, `${compared} compared`);
  });
}
