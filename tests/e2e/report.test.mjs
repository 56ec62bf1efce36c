// The report page in a browser, against the real server on a store that the real simulator filled.
import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { sentence } from "../../web/src/words.js";
import { accessibilityFaults, assertNoSidewaysScroll, openTab, settled, sharedBrowser, show } from "./browser.mjs";
import { kHostileOwner, kHostileText, sharedReportServer } from "./report_store.mjs";
import { answerOf, query, serve, temporaryDirectory } from "./support.mjs";

const { url, home } = await sharedReportServer();
const browser = await sharedBrowser();
const getJson = (target) => answerOf(url, target);

const kPrimary = ["mean_time_per_session"];
const kMinus = "\u2212";
// "+54.1 %" -> [54.1]; every number of a text with the size of its last digit.
function numbersIn(text) {
  const found = text.replaceAll(",", "").replaceAll(kMinus, "-").match(/[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g) ?? [];
  return found.map((number) => {
    const [mantissa, exponent = "0"] = number.split("e");
    return { value: Number(number), step: 10 ** (Number(exponent) - (mantissa.split(".")[1] ?? "").length) };
  });
}

// The text rounds to the values; "< 1e-12" is a bound. Texts in percent stand for fractions.
function assertRoundsTo(text, values, what) {
  const scale = text.includes("%") ? 100 : 1;
  const bare = text.replace(/(?<=\d), (?=[-+\u2212\d])/g, " ; ");  // the comma of an interval is none of thousands
  const shown = numbersIn(bare);
  assert.equal(shown.length, values.length, `${what}: ${text} against ${values}`);
  shown.forEach(({ value, step }, i) => {
    if (text.startsWith("<")) assert.ok(values[i] * scale < value, `${what}: ${text} against ${values[i]}`);
    else if (text.startsWith(">")) assert.ok(values[i] * scale > value, `${what}: ${text} against ${values[i]}`);
    else assert.ok(Math.abs(value - values[i] * scale) <= step * 0.5000001, `${what}: ${text} against ${values[i]}`);
  });
}

// Every number of a table row: field -> [text, exact values].
async function figuresOf(row) {
  const cells = await row.locator("data").evaluateAll((figures) =>
    figures.map((figure) => [figure.dataset.field, figure.textContent, figure.value]));
  return Object.fromEntries(cells.map(([field, text, value]) => [field, [text, value.split(" ").map(Number)]]));
}

// What the report says of a variant, under the names that the page gives to its figures; null is left out.
function expectedFigures(metric, variant) {
  const summary = metric.variants.find((row) => row.variant === variant);
  const comparison = metric.comparisons.find((row) => row.variant === variant) ?? {};
  const { effect, interval, lift, lift_interval, p_value, always_valid, group_sequential, guardrail } = comparison;
  const figures = {
    n: summary.n, mean: summary.mean, effect, interval, lift, lift_interval, p_value,
    adjusted_p_value: metric.adjustment === "none" ? undefined : comparison.adjusted_p_value,
    group_sequential_lift: group_sequential?.lift,
    group_sequential_lift_interval: group_sequential?.lift_interval,
    statistic: group_sequential?.statistic,
    bound: group_sequential?.bound,
    always_valid_lift_interval: always_valid?.lift_interval,
    always_valid_p_value: always_valid?.adjusted_p_value,
    guardrail_p_value: guardrail?.p_value,
    chance_to_win: comparison.bayesian?.chance_to_win,
    expected_loss: comparison.bayesian?.expected_loss,
    mde: comparison.mde?.achieved,
    ...cupedFigures(comparison.cuped, metric.adjustment),
    ...decidingFigures(comparison.deciding),
  };
  return Object.fromEntries(Object.entries(figures)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([field, value]) => [field, [value].flat()]));
}

// What the verdict goes by.
function decidingFigures(deciding) {
  if (!deciding?.by) return {};
  const { effect, interval, lift, lift_interval } = deciding;
  return { deciding_effect: effect, deciding_interval: interval, deciding_lift: lift, deciding_lift_interval: lift_interval };
}

function cupedFigures(cuped, adjustment) {
  if (!cuped) return {};
  return {
    cuped_lift: cuped.lift, cuped_lift_interval: cuped.lift_interval, variance_reduction: cuped.variance_reduction,
    cuped_p_value: adjustment === "none" ? cuped.p_value : cuped.adjusted_p_value,
  };
}

