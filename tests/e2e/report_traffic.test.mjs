// What lies behind the means: how sessions are distributed, what was served day by day, and who really answered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityFaults, assertNoSidewaysScroll, openNumbers, openTab, settled, sharedBrowser, show } from "./browser.mjs";
import { distributionsOf, trafficOf } from "./report_answers.mjs";
import { kHostileText, sharedReportServer } from "./report_store.mjs";

const { url } = await sharedReportServer();
const browser = await sharedBrowser();
const kPath = "/report/recommenders";
const kTraffic = "**/results?*traffic=true*";
const kDistributions = "**/results?*distributions=true*";

// A tab on `address`, and what the server answered to the question with `name`.
async function opened(t, address, name, options = {}, answers = {}) {
  const { page, faults } = await openTab(t, browser, url, options);
  const { traffic, distributions } = answers;
  const report = traffic || distributions ? await (await fetch(`${url}/api/v1/experiments/recommenders/results`)).json() : {};
  if (traffic) await page.route(kTraffic, (route) => route.fulfill({ json: { ...report, traffic } }));
  if (distributions) await page.route(kDistributions, (route) => route.fulfill({ json: { ...report, distributions } }));
  const answer = page.waitForResponse((response) => response.url().includes(`${name}=true`));
  await show(page, url + address);
  const value = (await (await answer).json())[name];
  return { page, faults, value };
}

// Of each row: what its data attributes say, and field -> exact value of each figure, as the page holds it beside the text;
// [lower, upper] of an interval. One question for all rows: there are hundreds.
const rowsOf = (rows) => rows.evaluateAll((elements) => elements.map((element) => ({
  ...element.dataset,
  text: element.innerText,
  figures: Object.fromEntries([...element.querySelectorAll("data")].map(({ dataset, value }) => {
    const numbers = value.split(" ").map(Number);
    return [dataset.field, numbers.length === 1 ? numbers[0] : numbers];
  })),
})));

