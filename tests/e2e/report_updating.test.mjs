// What is shown when an answer takes its time, or does not come: never the numbers of one question under another.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityFaults, assertNoSidewaysScroll, openTab, sharedBrowser, show } from "./browser.mjs";
import { sharedReportServer } from "./report_store.mjs";
import { answerOf } from "./support.mjs";

const { url } = await sharedReportServer();
const browser = await sharedBrowser();
const kExperiment = `${url}/report/recommenders`;
const kResults = "/api/v1/experiments/recommenders/results";
const getJson = (target) => answerOf(url, target);
const kBusy = { status: 503, contentType: "application/problem+json", body: JSON.stringify({ detail: "The store is busy." }) };

const intervalOf = (page, scope) => page.locator(`${scope} [data-field=lift_interval]`).first().getAttribute("value");
const kPrimary = "[data-metric=mean_time_per_session]";

// What the page was expected to suffer is no fault of it.
const otherThan503 = (faults) => faults.filter((fault) => !fault.includes("503"));

test("updating: a day whose answer fails does not put its name over the verdict of all data", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, kExperiment);
  const before = await intervalOf(page, kPrimary);
  const day = new Date(Date.parse((await getJson(kResults)).health.first_exposure.slice(0, 10)) + 4 * 86_400_000).toISOString().slice(0, 10);
  const route = `**/results?at=${day}`;
  await page.route(route, (request) => request.fulfill(kBusy));
  await page.getByLabel("Data before").fill(day);
  const bar = page.locator("main > .updating");
  await bar.getByText("What was chosen could not be loaded; what stands here is as it was before. The store is busy.").waitFor();
  assert.equal(await page.locator(".past").count(), 0);
  assert.equal(await page.locator(".dated.outdated .verdict").count(), 1);
  assert.equal(await page.locator(`.dated.outdated ${kPrimary}`).count(), 1);
  assert.equal(await intervalOf(page, kPrimary), before);
  await page.evaluate(() => scrollTo(0, 0));
  const boxOf = (selector) => page.locator(selector).first().boundingBox();
  const [said, verdict] = [await boxOf(".updating .failed"), await boxOf(".verdict")];
  assert.ok(said.y + said.height <= verdict.y, "the message hides nothing");
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.unroute(route);
  await bar.getByRole("button", { name: "Try again" }).click();
  await page.locator(".past", { hasText: "As of" }).waitFor();
  assert.notEqual(await intervalOf(page, kPrimary), before);
  assert.equal(await page.locator(".outdated").count(), 0);
  assert.equal((await bar.textContent()).trim(), "");
  assert.deepEqual(otherThan503(faults), []);
});

test("updating: until another level is there, the numbers of the old one are said to be old", async (t) => {
  const { page, faults } = await openTab(t, browser, url, { viewport: { width: 390, height: 844 } });
  await show(page, kExperiment);
  let letGo = () => {};
  const held = new Promise((resolve) => { letGo = resolve; });
  await page.route("**/results?confidence_level=0.8", async (route) => {
    await held;
    await route.continue();
  });
  await page.getByLabel("Confidence").selectOption("0.8");
  await page.locator("main > .updating > span", { hasText: "Updating" }).waitFor();
  assert.equal(await page.locator("[aria-busy=true] .verdict").count(), 1);
  await assertNoSidewaysScroll(page);
  letGo();
  await page.waitForFunction(() => !document.querySelector(".outdated, [aria-busy]"));
  assert.match(await page.locator(".report-header .facts").innerText(), /80\u202f%/);
  assert.deepEqual(faults, []);
});