function assertFigures(shown, expected, what) {
  assert.deepEqual(Object.keys(shown).sort(), Object.keys(expected).sort(), what);
  for (const [field, [text, values]] of Object.entries(shown)) {
    assert.deepEqual(values, expected[field], `${what} ${field}`);
    assertRoundsTo(text, values, `${what} ${field}`);
  }
}

test("report: the list has every experiment with its verdict, and leads to each", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report`);
  const { experiments } = await getJson("/api/v1/experiments");
  assert.deepEqual(await page.locator(".experiment-link").allTextContents(), experiments.map((e) => e.experiment));
  for (const experiment of experiments) {
    const row = page.locator("tbody tr", { has: page.locator(`text="${experiment.experiment}"`) });
    const text = await row.innerText();
    const units = Object.values(experiment.units).reduce((sum, n) => sum + n, 0).toLocaleString("en");
    const { hypothesis, owner: who, status, decision } = experiment;
    for (const part of [hypothesis, who, status, units, sentence(decision.summary ?? decision.reasons[0], kPrimary)])
      assert.ok(text.includes(part), `${part} in ${text}`);
  }
  await page.getByRole("link", { name: "recommenders" }).click();
  await page.getByRole("heading", { level: 1, name: "recommenders" }).waitFor();
  assert.equal(page.url(), `${url}/report/recommenders`);
  assert.equal(await page.title(), "recommenders · Crossfade");
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Experiments" }).waitFor();
  assert.deepEqual(faults, []);
});

test("report: an experiment opens by its address, verdict first, then health, then the primary metric", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  const report = await getJson("/api/v1/experiments/recommenders/results");
  assert.deepEqual((await page.locator("main h2").allInnerTexts()).slice(1),
    ["Health", "Who answered", "Metrics", "Over time", "Traffic by day", "Distributions", "Segments",
      "Effect by days since exposure", "Configuration", "Where the data come from"]);
  assert.equal(await page.locator(".verdict-summary").innerText(), sentence(report.decision.summary, kPrimary));
  const metrics = await page.locator("[data-metric]").evaluateAll((sections) => sections.map((s) => s.dataset.metric));
  assert.equal(metrics[0], "mean_time_per_session");
  assert.deepEqual([...metrics].sort(), report.metrics.map(({ metric }) => metric).sort());
  assert.equal(await page.locator("[data-metric] h3").first().innerText(), "Mean session time Primary");
  assert.match(await page.locator("[data-metric=sessions]").innerText(), /Must not get worse by more than 10\u202f%/);
  const latency = await page.locator("[data-metric=mean_request_latency]").innerText();
  assert.match(latency, /Not measured: no unit has a value\./);
  assert.deepEqual(faults, []);
});

test("report: every number of the tables is the one of the JSON, rounded", async (t) => {
  const { page } = await openTab(t, browser, url);
  for (const experiment of ["aa", "recommenders"]) {
    await show(page, `${url}/report/${experiment}`);
    const report = await getJson(`/api/v1/experiments/${experiment}/results`);
    let compared = 0;
    for (const metric of report.metrics.filter(({ variants }) => variants.some(({ n }) => n > 0))) {
      for (const { variant } of metric.variants) {
        const row = page.locator(`[data-metric="${metric.metric}"] tr[data-variant="${variant}"]`);
        assertFigures(await figuresOf(row), expectedFigures(metric, variant), `${metric.metric} ${variant}`);
        compared += 1;
      }
    }
    assert.ok(compared >= 8);
  }
});

test("report: health has units, expectation, share, and the session budget of each variant", async (t) => {
  const { page } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  const { units, srm, health } = await getJson("/api/v1/experiments/recommenders/results");
  const total = Object.values(units).reduce((sum, n) => sum + n, 0);
  assert.equal(total, query(path.join(home, "crossfade.db"),
    "SELECT COUNT(DISTINCT unit) AS n FROM exposures WHERE experiment = 'recommenders'")[0].n);
  for (const [i, variant] of srm.variants.entries()) {
    const row = page.locator(`[aria-labelledby=health] tr[data-variant="${variant}"]`);
    const budget = health.tracks_minus_time_per_session[i];
    const before = health.balance?.variants.some(({ n }) => n > 0)
      ? health.balance.variants.find((one) => one.variant === variant) : null;
    const expected = {
      ...(before && { history: [before.share] }), ...(before && before.mean !== null && { before: [before.mean] }),
      units: [units[variant]], expected: [srm.expected[i]], share: [units[variant] / total],
      defined: [health.primary_defined.variants[i].share], budget: [budget.mean],
      budget_standard_error: [budget.standard_error],
    };
    assertFigures(await figuresOf(row), expected, variant);
    assert.ok(Math.abs(budget.mean - 5) < 5 * budget.standard_error, "tracks - time is the budget of 5");
  }
  const checks = await page.locator(".checks").innerText();
  assert.match(checks, /Units are split as planned\..*p\s=\s\d/);
  assert.match(checks, /No unit is left out\./);
});

test("report: a chart is one picture whose description has the numbers of the table", async (t) => {
  const { page } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  const section = page.locator("[data-metric=mean_time_per_session]");
  const chart = section.getByRole("img", { name: "Mean session time: lift over random, with intervals" });
  const description = await chart.getAttribute("aria-description");
  for (const variant of ["top_pop", "sticky_artist"]) {
    const row = section.locator(`tr[data-variant="${variant}"]`);
    const lift = await row.locator("[data-field=deciding_lift]").innerText();
    const interval = await row.locator("[data-field=deciding_lift_interval]").innerText();
    assert.ok(description.includes(`${variant}: lift ${lift}, always-valid, interval ${interval}, `), description);
    assert.ok((await chart.textContent()).includes(`${lift}  ${interval}`));
  }
  assert.equal(await chart.locator("style").count(), 0);
});

test("report: texts of the configuration stay texts", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  for (const address of ["/report", "/report/aa"]) {
    await show(page, url + address);
    const text = await page.locator("main").innerText();
    assert.ok(text.includes(kHostileText) && text.includes(kHostileOwner), text);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator("main img, main script").count(), 0);
  }
  const address = `/report/${encodeURIComponent("<img src=x onerror=window.hacked=1>")}`;
  await show(page, url + address);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.deepEqual(faults.filter((fault) => !fault.includes("404")), []);
});

test("report: what is not there says what to do next", async (t) => {
  const { page } = await openTab(t, browser, url);
  await show(page, `${url}/report/later`);
  assert.match(await page.locator("main").innerText(), /Nobody has been in this experiment yet[\s\S]*status: running/);
  assert.equal(await page.locator("[data-metric]").count(), 0);
  await show(page, `${url}/report/recomenders`);
  const missing = await page.locator("main").innerText();
  assert.match(missing, /There is no such experiment[\s\S]*did you mean "recommenders"\?[\s\S]*See all experiments/);
  await show(page, `${url}/report/a/b`);
  assert.match(await page.locator("main").innerText(), /There is no such page/);
});

test("report: a server that is gone is said so, and asked again on demand", async (t) => {
  const empty = temporaryDirectory(t);
  copyFileSync(path.join(home, "world/tracks.json"), path.join(empty, "tracks.json"));
  const nothing = "version: 1\nrecommenders: {random: {type: random}}\nparameters: {recommender: random}\n";
  writeFileSync(path.join(empty, "experiments.yaml"), nothing);
  const server = await serve(t, empty, ["--world", "."]);
  const { page } = await openTab(t, browser, server.url);
  await show(page, `${server.url}/report`);
  assert.match(await page.locator("main").innerText(), /No experiments yet[\s\S]*crossfade simulate/);

  const interface_ = "**/api/v1/experiments";
  await page.route(interface_, (route) => route.abort());
  await show(page, `${server.url}/report`);
  assert.match(await page.locator("main").innerText(), /The server does not answer\.[\s\S]*crossfade serve/);
  await page.route(interface_, (route) => route.fulfill({
    status: 500, contentType: "application/problem+json", body: '{"detail": "the store is locked"}',
  }));
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("the store is locked").waitFor();
  await page.unroute(interface_);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: "No experiments yet" }).waitFor();
});

// States that the store of these tests is not in: the server's own answer, changed on its way.
async function withReport(t, change, look) {
  const { page, faults } = await openTab(t, browser, url);
  const report = await getJson("/api/v1/experiments/recommenders/results");
  change(report);
  await page.route("**/results*", (route) => route.fulfill({ json: report }));
  await show(page, `${url}/report/recommenders`);
  await look(page);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
}

test("report: an invalid experiment shows its lifts only to who asks for them", (t) => withReport(t,
  (report) => {
    Object.assign(report.srm, { mismatch: true, p_value: 3.2e-9 });
    report.excluded = { multiple_variants: 31, overrides: 2 };
    report.decision = { verdict: "INVALID", variant: null, reasons: ["Units are not split as configured."] };
  },
  async (page) => {
    assert.match(await page.locator(".verdict").innerText(), /Invalid\s+Units are not split as configured\./);
    const checks = await page.locator(".checks").innerText();
    assert.match(checks, /Sample ratio mismatch:.*p\s=\s3\.2e\u22129/);
    assert.match(checks, /Left out: 31 units seen in several variants .*, 2 units put into a variant by an override/);
    await page.getByText("The experiment is invalid, so its lifts mean nothing.").waitFor();
    await page.getByRole("button", { name: "Show them to find the fault" }).click();
    await page.locator("[data-metric] svg.chart").first().waitFor();
    assert.match(page.url(), /\?force=true$/);
    const headings = await page.locator("main h2").allInnerTexts();
    for (const section of ["Over time", "Distributions", "Segments", "Effect by days since exposure"])
      assert.ok(headings.includes(section), `${section} helps to find the fault, too`);
    await page.locator("summary", { hasText: "Over time" }).click();
    await page.locator("[data-timeline] svg.chart").first().waitFor();
  }));

// "Ship" and a green check stood beside three warnings.
test("report: a verdict beside warnings says so, and looks it", (t) => withReport(t,
  (report) => {
    const warnings = ["One thing.", "Another.", "A third."];
    Object.assign(report.health, { grade: "warning", warnings, data_warnings: warnings, serious_warnings: [] });
    report.decision = { verdict: "SHIP", caution: "but look at 3 warnings first", variant: "top_pop", summary: "It is better.", reasons: [] };
  },
  async (page) => {
    await page.locator(".verdict.tone-warning").waitFor();
    const said = await page.locator(".verdict").innerText();
    assert.match(said, /Ship top_pop – but look at 3 warnings first/);
    assert.match(said, /Look at the warnings first\. Ship this variant\./);
    assert.equal(await page.locator("[data-check=data_warning]").count(), 3);
    await page.locator(".verdict .caution button").click();
    await page.waitForFunction(() => Math.abs(document.getElementById("health").getBoundingClientRect().top) < 5
      || scrollY + innerHeight >= document.documentElement.scrollHeight - 5);
  }));

test("report: data that are not what the configuration asks for are said to be, whether anybody is left or not", async (t) => {
  const warning = "31 units seen in version 1 only: version 2 is analysed.";
  const check = (page) => page.locator("[data-check=data_warning]").innerText();
  await withReport(t, (report) => Object.assign(report.health, { data_warnings: [warning], warnings: [warning] }),
    async (page) => assert.match(await check(page), /^31 units seen in version 1 only/));
  await withReport(t,
    (report) => {
      Object.assign(report.health, { data_warnings: [warning], warnings: [warning] });
      Object.assign(report, { units: { random: 0 }, metrics: [], data_through: null });
    },
    async (page) => {
      assert.match(await check(page), /^31 units/);
      await page.getByRole("heading", { name: "Nobody has been in this version of the experiment yet" }).waitFor();
    });
});

test("report: who answered is not waited for where no session has ended", (t) => withReport(t,
  (report) => Object.assign(report, { data_through: null }),
  async (page) => {
    await page.locator("[data-metric]").first().waitFor();
    assert.equal(await page.locator("[data-check=fallback]").count(), 0);
    assert.ok(!(await page.locator("main").innerText()).includes("Counting who answered"));
  }));

test("report: where only the lift is not defined, the effect is drawn for who wants it", (t) => withReport(t,
  (report) => {
    for (const comparison of report.metrics[0].comparisons)
      Object.assign(comparison, { lift: null, lift_interval: null, reason: "zero_control_mean" });
  },
  async (page) => {
    const section = page.locator("[data-metric=mean_time_per_session]");
    await section.getByText("No lift to show: the control's mean is 0. Effects can be shown absolute.").waitFor();
    assert.equal(await section.locator("svg.chart").count(), 0);
    await page.getByLabel("Effects").selectOption("effect");
    await section.locator("svg.chart[aria-label='Mean session time: difference to random, with intervals']").waitFor();
    assert.equal(await section.locator(".nothing").count(), 0);
  }));

test("report: a chosen level is not said to be the configured one, and none is rounded to certainty", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  const report = await getJson("/api/v1/experiments/recommenders/results");
  await page.route("**/results*", (route) => {
    const level = new URL(route.request().url()).searchParams.get("confidence_level");
    return route.fulfill({ json: { ...report, confidence_level: Number(level ?? 0.999), configured_confidence_level: 0.999 } });
  });
  const level = page.locator("#level option").first();
  const shown = () => page.locator(".report-header .facts").innerText();
  await show(page, `${url}/report/recommenders`);
  assert.match(await shown(), /99\.9\u202f%/);
  assert.equal(await level.textContent(), "99.9\u202f% (configured)");
  await show(page, `${url}/report/recommenders?level=0.8`);
  assert.match(await shown(), /80\u202f%/);
  assert.equal(await level.textContent(), "99.9\u202f% (configured)");
  assert.doesNotMatch(await page.locator("main").innerText(), /100\u202f% interval/);
  assert.deepEqual(faults, []);
});

test("report: the list does not say of a split that was not tested that it is as planned", async (t) => {
  const { page } = await openTab(t, browser, url);
  const answer = await getJson("/api/v1/experiments");
  Object.assign(answer.experiments[0], { srm_p_value: null });
  Object.assign(answer.experiments[1], { srm_p_value: 0.4 });
  await page.route("**/api/v1/experiments", (route) => route.fulfill({ json: answer }));
  await show(page, `${url}/report`);
  const cells = await page.locator("[data-label=Health]").allInnerTexts();
  assert.deepEqual(cells.map((text) => text.trim()), ["split not tested", "Split as planned", "no units yet"]);
});

test("report: what is not defined is said in words, with the reason", (t) => withReport(t,
  (report) => {
    const [unbounded, undefinedOne] = report.metrics[0].comparisons;
    Object.assign(unbounded, { lift_interval: null, reason: "unbounded" });
    for (const view of [unbounded.deciding, unbounded.always_valid]) Object.assign(view, { lift_interval: null, reason: "unbounded" });
    for (const field of ["effect", "interval", "lift", "lift_interval", "p_value", "adjusted_p_value"])
      undefinedOne[field] = null;
    Object.assign(undefinedOne, { significant: false, reason: "insufficient_data" });
    Object.assign(undefinedOne.always_valid,
      { p_value: null, adjusted_p_value: null, interval: null, lift_interval: null, reason: "insufficient_data" });
    undefinedOne.deciding = { by: null, label: null, effect: null, interval: null, lift: null, lift_interval: null,
      significant: false, reason: "insufficient_data" };
    report.health.primary_defined = { ...report.health.primary_defined, p_value: null, reason: "insufficient_data" };
  },
  async (page) => {
    const section = page.locator("[data-metric=mean_time_per_session]");
    const rowOf = (variant) => section.locator(`tr[data-variant=${variant}]`).innerText();
    assert.match(await rowOf("top_pop"), /unbounded: the control's mean may be 0/);
    assert.match(await rowOf("sticky_artist"), /—\s+—[\s\S]*not enough data yet/);
    assert.match(await section.locator("svg.chart").textContent(), /not enough data yet/);
    assert.doesNotMatch(await page.locator("main").innerText(), /NaN|null|undefined/);
  }));

test("report: a guardrail beyond its margin is drawn and said", (t) => withReport(t,
  (report) => {
    const metric = report.metrics.find(({ margin }) => margin);
    Object.assign(metric.comparisons[1], { lift: -0.3, lift_interval: [-0.4, -0.2], significant: true });
    Object.assign(metric.comparisons[1].guardrail, { failed: true, non_inferior: false, p_value: 0.999 });
    report.decision = { verdict: "GUARDRAIL_FAIL", variant: null, reasons: ["sticky_artist is beyond the margin."] };
  },
  async (page) => {
    assert.match(await page.locator(".verdict").innerText(), /Guardrail failed/);
    const section = page.locator("[data-metric=sessions]");
    assert.match(await section.locator("tr[data-variant=sticky_artist]").innerText(), /Loss above 10\u202f%: shown/);
    assert.equal(await section.locator("svg.chart [fill='var(--chart-beyond)'] rect").count(), 1);
  }));

test("report: everything is reached by keyboard, and the focus follows a link", async (t) => {
  const { page } = await openTab(t, browser, url, { viewport: { width: 390, height: 844 } });
  await show(page, `${url}/report`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.locator(".experiment-link", { hasText: "recommenders" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "recommenders" }).waitFor();
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  const frame = page.getByRole("region", { name: "Mean session time, table" });
  await frame.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.activeElement.scrollLeft > 0);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`report: accessible and never wider than the window, ${colorScheme}, ${width} pixels`, async (t) => {
      const options = { colorScheme, viewport: { width, height: 844 } };
      const { page, faults } = await openTab(t, browser, url, options);
      for (const address of ["/report", "/report/aa", "/report/recommenders", "/report/later"]) {
        await show(page, url + address);
        assert.deepEqual(await accessibilityFaults(page), [], address);
        await assertNoSidewaysScroll(page);
      }
      assert.deepEqual(faults, []);
    });
  }
}
