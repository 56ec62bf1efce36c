// `crossfade report`: the page as one file that opens from a disk, without any network.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { accessibilityFaults, assertNoSidewaysScroll, newTab, settled, sharedBrowser } from "./browser.mjs";
import { kHostileText, sharedReportServer } from "./report_store.mjs";
import { analyzed, crossfade } from "./support.mjs";

const { home } = await sharedReportServer();
const browser = await sharedBrowser();

const kWritten = 1_767_600_000;  // 2026-01-05T08:00:00Z
const run = (...args) => spawnSync(crossfade, args, { cwd: home, encoding: "utf8", timeout: 60_000,
  env: { ...process.env, SOURCE_DATE_EPOCH: String(kWritten) } });
const printed = (...args) => analyzed(home, ...args);

// A tab without network that notes what a well-behaved file never does.
async function open(t, file, options = {}) {
  const page = await newTab(t, browser, { offline: true, ...options });
  const faults = [];
  const address = pathToFileURL(path.join(home, file)).href;
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) faults.push(`request to ${request.url().slice(0, 100)}`);
  });
  await page.goto(address);
  await settled(page);
  return { page, faults, address };
}

test("share: the page of a table has its segments, and nothing that a table does not know", async (t) => {
  const rows = Array.from({ length: 300 }, (_, i) => `${i % 2 ? "b" : "a"};${i % 10},5;${["SE", "NO", ""][i % 3]}`);
  writeFileSync(path.join(home, "table.csv"), `arm;spend;country\n${rows.join("\n")}\n`);
  const { status, stderr } = run("report", "--csv", "table.csv", "--variant", "arm", "--control", "a", "--metric", "spend",
    "--by", "country", "--out", "table.html");
  assert.deepEqual([status, stderr], [0, "table.csv: separated by semicolons, decimal commas\ntable.html: 1 experiment, opens in any browser\n"]);
  const { page, faults } = await open(t, "table.html");
  await page.getByRole("heading", { level: 1, name: "table.csv" }).waitFor();
  await page.getByLabel("Split by").selectOption("country");
  await page.locator(".segments tr[data-level]").first().waitFor();
  assert.equal(await page.locator(".left-out").innerText(), "Left out: 100 units without a country.");
  for (const title of ["Over time", "Effect by days since exposure", "Distributions", "Traffic by day", "Configuration"]) {
    assert.equal(await page.locator("summary", { hasText: title }).count(), 0, title);
  }
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("share: all experiments in a file, with the numbers that analyze prints", async (t) => {
  const { status, stderr } = run("report", "--out", "all.html");
  assert.deepEqual([status, stderr], [0, "all.html: 3 experiments, opens in any browser\n"]);
  const { page, faults, address } = await open(t, "all.html");
  assert.deepEqual(await page.locator(".experiment-link").allTextContents(), ["aa", "recommenders", "later"]);
  assert.equal(await page.locator(".snapshot").innerText(), "A snapshot, written Jan 5, 2026, 08:00 UTC: nothing in it updates.");
  await page.locator(".experiment-link", { hasText: "recommenders" }).click();
  await page.getByRole("heading", { level: 1, name: "recommenders" }).waitFor();
  assert.equal(page.url(), `${address}#/report/recommenders`);
  const report = printed("recommenders");
  for (const { variant, lift } of report.metrics[0].comparisons) {
    const figure = page.locator(`[data-metric="${report.metrics[0].metric}"] tr[data-variant="${variant}"] [data-field=lift]`);
    assert.equal(Number(await figure.getAttribute("value")), lift);
  }
  const provenance = page.locator("section.provenance");
  const [first] = report.provenance.runs;
  assert.equal(await provenance.locator("tbody tr").count(), report.provenance.runs.length);
  for (const said of [first.command, first.program, first.configuration, first.simulation.world.checksum, `crossfade ${report.provenance.program}`])
    assert.ok((await provenance.innerText()).includes(said), said);
  await page.getByLabel("Effects").selectOption("effect");
  await page.getByLabel("Split by").selectOption("history");
  await page.locator(".segments tr[data-level]").first().waitFor();
  await page.locator("summary", { hasText: "Over time" }).click();
  await page.locator("[data-timeline] svg.chart").first().waitFor();
  await page.locator("summary", { hasText: "Effect by days" }).click();
  await page.locator("[data-days] svg.chart").first().waitFor();
  assert.equal(await page.getByLabel("Confidence", { exact: true }).count(), 0, "no control that would need a server");
  assert.deepEqual(await accessibilityFaults(page), []);
  const link = page.url();
  assert.equal(link, `${address}#/report/recommenders?scale=effect&by=history&open=timeline%2Cdays`);
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Experiments" }).waitFor();
  await page.goto(link);
  await page.locator("[data-timeline] svg.chart").first().waitFor();
  await page.locator("[data-days] svg.chart").first().waitFor();
  await page.locator("[data-check=srm] .explain > button").click();
  const target = await page.locator(".explanation a").getAttribute("href");
  assert.equal(target, "#/report/help/definitions?term=srm");
  await page.goto(`${address}${target}`);
  await page.locator(".definition[aria-current=true]", { hasText: "Sample ratio mismatch" }).waitFor();
  assert.deepEqual(faults, []);
});

test("share: one experiment as of a day opens at once, and its hostile texts stay texts", async (t) => {
  const day = new Date(Date.parse(printed("aa").health.first_exposure.slice(0, 10)) + 3 * 86_400_000).toISOString().slice(0, 10);
  assert.equal(run("report", "aa", "--out", "aa.html", "--at", day).status, 0);
  assert.ok(!readFileSync(path.join(home, "aa.html"), "utf8").includes("<img src=x"));
  for (const colorScheme of ["light", "dark"]) {
    const { page, faults } = await open(t, "aa.html", { colorScheme, viewport: { width: 390, height: 844 } });
    await page.getByRole("heading", { level: 1, name: "aa" }).waitFor();
    assert.ok((await page.locator("main").innerText()).includes(kHostileText));
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    const [{ lift }] = printed("aa", "--until", day).metrics[0].comparisons;
    const shown = page.locator("[data-metric=mean_time_per_session] tr[data-variant=treatment] [data-field=lift]");
    assert.equal(Number(await shown.getAttribute("value")), lift);
    assert.deepEqual(await accessibilityFaults(page), []);
    await assertNoSidewaysScroll(page);
    assert.deepEqual(faults, []);
  }
});

test("share: the same data written at the same time are the same bytes", () => {
  for (const file of ["one.html", "same.html"]) assert.equal(run("report", "aa", "--out", file, "--at", "2030-01-01").status, 0);
  assert.deepEqual(readFileSync(path.join(home, "one.html")), readFileSync(path.join(home, "same.html")));
  const { status, stderr } = spawnSync(crossfade, ["report", "--out", "x.html"],
    { cwd: home, encoding: "utf8", env: { ...process.env, SOURCE_DATE_EPOCH: "monday" } });
  assert.deepEqual([status, stderr], [2, 'SOURCE_DATE_EPOCH is "monday", want seconds since 1970\n']);
});

test("share: a view that is not in the file leads back to those that are", async (t) => {
  assert.equal(run("report", "aa", "--out", "aa.html").status, 0);
  const { page, address } = await open(t, "aa.html");
  await page.goto(`${address}#/report/recommenders`);
  await page.getByText("This is not in the file that was shared.").waitFor();
  await page.getByRole("link", { name: "See all experiments" }).click();
  await page.locator(".experiment-link", { hasText: "aa" }).waitFor();
});

test("share: what cannot be made is said in one line", () => {
  const wrong = (...args) => {
    const { status, stderr } = run("report", ...args);
    return [status, stderr];
  };
  assert.deepEqual(wrong("recomenders", "--out", "x.html"),
    [2, 'no experiment "recomenders" in the configuration or the store; did you mean "recommenders"?\n']);
  assert.deepEqual(wrong("--out", "no/such/folder/x.html"), [2, "no/such/folder/x.html: cannot be written\n"]);
  assert.deepEqual(wrong("--out", "x.html", "--at", "monday"),
    [2, "--at monday: want a time like 2026-01-05 or 2026-01-05T10:00Z\n"]);
});
