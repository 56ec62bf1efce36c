// What the reader can change on the report page: every control, its place in the address, and what the server is asked.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { accessibilityFaults, openTab, sharedBrowser, show } from "./browser.mjs";
import { sharedReportServer } from "./report_store.mjs";
import { analyzed, answerOf, crossfade } from "./support.mjs";

const { url, home } = await sharedReportServer();
const browser = await sharedBrowser();
const getJson = (target) => answerOf(url, target);
const kResults = "/api/v1/experiments/recommenders/results";
const kPrimary = "[data-metric=mean_time_per_session]";
const liftOf = (page, variant) =>
  page.locator(`${kPrimary} tr[data-variant=${variant}] [data-field=lift_interval]`).getAttribute("value");

test("controls: the confidence level asks the server again, and a link keeps it", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  const before = await liftOf(page, "top_pop");
  await page.getByLabel("Confidence").selectOption("0.8");
  await page.waitForFunction(([selector, value]) => document.querySelector(selector)?.value !== value,
    [`${kPrimary} tr[data-variant=top_pop] [data-field=lift_interval]`, before]);
  const report = await getJson(`${kResults}?confidence_level=0.8`);
  const expected = report.metrics[0].comparisons.find(({ variant }) => variant === "top_pop").lift_interval.join(" ");
  assert.equal(await liftOf(page, "top_pop"), expected);
  assert.match(page.url(), /\?level=0\.8$/);
  const { page: other } = await openTab(t, browser, url);
  await show(other, page.url());
  assert.equal(await liftOf(other, "top_pop"), expected);
  assert.equal(await other.getByLabel("Confidence").inputValue(), "0.8");
  assert.deepEqual(faults, []);
});

test("controls: effects are drawn absolute, and intervals can be taken away", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  await page.getByLabel("Effects").selectOption("effect");
  const chart = page.locator(`${kPrimary} svg.chart`);
  await page.locator(`${kPrimary} svg.chart[aria-label="Mean session time: difference to random, with intervals"]`).waitFor();
  assert.match(await chart.getAttribute("aria-description"), /^top_pop: effect /);
  const lines = () => chart.locator("g[stroke-width='1.5'] line").count();
  const before = await lines();
  await page.getByLabel("Single look").uncheck();
  await page.waitForFunction(([selector, n]) => document.querySelectorAll(selector).length < n,
    [`${kPrimary} svg.chart g[stroke-width='1.5'] line`, before]);
  assert.match(page.url(), /\?scale=effect&hide=fixed$/);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("controls: the report as of a day is what analyze --until prints", async (t) => {
  const { page } = await openTab(t, browser, url);
  const { health } = await getJson(kResults);
  const day = new Date(Date.parse(health.first_exposure.slice(0, 10)) + 4 * 86_400_000).toISOString().slice(0, 10);
  await show(page, `${url}/report/recommenders?at=${day}`);
  const printed = analyzed(home, "recommenders", "--until", day);
  const { lift_interval } = printed.metrics[0].comparisons.find(({ variant }) => variant === "top_pop");
  assert.equal(await liftOf(page, "top_pop"), lift_interval.join(" "));
  await page.getByRole("button", { name: "Show all data" }).click();
  await page.waitForFunction(() => !document.querySelector(".past"));
  assert.ok(!page.url().includes("at="));
});

test("controls: a day is typed, key by key, and one before all data can be changed", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  const { health } = await getJson(kResults);
  await show(page, `${url}/report/recommenders`);
  const [year, month, day] = health.first_exposure.slice(0, 10).split("-");
  const field = page.getByLabel("Data before");
  await field.focus();
  await page.keyboard.type(`${month}${day}${year}`, { delay: 120 });
  await page.getByText("Nobody had been in this experiment then").waitFor();
  assert.ok(page.url().endsWith(`?at=${year}-${month}-${day}`), page.url());
  assert.equal(await field.inputValue(), `${year}-${month}-${day}`);
  await field.fill(`${Number(year) + 1}-${month}-${day}`);
  await page.locator(`${kPrimary} tr[data-variant=top_pop]`).waitFor();
  assert.deepEqual(faults, []);
});

