// Every number of the report page says what it is: by mouse, by keyboard and by touch, and its SQL runs.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { kGlossary } from "../../web/src/glossary.js";
import { accessibilityFaults, assertNoSidewaysScroll, openTab, settled, sharedBrowser, show } from "./browser.mjs";
import { sharedReportServer } from "./report_store.mjs";
import { Client, query } from "./support.mjs";

const { url, home } = await sharedReportServer();
const browser = await sharedBrowser();
const kPrimary = "[data-metric=mean_time_per_session]";
const store = path.join(home, "crossfade.db");

// What is open, as the reader sees it: in the top layer, inside the window.
const openExplanation = (page) => page.evaluate(() => {
  const all = [...document.querySelectorAll(".explanation")];
  if (all.length === 0) return null;
  const [box] = all;
  const { left, right, top, bottom } = box.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  return {
    count: all.length, top: box.matches(":popover-open"),
    inside: left >= 0 && top >= 0 && right <= clientWidth && bottom <= clientHeight,
    title: box.querySelector("strong").textContent, formula: box.querySelector(".formula").textContent,
    described: document.getElementById(document.activeElement.getAttribute("aria-describedby"))?.textContent,
  };
});

// Focus opens it, Escape closes it, and the focus stays.
async function assertExplained(page, button, what) {
  await button.focus();
  await page.locator(".explanation").waitFor();
  const term = await button.evaluate((element) => element.parentElement.dataset.term);
  const { title, formula, what: words } = kGlossary[term];
  assert.deepEqual(await openExplanation(page), { count: 1, top: true, inside: true, title, formula, described: words }, what);
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Escape");
  await page.locator(".explanation").waitFor({ state: "detached" });
  assert.ok(await button.evaluate((element) => element === document.activeElement), what);
}

for (const [width, colorScheme] of [[1280, "light"], [390, "dark"]]) {
  test(`explain: every heading of the tables and every check, by keyboard, ${width} pixels, ${colorScheme}`, async (t) => {
    const { page, faults } = await openTab(t, browser, url, { viewport: { width, height: 844 }, colorScheme });
    await show(page, `${url}/report/recommenders`);
    let explained = 0;
    for (const place of ["[aria-labelledby=health] th[scope=col]", `${kPrimary} th[scope=col]`, "[data-metric=sessions] th[scope=col]"]) {
      for (const heading of (await page.locator(place).all()).slice(1)) {  // not of the variant's name
        const buttons = await heading.locator(".explain > button").all();
        assert.ok(buttons.length > 0, await heading.innerText());
        for (const button of buttons) await assertExplained(page, button, await heading.innerText());
        explained += buttons.length;
      }
    }
    assert.ok(explained >= 25, `${explained}`);
    const checks = await page.locator(".checks > .check").all();
    assert.ok(checks.length >= 4);
    for (const check of checks) await assertExplained(page, check.locator(".explain > button"), await check.innerText());
    for (const name of ["What is this: Verdict", "What is this: Confidence level"])
      await assertExplained(page, page.getByRole("button", { name }), name);
    await assertNoSidewaysScroll(page);
    assert.deepEqual(faults, []);
  });
}

test("explain: the list's headings, too", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report`);
  const buttons = await page.locator(".experiments thead .explain > button").all();
  assert.equal(buttons.length, 4);
  for (const button of buttons) await assertExplained(page, button, await button.innerText());
  assert.deepEqual(faults, []);
});

test("explain: the mouse opens it, reaches it, and leaves it; a click keeps it", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await page.clock.install();
  await show(page, `${url}/report/recommenders`);
  const button = page.locator(`${kPrimary} th .explain[data-term=lift] > button`);
  await button.hover();
  await page.clock.runFor(200);
  await page.locator(".explanation").hover();
  await page.clock.runFor(1000);
  assert.equal((await openExplanation(page)).title, "Lift");
  await page.mouse.move(5, 5);
  await page.clock.runFor(1000);
  await page.locator(".explanation").waitFor({ state: "detached" });
  await button.click();
  await page.mouse.move(5, 5);
  await page.clock.runFor(1000);
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.mouse.click(5, 500);
  await page.clock.runFor(100);
  await page.locator(".explanation").waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
});

test("explain: Tab passes a heading in one step; Enter opens the way to SQL and to all definitions", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders`);
  const term = () => page.evaluate(() => document.activeElement.closest(".explain")?.dataset.term);
  await page.locator("[aria-labelledby=health] th .explain[data-term=units] > button").focus();
  await page.keyboard.press("Tab");
  assert.equal(await term(), "expected");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "SQL");
  await page.keyboard.press("Enter");
  const sql = await page.locator(".explanation .sql").innerText();
  const counted = Object.fromEntries(query(store, sql).map(({ variant, units }) => [variant, units]));
  const { units } = await (await fetch(`${url}/api/v1/experiments/recommenders/results`)).json();
  assert.deepEqual(counted, units);
  await page.keyboard.press("Tab");
  const [other] = await Promise.all([page.context().waitForEvent("page"), page.keyboard.press("Enter")]);
  await other.getByRole("heading", { level: 1, name: "Definitions" }).waitFor();
  assert.match(other.url(), /\/report\/help\/definitions\?term=units$/);
  assert.ok(await other.locator("[aria-current=true]", { hasText: "Units" }).first().isVisible());
  assert.deepEqual(faults, []);
});