test("updating: a section whose answer fails says so above what it had", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${kExperiment}?by=history&open=timeline,days,distributions`);
  const sections = [[".segments", "by=history"], ["[aria-labelledby=timeline]", "timeline"],
    ["[aria-labelledby=days]", "by_day=true"], ["[aria-labelledby=distributions]", "distributions=true"]];
  for (const [selector] of sections) await page.locator(`${selector} svg.chart`).first().waitFor();
  const before = await intervalOf(page, ".segments");
  const later = (address) => address.search.includes("confidence_level=0.8") && sections.some(([, name]) => address.href.includes(name));
  await page.route(later, (route) => route.fulfill(kBusy));
  await page.getByLabel("Confidence").selectOption("0.8");
  for (const [selector] of sections) {
    const alert = page.locator(selector).getByRole("alert");
    await alert.getByText("What was chosen could not be loaded; what stands here is as it was before. The store is busy.").waitFor();
    assert.equal(await page.locator(`${selector} .dated.outdated`).count(), 1, selector);
  }
  assert.equal(await intervalOf(page, ".segments"), before);
  assert.equal(await page.locator(`.outdated ${kPrimary}`).count(), 0, "the report itself has its answer");
  await page.unroute(later);
  for (const [selector] of sections) await page.locator(selector).getByRole("button", { name: "Try again" }).click();
  await page.waitForFunction(() => !document.querySelector(".outdated, .unanswered"));
  assert.notEqual(await intervalOf(page, ".segments"), before);
  assert.deepEqual(otherThan503(faults), []);
});

test("updating: who answered is asked for again on demand", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  const route = "**/results?*traffic=true*";
  await page.route(route, (request) => request.fulfill(kBusy));
  await show(page, `${kExperiment}?open=by-day`);
  const check = page.locator("[data-check=fallback]");
  await check.getByText("Who answered could not be counted: The store is busy.").waitFor();
  await page.locator("[aria-labelledby=by-day]").getByRole("alert").getByText("The store is busy.").waitFor();
  await page.unroute(route);
  await check.getByRole("button", { name: "Try again" }).click();
  await page.locator("[aria-labelledby=by-day] svg.chart").first().waitFor();
  await check.getByText(/^(No answer came|In no variant|Often another)/).waitFor();
  assert.deepEqual(otherThan503(faults), []);
});

test("updating: charts that cannot be loaded leave the numbers, and a way to load them", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  let asked = 0;
  await page.route("**/assets/plots-*.js", (route) => {
    asked += 1;
    return route.abort();
  });
  await page.goto(`${kExperiment}?open=timeline`);
  const metric = page.locator(kPrimary);
  await metric.getByText("The chart could not be loaded; the numbers are in the table.").waitFor();
  await page.locator("[data-timeline]").first().getByText("The chart could not be loaded").waitFor();
  assert.equal(asked, 1, "for all charts");
  assert.ok(await intervalOf(page, kPrimary));
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.unroute("**/assets/plots-*.js");
  await metric.getByRole("button", { name: "Load the page again" }).click();
  await metric.locator("svg.chart").waitFor();
  await page.locator("[data-timeline] svg.chart").first().waitFor();
  assert.deepEqual(faults.filter((fault) => !fault.includes("Failed to load resource")), []);
});

test("updating: a page that is printed before its charts have come has its numbers, and gets its charts afterwards", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  let letGo = () => {};
  const held = new Promise((resolve) => { letGo = resolve; });
  await page.route("**/assets/plots-*.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(kExperiment);
  await page.locator(kPrimary).waitFor();
  await page.evaluate(() => addEventListener("beforeprint", () => {
    globalThis.printed = [document.querySelectorAll("svg.chart").length, document.querySelectorAll("[data-metric] tbody tr").length];
  }));
  await page.pdf();
  const [charts, rows] = await page.evaluate(() => globalThis.printed);
  assert.equal(charts, 0);
  assert.ok(rows > 4);
  letGo();
  await page.locator(`${kPrimary} svg.chart`).waitFor();
  assert.deepEqual(faults, []);
});

// A browser gives no frames to a tab that is opened in the background.
test("updating: a tab that was opened in the background shows its metrics when it is seen", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await page.addInitScript(() => {
    const frames = [];
    const real = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.requestAnimationFrame = (callback) => frames.push(callback);
    globalThis.seen = () => {
      globalThis.requestAnimationFrame = real;
      for (const callback of frames) real(callback);
    };
  });
  await page.goto(kExperiment);
  await page.locator(".verdict").waitFor();
  await page.getByText("Loading the metrics").waitFor();
  assert.equal(await page.locator("[data-metric]").count(), 0);
  await page.evaluate(() => globalThis.seen());
  await page.locator(`${kPrimary} svg.chart`).waitFor();
  assert.equal(await page.getByText("Loading the metrics").count(), 0);
  assert.deepEqual(faults, []);
});