test("controls: a metric splits by a dimension, with the numbers of analyze --by", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  const { dimensions } = await getJson(kResults);
  const by = dimensions[0];
  await page.getByLabel("Split by").selectOption(by);
  await page.locator(".segments tr[data-level]").first().waitFor();
  const report = await getJson(`${kResults}?by=${encodeURIComponent(by)}`);
  const { levels } = report.metrics[0].segments[0];
  for (const { level, comparisons } of levels) {
    for (const { variant, effect, lift } of comparisons) {
      const row = page.locator(`.segments tr[data-level="${level}"][data-variant="${variant}"]`);
      const shown = async (field) => Number(await row.locator(`[data-field=${field}]`).first().getAttribute("value"));
      if (effect !== null) assert.equal(await shown("effect"), effect);
      if (lift !== null) assert.equal(await shown("lift"), lift);
    }
  }
  assert.match(await page.locator(".segments .checks").innerText(), /Cochran's Q|cannot be tested/);
  const chart = await page.locator(".segments svg.chart").getAttribute("aria-description");
  const clear = levels.flatMap(({ comparisons }) => comparisons).filter(({ p_value }) => p_value !== null && p_value < 0.05);
  assert.ok(clear.length > 0);
  assert.equal(chart.match(/better|worse/g)?.length, clear.length, chart);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("controls: the effect by days is there when it is opened", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  assert.equal(await page.locator("[data-days]").count(), 0);
  await page.locator("summary", { hasText: "Effect by days since exposure" }).click();
  await page.locator("[data-days] svg.chart").first().waitFor();
  const report = await getJson(`${kResults}?by_day=true`);
  for (const { variant, days } of report.metrics[0].by_day) {
    for (const { day, effect } of days.filter((one) => one.effect !== null)) {
      const figure = page.locator(`[data-days="${variant}"] tr[data-day="${day}"] [data-field=effect]`);
      assert.equal(Number(await figure.getAttribute("value")), effect);
    }
  }
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("controls: intervals by day are the server's, and named by the level of its answer", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  const report = await getJson(`${kResults}?by_day=true`);
  for (const { days } of report.metrics[0].by_day)
    for (const day of days) day.interval = day.effect === null ? null : [day.effect - 0.25, day.effect + 0.25];
  await page.route("**/results?*by_day=true*", (route) => route.fulfill({ json: { ...report, confidence_level: 0.8 } }));
  await show(page, `${url}/report/recommenders?level=0.8&open=days`);
  const [{ variant, days }] = report.metrics[0].by_day;
  const card = page.locator(`[data-days="${variant}"]`);
  await card.locator("svg.chart").waitFor();
  assert.match(await card.locator("thead").innerText(), /80\u202f% interval, track lengths/);
  for (const { day, interval } of days.filter((one) => one.interval)) {
    const shown = card.locator(`tr[data-day="${day}"] [data-field=interval]`);
    assert.equal(await shown.getAttribute("value"), interval.join(" "));
  }
  assert.deepEqual(faults, []);
});

test("controls: over time, each day is the report as of then", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  await page.locator("summary", { hasText: "Over time" }).click();
  await page.locator("[data-timeline] svg.chart").first().waitFor();
  const { points } = await getJson("/api/v1/experiments/recommenders/timeline");
  assert.ok(points.length >= 8);
  for (const { until, comparisons } of [points[3], points.at(-1)]) {
    const printed = analyzed(home, "recommenders", "--until", until);
    for (const { variant, lift } of comparisons) {
      const row = page.locator(`[data-timeline="${variant}"] tr[data-until="${until}"]`);
      assert.equal(Number(await row.locator("[data-field=lift]").getAttribute("value")), lift);
      assert.equal(printed.metrics[0].comparisons.find((one) => one.variant === variant).lift, lift);
    }
  }
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("controls: a link keeps the opened sections and the metric of the segments", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders?by=history`);
  await page.locator("summary", { hasText: "Over time" }).click();
  await page.locator("[data-timeline] svg.chart").first().waitFor();
  await page.locator("summary", { hasText: "Effect by days since exposure" }).click();
  await page.locator("[data-days] svg.chart").first().waitFor();
  await page.locator("select[name=metric]").selectOption("sessions");
  await page.locator(".segments svg.chart[aria-label^='Sessions by history']").waitFor();
  assert.match(page.url(), /\?by=history&metric=sessions&open=timeline%2Cdays$/);
  const { page: other } = await openTab(t, browser, url);
  await show(other, page.url());
  await other.locator("[data-timeline] svg.chart").first().waitFor();
  await other.locator("[data-days] svg.chart").first().waitFor();
  assert.equal(await other.locator("select[name=metric]").inputValue(), "sessions");
  await other.locator("summary", { hasText: "Over time" }).click();
  await other.waitForURL(/open=days$/);
  assert.equal(await other.locator("[data-timeline]").count(), 0);
  assert.deepEqual(faults, []);
});

test("controls: downloads are what analyze prints", async (t) => {
  const { page } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  for (const [name, format] of [["CSV", "csv"], ["Markdown", "markdown"], ["JSON", "json"]]) {
    const target = await page.getByRole("link", { name, exact: true }).getAttribute("href");
    const printed = execFileSync(crossfade, ["analyze", "recommenders", "--format", format], { cwd: home, encoding: "utf8" });
    const body = await (await fetch(url + target)).text();
    if (format === "json") assert.deepEqual(JSON.parse(body), JSON.parse(printed));
    else assert.equal(body, printed);
  }
});

test("overview: search, status and order choose, and stand in the address", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report`);
  const keys = () => page.locator(".experiment-link").allTextContents();
  assert.deepEqual(await keys(), ["aa", "recommenders", "later"]);
  await page.getByLabel("Order").selectOption("name");
  assert.deepEqual(await keys(), ["aa", "later", "recommenders"]);
  await page.getByLabel("Status").selectOption("running");
  assert.deepEqual(await keys(), ["aa", "recommenders"]);
  await page.getByLabel("Search").fill("Staying artist");
  assert.deepEqual(await keys(), ["recommenders"]);
  assert.match(page.url(), /\?q=Staying\+artist&status=running&order=name$/);
  await page.reload();
  await page.locator(".experiment-link").first().waitFor();
  assert.deepEqual(await keys(), ["recommenders"]);
  await page.getByLabel("Search").fill("nothing like it");
  await page.getByRole("button", { name: "Show all" }).click();
  assert.equal((await keys()).length, 3);
  assert.deepEqual(faults, []);
});

test("overview: the lifts of the primary metric are those that the report's verdict goes by", async (t) => {
  const { page } = await openTab(t, browser, url);
  await show(page, `${url}/report`);
  const report = await getJson(kResults);
  const row = page.locator("tbody tr", { has: page.locator("text=recommenders") }).last();
  const shown = (field) => page.locator(`tbody tr:has(a[href="/report/recommenders"]) [data-field=${field}]`)
    .evaluateAll((figures) => figures.map((figure) => figure.value));
  const { comparisons } = report.metrics[0];
  assert.deepEqual(await shown("lift"), comparisons.map(({ lift, cuped }) => String((cuped ?? { lift }).lift)), await row.innerText());
  assert.deepEqual(await shown("lift_interval"), comparisons.map(({ always_valid }) => always_valid.lift_interval.join(" ")));
});

// The links of the page's foot lead from a view to itself: only the query changes, and once nobody noticed.
test("links: one that leads to the view itself changes what is chosen there", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report?q=recommenders`);
  const keys = () => page.locator(".experiment-link").allTextContents();
  assert.deepEqual(await keys(), ["recommenders"]);
  await page.getByRole("link", { name: "All experiments" }).click();
  await page.locator(".experiment-link", { hasText: "later" }).waitFor();
  assert.deepEqual(await keys(), ["aa", "recommenders", "later"]);
  assert.equal(await page.getByLabel("Search").inputValue(), "");
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll(".experiment-link").length === 1);
  await show(page, `${url}/report/help/definitions?term=srm`);
  await page.locator(".definition.wanted").waitFor();
  await page.getByRole("link", { name: "Definitions" }).click();
  await page.waitForFunction(() => !document.querySelector(".definition.wanted"));
  assert.ok(page.url().endsWith("/report/help/definitions"));
  assert.deepEqual(faults, []);
});
