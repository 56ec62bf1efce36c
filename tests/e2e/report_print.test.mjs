// The report page on paper: A4, light whatever the screen is, nothing cut, nothing that can only be clicked.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { assertNoSidewaysScroll, newTab, openTab, settled, sharedBrowser, show } from "./browser.mjs";
import { sharedReportServer } from "./report_store.mjs";
import { crossfade } from "./support.mjs";

const { url, home } = await sharedReportServer();
const browser = await sharedBrowser();
const kOpened = "?by=history&open=timeline,days";

// A sheet of A4 at 96 dots an inch; without its margins, 703 pixels are left.
async function onPaper(page) {
  await page.setViewportSize({ width: 794, height: 1123 });
  await page.emulateMedia({ media: "print" });
}

// The experiment with its sections opened, and all of their charts.
async function showOpened(page) {
  await show(page, `${url}/report/recommenders${kOpened}`);
  await page.locator("[data-timeline] svg.chart").first().waitFor();
  await page.locator("[data-days] svg.chart").first().waitFor();
  await page.locator(".segments svg.chart").waitFor();
}

const seen = (page, selector) => page.locator(selector).evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);

// Tables stay within the column of text, since nobody can scroll a sheet.
async function assertNothingCut(page) {
  await assertNoSidewaysScroll(page);
  const cut = await page.evaluate(() => {
    const { right } = document.querySelector("main").getBoundingClientRect();
    return [...document.querySelectorAll("main :is(table, svg.chart, pre, .verdict)")]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > right + 1)
      .map((one) => `${one.nodeName} ${one.closest("[data-metric]")?.dataset.metric ?? one.className}`);
  });
  assert.deepEqual(cut, []);
}

test("print: verdict, health, metrics and what was opened; no controls", async (t) => {
  const { page, faults } = await openTab(t, browser, url, { colorScheme: "dark" });
  await showOpened(page);
  await onPaper(page);
  await settled(page);
  assert.equal(await seen(page, ".controls, .site-header, .site-footer, .downloads, .skip-link, .explain-mark, .lazy:not(:has([open]))"), 0);
  assert.deepEqual(await page.locator("main h2").evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.textContent.trim())),
    [await page.locator("#verdict").textContent(), "Health", "Metrics", "Over time", "Segments", "Effect by days since exposure",
      "Where the data come from"]);
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".metric")).backgroundColor), "rgb(255, 255, 255)");
  assert.equal(await page.locator(".print-only").first().innerText(), page.url());
  await assertNothingCut(page);
  await show(page, `${url}/report`);
  await assertNothingCut(page);
  assert.deepEqual(faults, []);
});

test("print: a PDF of A4 sheets, with charts as wide as the sheet", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await showOpened(page);
  await page.evaluate(() => addEventListener("beforeprint", () => {
    globalThis.printed = [...document.querySelectorAll("svg.chart")].map((chart) => Number(chart.getAttribute("width")));
  }));
  const pdf = await page.pdf({ preferCSSPageSize: true });
  assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
  const sheets = [...pdf.toString("latin1").matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
  assert.ok(sheets.length >= 3);
  for (const [, width, height] of sheets) {
    assert.ok(Math.abs(width - 595) < 2 && Math.abs(height - 842) < 2, `${width} x ${height} points`);
  }
  const printed = await page.evaluate(() => globalThis.printed);
  assert.ok(printed.length >= 4 && printed.every((width) => width < 703), `${printed}`);
  await page.waitForFunction(() => [...document.querySelectorAll("[data-metric] svg.chart")].every((one) => one.getAttribute("width") > 703));
  assert.deepEqual(faults, []);
});

test("print: a file that was shared", async (t) => {
  execFileSync(crossfade, ["report", "--out", "all.html"], { cwd: home, stdio: "pipe" });
  const page = await newTab(t, browser, { offline: true, colorScheme: "dark" });
  await page.goto(`${pathToFileURL(path.join(home, "all.html")).href}#/report/recommenders${kOpened}`);
  await settled(page);
  await page.locator("[data-timeline] svg.chart").first().waitFor();
  await onPaper(page);
  await settled(page);
  await assertNothingCut(page);
  assert.equal(await seen(page, ".print-only"), 0, "its place on a disk says nothing to others");
  assert.equal((await page.pdf()).subarray(0, 5).toString("latin1"), "%PDF-");
});
