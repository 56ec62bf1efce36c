// The verdict said [+53.6, +72.7], and the chart beside it, in bold, [+56.8, +69.1]. What the verdict goes by is one
// interval: in the sentence, the list, the chart, the table, and in the file that is shared.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { formatInterval, formatLiftInterval } from "../../web/src/format.js";
import { newTab, openTab, settled, sharedBrowser, show } from "./browser.mjs";
import { writeSchemaStore } from "./schema_store.mjs";
import { answerOf, crossfade, serve, temporaryDirectory } from "./support.mjs";

// Every mode: with history and without, two treatments, a plan under way and at its end.
const kExperiments = {
  cuped: "always-valid, after CUPED",
  always: "always-valid, after CUPED",
  better: "always-valid",
  "fixed-open": "always-valid",
  "fixed-complete": "always-valid",  // harm is shown at any time
  "fixed-aa": "planned look, after CUPED",
  sequential: "boundary of look",
  "sequential-ended": "boundary of look",
};

const browser = await sharedBrowser();
const home = temporaryDirectory({ after });
writeSchemaStore(home);
for (const one of Object.keys(kExperiments)) execFileSync(crossfade, ["analyze", one], { cwd: home, stdio: "ignore" });  // a look
const { url } = await serve({ after }, home);

const decidedOf = (report) => report.metrics.flatMap(({ metric, role, comparisons }) =>
  comparisons.filter(({ deciding }) => deciding?.lift_interval).map(({ variant, deciding }) => ({ metric, role, variant, ...deciding })));

/** What a page shows of one comparison: in the table, and drawn. */
function shownOf(page, { metric, variant }, scale) {
  return page.locator(`[data-metric="${metric}"]`).evaluate((article, [name, what]) => {
    const row = article.querySelector(`tr[data-variant="${name}"]`);
    const figure = (field) => row.querySelector(`[data-field=deciding_${field}]`);
    const named = [...article.querySelectorAll("svg.chart line, svg.chart path")]
      .filter((one) => one.querySelector("title")?.textContent.startsWith(`${name}, `));
    const lines = named.map((line) => ({
      title: line.querySelector("title").textContent,
      width: Number(getComputedStyle(line).strokeWidth.replace("px", "")),
      ends: ["x1", "x2"].map((end) => Number(line.getAttribute(end))),
    }));
    return {
      interval: figure(what === "lift" ? "lift_interval" : "interval").value, value: figure(what).value,
      label: figure("label").textContent, lines,
    };
  }, [variant, scale]);
}