test("explain: a tap opens it, a second one closes it", async (t) => {
  const { page } = await openTab(t, browser, url, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await show(page, `${url}/report/recommenders`);
  const button = page.locator("[data-check=srm] .explain > button");
  await button.tap();
  assert.deepEqual([(await openExplanation(page)).title, (await openExplanation(page)).inside], ["Sample ratio mismatch", true]);
  await button.tap();
  await page.locator(".explanation").waitFor({ state: "detached" });
});

test("explain: the SQL of every definition runs on the store", () => {
  let run = 0;
  for (const [term, { sql }] of Object.entries(kGlossary)) {
    if (!sql) continue;
    assert.doesNotThrow(() => query(store, sql("recommenders")), term);
    run += 1;
  }
  assert.ok(run >= 8);
});

test("explain: the SQL gives the numbers that the page shows", async () => {
  const client = new Client(url);  // fetch would try a connection that the server closed during the test before
  const { units, health, data_through } = JSON.parse((await client.get("/api/v1/experiments/recommenders/results")).body);
  client.close();
  const rows = (term) => query(store, kGlossary[term].sql("recommenders"));
  const total = Object.values(units).reduce((sum, n) => sum + n, 0);
  for (const { variant, share } of rows("share")) assert.equal(share, units[variant] / total);
  for (const { variant, share } of rows("defined"))
    assert.equal(share, health.primary_defined.variants.find((one) => one.variant === variant).share);
  for (const { variant, tracks_minus_time } of rows("budget")) {
    const { mean } = health.tracks_minus_time_per_session.find((one) => one.variant === variant);
    assert.ok(Math.abs(tracks_minus_time - mean) < 1e-9 * mean);
  }
  assert.deepEqual(rows("data_through"), [{ data_through }]);
  assert.deepEqual(rows("excluded"), [{ seen_in_several: 0 }]);
  assert.equal(rows("days")[0].first_exposure, health.first_exposure);
});

test("explain: all definitions stand on one page, with and without a server's help", async (t) => {
  for (const options of [{ viewport: { width: 1280, height: 900 } }, { viewport: { width: 390, height: 844 }, colorScheme: "dark" }]) {
    const { page, faults } = await openTab(t, browser, url, options);
    await show(page, `${url}/report`);
    await page.getByRole("link", { name: "Definitions" }).click();
    await page.getByRole("heading", { level: 1, name: "Definitions" }).waitFor();
    await settled(page);
    assert.equal(await page.locator(".definition").count(), Object.keys(kGlossary).length);
    assert.deepEqual(await accessibilityFaults(page), []);
    await assertNoSidewaysScroll(page);
    await page.getByLabel("Search").fill("sample ratio MISMATCH");
    const shown = await page.locator(".definition h3").allTextContents();
    assert.ok(shown.includes("Sample ratio mismatch") && shown.length < 8, shown.join());
    assert.equal(page.url(), `${url}/report/help/definitions?q=sample+ratio+MISMATCH`);
    await page.getByLabel("Search").fill("no such word");
    await page.getByRole("button", { name: "Show all" }).click();
    assert.equal(await page.locator(".definition").count(), Object.keys(kGlossary).length);
    assert.deepEqual(faults, []);
  }
});

test("explain: a metric shows the statement that gives its numbers", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  const report = await (await fetch(`${url}/api/v1/experiments/recommenders/results`)).json();
  for (const metric of report.metrics) metric.sql ??= `SELECT '${metric.metric}' AS metric, variant, n, mean FROM x;`;
  await page.route("**/results*", (route) => route.fulfill({ json: report }));
  await show(page, `${url}/report/recommenders`);
  await page.locator(`${kPrimary} > header summary`, { hasText: "SQL" }).click();
  assert.equal(await page.locator(`${kPrimary} > header pre code`).innerText(), report.metrics[0].sql);
  await page.locator(`${kPrimary} th .explain[data-term=mean] > button`).click();
  await page.locator(".explanation summary").click();
  assert.equal(await page.locator(".explanation .sql").innerText(), report.metrics[0].sql);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});