test("distributions: the numbers below the charts are the server's, bin by bin", async (t) => {
  const { page, faults, value } = await opened(t, `${kPath}?open=distributions`, "distributions");
  const { session_time: time, sessions_per_unit: perUnit } = value;
  const [control, ...treatments] = time.variants;
  assert.equal(treatments.length, 2);
  for (const one of treatments) {
    const card = page.locator(`[data-distributions="${one.variant}"]`);
    await card.locator("svg.chart").nth(2).waitFor();
    await card.locator(".numbers > summary").click();
    await card.locator("[data-bin=time]").first().waitFor();
    let sessions = 0;
    for (const { from, figures } of await rowsOf(card.locator("[data-bin=time]"))) {
      const bin = time.edges.indexOf(Number(from));
      const [own, other] = [one.counts[bin], control.counts[bin]];
      assert.deepEqual(figures, { control_n: other, control_share: other / control.sessions,
        treatment_n: own, treatment_share: own / one.sessions });
      sessions += own;
    }
    assert.equal(sessions, one.sessions, "no session is left out");
    const { quantiles } = time.comparisons.find(({ variant }) => variant === one.variant);
    const levels = await rowsOf(card.locator("[data-level]"));
    for (const { level, effect, interval, p_value } of quantiles) {
      const row = levels.find((shown) => Number(shown.level) === level);
      const valueOf = ({ quantiles: all }) => all.find((quantile) => quantile.level === level).value;
      assert.deepEqual(row.figures, { control: valueOf(control), treatment: valueOf(one), effect, interval, p_value });
    }
    const { units, counts } = perUnit.variants.find(({ variant }) => variant === one.variant);
    for (const { from, figures } of await rowsOf(card.locator("[data-bin=sessions]"))) {
      const n = counts[Number(from) + 0.5];
      const { treatment_n, treatment_share } = figures;
      assert.deepEqual([treatment_n, treatment_share], [n, n / units]);
    }
  }
  assert.equal(await page.locator("[data-distributions] figure").count(), 6);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("distributions: the charts are pictures with a name and a description in words", async (t) => {
  const { page } = await opened(t, `${kPath}?open=distributions,distributions.top_pop`, "distributions");
  const quantiles = page.getByRole("img", { name: "Quantile differences of session time, top_pop − random" });
  await quantiles.waitFor();
  const description = await quantiles.getAttribute("aria-description");
  const card = page.locator("[data-distributions=top_pop]");
  for (const [level, name] of [["0.1", "p10"], ["0.5", "median"], ["0.9", "p90"]]) {
    const text = await card.locator(`[data-level="${level}"] [data-field=effect]`).textContent();
    assert.ok(description.includes(`${name}: ${text}, interval `), description);
  }
  for (const name of ["Session time, top_pop against random", "Sessions of a listener, sticky_artist against random",
    "Share of tracks skipped by position", "Mean fraction heard by position"])
    assert.match(await page.getByRole("img", { name }).getAttribute("aria-description"), /\d/);
});

test("distributions: what has no value says why, and one variant alone is not compared", async (t) => {
  const distributions = distributionsOf(["random", "top_pop"]);
  for (const quantile of distributions.session_time.comparisons[0].quantiles)
    Object.assign(quantile, { effect: null, standard_error: null, interval: null, p_value: null, reason: "insufficient_data" });
  const { page, faults } = await opened(t, `${kPath}?open=distributions`, "distributions", {}, { distributions });
  await page.getByText("No quantile can be compared: not enough data yet.").waitFor();
  await openNumbers(page);
  assert.doesNotMatch(await page.locator("main").innerText(), /NaN|null|undefined/);
  assert.deepEqual(faults, []);
  const alone = await opened(t, `${kPath}?open=distributions`, "distributions", {}, { distributions: distributionsOf(["random"]) });
  await alone.page.getByText("Only one variant was seen, so there is nothing to compare.").waitFor();
});

test("positions: each curve's numbers are the server's, with intervals that stay within 0 and 1", async (t) => {
  const { page, value } = await opened(t, `${kPath}?open=distributions,positions.numbers`, "traffic");
  await page.locator("[data-positions] svg.chart").nth(1).waitFor();
  let compared = 0;
  const rows = await rowsOf(page.locator("[data-positions] tr[data-variant]"));
  for (const { variant, positions } of value.variants) {
    for (const { position, playbacks, skipped, listened } of positions.filter((one) => one.playbacks > 0)) {
      const [row, ...others] = rows.filter((one) => one.variant === variant && one.position === `${position}`);
      assert.deepEqual([row.figures, others], [{ playbacks, skipped, listened }, []]);
      compared += 1;
    }
  }
  assert.ok(compared > 6);
  assert.equal(await page.locator("[data-positions] tbody tr").count(), compared, "what nobody played is no row");
  assert.match(await page.locator("[data-positions]").innerText(), /the first track, at 0, is the listener's own choice/);
  const names = await page.locator("[data-positions] .legend li").allInnerTexts();
  assert.deepEqual(names.map((name) => name.trim().replace(/\s+/, " ")), ["random control", "top_pop", "sticky_artist"]);
});

test("traffic: every number of the days is the server's", async (t) => {
  const traffic = trafficOf(["random", "top_pop", "sticky_artist"], { days: 3 });
  traffic.variants[1].days[2].latency_ms = { n: 0, mean: null, standard_deviation: null, p95: null };
  const { page, faults, value } = await opened(t, `${kPath}?open=by-day`, "traffic", {}, { traffic });
  await page.locator("[data-traffic=days] svg.chart").nth(5).waitFor();
  await openNumbers(page);
  const rows = await rowsOf(page.locator("[data-traffic=days] tr[data-day]"));
  for (const { variant, days } of value.variants) {
    for (const { day, latency_ms, ...counts } of days) {
      const [row, ...others] = rows.filter((one) => one.day === day && one.variant === variant);
      const latency = latency_ms.n > 0 ? { latency: latency_ms.mean, p95: latency_ms.p95 } : {};
      assert.deepEqual([row.figures, others], [{ ...counts, ...latency }, []]);
      if (latency_ms.n === 0) assert.match(row.text, /not measured/);
    }
  }
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("traffic: latency that nobody measured is said, not drawn", async (t) => {
  const traffic = trafficOf(["random", "top_pop", "sticky_artist"], { measured: false });
  const { page } = await opened(t, `${kPath}?open=by-day`, "traffic", {}, { traffic });
  await page.getByText("Latency was not measured:").waitFor();
  assert.equal(await page.locator("[data-traffic=days] figure").count(), 4);
});

test("answers: a fallback that answers much is said in Health without being asked for", async (t) => {
  const traffic = trafficOf(["random", "top_pop", "sticky_artist"], { fallback: 0.34 });
  const { page, faults } = await opened(t, kPath, "traffic", {}, { traffic });
  const said = page.locator("[aria-labelledby=health] .check", { hasText: "Often another recommender answered" });
  await said.waitFor();
  assert.match(await said.innerText(), /in sticky_artist, 34\.0\u202f% of the answers did not come from sticky_artist_model\./);
  assert.doesNotMatch(await said.innerText(), /top_pop/);
  await page.locator("summary", { hasText: "Who answered" }).click();
  await page.locator("[aria-labelledby=answers] tbody tr").first().waitFor();
  for (const { variant, answers, fallback_share } of traffic.variants) {
    for (const [i, { recommender, answers: n, share }] of answers.entries()) {
      const [row] = await rowsOf(page.locator(`[aria-labelledby=answers] tr[data-variant="${variant}"][data-recommender="${recommender}"]`));
      assert.deepEqual(row.figures, { answers: n, share, ...(i === 0 && { fallback_share }) });
    }
  }
  assert.match(page.url(), /\?open=answers$/);
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("answers: little fallback is a check that passes, and what is not known is said", async (t) => {
  const good = await opened(t, kPath, "traffic", {}, { traffic: trafficOf(["random", "top_pop"], { fallback: 0.004 }) });
  await good.page.getByText("In no variant did a fallback give more than 0.4\u202f% of the answers.").waitFor();
  const none = await opened(t, kPath, "traffic", {}, { traffic: trafficOf(["random", "top_pop"], { fallback: 0 }) });
  await none.page.getByText("No answer came from a fallback.").waitFor();
  const traffic = trafficOf(["random", "top_pop"]);
  for (const variant of traffic.variants)
    Object.assign(variant, { recommender: null, fallback_share: null, answers: [{ recommender: null, answers: 10, share: 1 }] });
  const unknown = await opened(t, `${kPath}?open=answers`, "traffic", {}, { traffic });
  await unknown.page.getByText("How often a fallback answered is not known: no variant has a configured recommender.").waitFor();
  await unknown.page.getByText("not said by the log").first().waitFor();
  assert.doesNotMatch(await unknown.page.locator("main").innerText(), /NaN|null|undefined/);
});

test("traffic: one question serves all sections, after the report is there", async (t) => {
  const { page } = await openTab(t, browser, url);
  const asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/results")) asked.push(new URL(request.url()).search);
  });
  await show(page, `${url}${kPath}?open=answers,by-day,distributions`);
  await page.locator("[data-positions] svg.chart").nth(1).waitFor();
  await page.locator("[data-traffic=days] svg.chart").first().waitFor();
  await page.locator("[aria-labelledby=answers] tbody tr").first().waitFor();
  assert.equal(asked[0], "", "the report comes first");
  assert.equal(asked.filter((search) => search.includes("traffic")).length, 1);
});

test("traffic: a question that fails is said where its answer would stand, and the rest of the page stays", async (t) => {
  const { page } = await openTab(t, browser, url);
  await page.route(kTraffic, (route) => route.fulfill({
    status: 503, contentType: "application/problem+json", body: '{"detail": "the store is being written"}',
  }));
  await show(page, `${url}${kPath}?open=by-day`);
  await page.getByText("Who answered could not be counted: the store is being written").waitFor();
  await page.locator("[aria-labelledby=by-day] [role=alert]", { hasText: "the store is being written" }).waitFor();
  assert.ok((await page.locator("[data-metric]").count()) > 0);
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`traffic: ten variants and hostile names, ${colorScheme}, ${width} pixels`, async (t) => {
      const names = ["random", kHostileText, ...Array.from({ length: 8 }, (_, i) => `a_variant_with_a_long_name_${i}`)];
      const { page, faults } = await opened(t, `${kPath}?open=distributions,by-day,answers`, "traffic",
        { colorScheme, viewport: { width, height: 844 } }, { traffic: trafficOf(names, { days: 3 }), distributions: distributionsOf(names) });
      await page.locator("[data-distributions]").nth(8).waitFor();
      await page.locator("[data-positions] svg.chart").nth(1).waitFor();
      await page.locator("[data-distributions] .numbers > summary").first().click();
      await page.locator("[data-distributions]").first().locator("[data-bin=time]").first().waitFor();
      await settled(page);
      assert.ok((await page.locator("[data-traffic=days] .legend").innerText()).includes(kHostileText));
      assert.equal(await page.evaluate(() => window.hacked), undefined);
      assert.equal(await page.locator("main img:not([role]), main script").count(), 0);
      assert.deepEqual(await accessibilityFaults(page), []);
      await assertNoSidewaysScroll(page);
      assert.deepEqual(faults, []);
    });
  }
}