/** The page says of every comparison that decides what the report says. @returns how many */
async function assertShown(page, report, scale = "lift") {
  const decided = decidedOf(report);
  for (const one of decided) {
    const about = `${report.experiment} ${one.metric} ${one.variant} ${scale}`;
    const [value, interval] = scale === "lift" ? [one.lift, one.lift_interval] : [one.effect, one.interval];
    const shown = await shownOf(page, one, scale);
    assert.deepEqual([shown.value, shown.interval, shown.label], [String(value), interval.join(" "), one.label], about);
    const text = (scale === "lift" ? formatLiftInterval : formatInterval)(interval);
    const [thick, ...thin] = [...shown.lines].sort((a, b) => b.width - a.width);
    assert.equal(thick.title, `${one.variant}, decides: ${one.label} ${text}`, about);
    assert.ok(thin.every(({ width }) => width < thick.width / 2), `${about}: ${JSON.stringify(shown.lines)}`);
    for (const { title } of thin) assert.match(title, /, (single look|always-valid|CUPED) \[/, about);
    if (thin.length > 0) {  // one scale: what is drawn is as wide as the numbers are
      const single = report.metrics.find(({ metric }) => metric === one.metric).comparisons.find(({ variant }) => variant === one.variant);
      const bounds = scale === "lift" ? single.lift_interval : single.interval;
      const line = thin.find(({ title }) => title.includes(", single look "));
      const scaleOf = ([from, to], [low, high]) => (to - from) / (high - low);
      if (line) {
        const ratio = scaleOf(thick.ends, interval) / scaleOf(line.ends, bounds);
        assert.ok(Math.abs(ratio - 1) < 0.01, `${about}: ${ratio}`);
      }
    }
  }
  return decided.length;
}

/** A sentence's interval: "[-0.9 %, +9.7 %]" or "-0.9 % to +9.7 %", as the page writes it. */
const boundsIn = (text) => [...text.matchAll(/([+−-]?[\d.]+)\s*%?(?:,| to) ([+−-]?[\d.]+)\s*%/g)]
  .map(([, from, to]) => [from, to].map((bound) => Number(bound.replace("−", "-"))));

for (const [experiment, label] of Object.entries(kExperiments)) {
  test(`deciding: ${experiment}: sentence, list, chart and table have one interval, and name it`, async (t) => {
    const { page, faults } = await openTab(t, browser, url);
    const report = await answerOf(url, `/api/v1/experiments/${experiment}/results`);
    const primary = decidedOf(report).filter(({ role }) => role === "primary");
    assert.ok(primary.length > 0 && primary.every((one) => one.label.startsWith(label)), JSON.stringify(primary));

    await show(page, `${url}/report/${experiment}`);
    assert.ok((await assertShown(page, report)) >= primary.length);
    const said = boundsIn(await page.locator("section.verdict").innerText());
    for (const { variant, lift_interval } of primary) {
      const near = ([from, to]) => Math.abs(from - 100 * lift_interval[0]) <= 0.51 && Math.abs(to - 100 * lift_interval[1]) <= 0.51;
      assert.ok(said.some(near), `${variant}: ${lift_interval} in ${JSON.stringify(said)}`);
    }
    await show(page, `${url}/report/${experiment}?scale=effect&hide=fixed,always,cuped`);
    await assertShown(page, report, "effect");

    await show(page, `${url}/report`);
    const row = page.locator(`tr:has(a[href="/report/${experiment}"])`);
    // A variant without an interval has a dash there.
    const listed = async (field, what) => (await row.locator(`[data-field=${field}]`)
      .evaluateAll((all, name) => all.map((one) => one[name]), what)).filter((one) => one);
    assert.deepEqual(await listed("lift_interval", "value"), primary.map(({ lift_interval }) => lift_interval.join(" ")));
    assert.deepEqual(await listed("deciding_label", "textContent"),
      report.metrics[0].comparisons.map(({ deciding }) => deciding.label).filter((label) => label));
    assert.deepEqual(faults, []);
  });
}

// INVALID said that units are not split as configured, and hid everything that would have said where.
test("deciding: an invalid split leads to the units that it comes from", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  const { health, decision } = await answerOf(url, "/api/v1/experiments/broken/results");
  assert.deepEqual([decision.verdict, decision.caution, health.grade], ["INVALID", null, "serious"]);
  const { parts } = health.split;
  assert.ok(parts.length > 5 && parts.every(({ statistic }, i) => i === 0 || statistic <= parts[i - 1].statistic));
  await show(page, `${url}/report/broken`);
  const rows = await page.locator(".split tr[data-part]").evaluateAll((all) => all.map((row) => [row.dataset.part,
    ...[...row.querySelectorAll("[data-field=observed]")].map(({ value }) => Number(value))]));
  assert.deepEqual(rows, parts.map(({ dimension, level, observed }) => [`${dimension}=${level}`, ...observed]));
  assert.ok((await page.locator(".split").innerText()).includes(parts[0].text));
  assert.deepEqual(faults, []);
});

test("deciding: a shared file draws and says what the page does", async (t) => {
  for (const experiment of ["cuped", "fixed-aa", "sequential"]) {
    const file = path.join(home, `${experiment}.html`);
    execFileSync(crossfade, ["report", experiment, "--out", file], { cwd: home, stdio: "ignore" });
    const report = await answerOf(url, `/api/v1/experiments/${experiment}/results`);
    const page = await newTab(t, browser, { offline: true });
    await page.goto(pathToFileURL(file).href);
    await settled(page);
    assert.ok((await assertShown(page, report)) > 0);
  }
});
