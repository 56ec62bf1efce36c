// The configuration as it was, on the report page; and what Health says of the time before and of changes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityFaults, assertNoSidewaysScroll, openTab, sharedBrowser, show } from "./browser.mjs";
import { sharedReportServer } from "./report_store.mjs";

const { url } = await sharedReportServer();
const browser = await sharedBrowser();
const getReport = async () => (await fetch(`${url}/api/v1/experiments/recommenders/results`)).json();

const kHostileLine = "    hypothesis: <img src=x onerror=window.hacked=1> & ${7*7}";
const textOf = (coverage, weights) => ["version: 1", "experiments:", "  - key: recommenders", kHostileLine, "    status: running",
  `    coverage: ${coverage}`, "    variants:", ...weights.map((weight) => `      - {weight: ${weight}}`), ""].join("\n");

const kConfigurations = {
  experiment: "recommenders",
  configurations: [
    { since: "2026-01-05T08:00:00.000Z", checksum: "00c0ffee00c0ffee", current: false, text: textOf(0.2, [0.4, 0.6]), changes: ["added"] },
    { since: "2026-01-07T08:00:00.000Z", checksum: "11c0ffee11c0ffee", current: false, text: textOf(0.5, [0.4, 0.6]), changes: ["coverage is 0.5, was 0.2"] },
    { since: "2026-01-09T08:00:00.000Z", checksum: "22c0ffee22c0ffee", current: true, text: textOf(0.5, [0.5, 0.5]), changes: ["weights are 0.5, 0.5, were 0.4, 0.6"] },
  ],
};

async function tab(t, configurations, options) {
  const { page, faults } = await openTab(t, browser, url, options);
  await page.route("**/configurations*", (route) => route.fulfill({ json: configurations }));
  return { page, faults };
}

const linesOf = (page) => page.locator(".diff tr:is(.added, .removed)").evaluateAll((rows) =>
  rows.map((row) => row.querySelector("[aria-hidden]").textContent + row.querySelector(".line").textContent.trim()));

test("configuration: the newest against the one before, and any two that are chosen", async (t) => {
  const { page, faults } = await tab(t, kConfigurations);
  await show(page, `${url}/report/recommenders`);
  await page.locator("summary", { hasText: "Configuration" }).click();
  await page.locator(".diff").waitFor();
  const rows = page.locator("[data-configuration]");
  assert.deepEqual(await rows.evaluateAll((all) => all.map((row) => row.dataset.configuration)), ["3", "2", "1"]);
  assert.match(await rows.first().innerText(), /3\s*current\s+Jan 9, 2026, 08:00 UTC\s+22c0ffee22c0ffee\s+weights are 0\.5, 0\.5, were 0\.4, 0\.6/);
  assert.deepEqual(await linesOf(page), ["−- {weight: 0.4}", "−- {weight: 0.6}", "+- {weight: 0.5}", "+- {weight: 0.5}"]);
  await page.getByRole("button", { name: "Show configuration 2" }).click();
  await page.getByRole("heading", { name: "From configuration 1 to 2" }).waitFor();
  assert.deepEqual(await linesOf(page), ["−coverage: 0.2", "+coverage: 0.5"]);
  assert.match(page.url(), /\?config=2&open=configuration$/);
  await page.getByLabel("Compared with").selectOption("3");
  await page.getByRole("heading", { name: "From configuration 3 to 2" }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);

  const { page: other } = await tab(t, kConfigurations, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  await show(other, page.url());
  await other.getByRole("heading", { name: "From configuration 3 to 2" }).waitFor();
  await other.getByLabel("Compared with").selectOption("none");
  await other.getByRole("heading", { name: "Configuration 2", exact: true }).waitFor();
  assert.ok((await other.locator(".diff").innerText()).includes(kHostileLine.trim()));
  assert.equal(await other.evaluate(() => window.hacked), undefined);
  assert.deepEqual(await accessibilityFaults(other), []);
  await assertNoSidewaysScroll(other);
  assert.deepEqual(faults, []);
});

test("configuration: a store without one says so, and a first one has nothing to be compared with", async (t) => {
  const { page } = await tab(t, { experiment: "recommenders", configurations: [] });
  await show(page, `${url}/report/recommenders?open=configuration`);
  await page.getByText("The store has recorded no configuration").waitFor();
  const { page: first } = await tab(t, { ...kConfigurations, configurations: kConfigurations.configurations.slice(0, 1) });
  await show(first, `${url}/report/recommenders?open=configuration`);
  await first.getByRole("heading", { name: "Configuration 1", exact: true }).waitFor();
  assert.equal(await first.locator(".diff tr").count(), textOf(0.2, [0.4, 0.6]).split("\n").length - 1);
});

test("configuration: the store's own, from the server", async (t) => {
  const target = `${url}/api/v1/experiments/recommenders/configurations`;
  const answer = await fetch(target);
  assert.equal(answer.status, 200);
  const { configurations } = await answer.json();
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/recommenders?open=configuration&against=none`);
  await page.locator(".diff").waitFor();
  const shown = await page.locator(".diff .line").evaluateAll((all) => all.map((line) => line.textContent).join("\n"));
  assert.equal(shown, configurations.at(-1).text.replace(/\n$/, ""));
  assert.deepEqual(faults, []);
});

test("configuration: of a report as of then, the one that was in force then", async (t) => {
  const { page, faults } = await tab(t, kConfigurations);
  const report = { ...(await getReport()), until: "2026-01-08T12:00:00.000Z" };  // as a file that was written for then has it
  await page.route("**/results*", (route) => route.fulfill({ json: report }));
  await show(page, `${url}/report/recommenders?open=configuration`);
  await page.getByRole("heading", { name: "From configuration 1 to 2" }).waitFor();
  assert.deepEqual(faults, []);
});

// The server's own answer, with what the store of these tests does not have.
async function withHealth(t, health) {
  const { page, faults } = await tab(t, kConfigurations);
  const report = await getReport();
  Object.assign(report.health, health);
  for (const name of Object.keys(health)) if (health[name] === undefined) delete report.health[name];
  await page.route("**/results*", (route) => route.fulfill({ json: report }));
  await show(page, `${url}/report/recommenders`);
  return { page, faults, check: (term) => page.locator(`[data-check=${term}]`) };
}

test("verdict: what a stopped experiment has led to, or that it led to nothing", async (t) => {
  const shown = async (decided) => {
    const { page, faults } = await tab(t, kConfigurations);
    const report = { ...(await getReport()), status: "stopped", decided };
    await page.route("**/results*", (route) => route.fulfill({ json: report }));
    await show(page, `${url}/report/recommenders`);
    const text = await page.locator("[aria-labelledby=verdict]").innerText();
    assert.deepEqual(faults, []);
    return text;
  };
  assert.match(await shown({ variant: "top_pop", on: "2026-12-15", why: "It won.", learned: "Charts work." }),
    /Decided on 2026-12-15: listeners get top_pop\. It won\. Learned: Charts work\./);
  assert.match(await shown(null), /Stopped without a decision: listeners get again what they got before it\./);
});

const balanceOf = (p, shareP, why = {}) => ({
  metric: "mean_time_per_session", lookback_days: 14, share_p_value: shareP,
  variants: ["random", "top_pop", "sticky_artist"].map((variant, i) =>
    ({ variant, n: 1200 - i, share: 0.31, mean: [3.8, 3.81, 3.82][i], standard_deviation: 1.2 })),
  comparisons: ["top_pop", "sticky_artist"].map((variant) =>
    ({ variant, effect: 0.01, standard_error: 0.02, interval: [-0.03, 0.05], p_value: p, ...why })),
});

test("health: the variants were alike before, or were not", async (t) => {
  const alike = await withHealth(t, { balance: balanceOf(0.6, 0.4) });
  assert.match(await alike.check("balance").innerText(),
    /Before the experiment the variants were alike: mean session time in the 14 days before exposure\. top_pop: p\s=\s0\.60, sticky_artist: p\s=\s0\.60, units with history: p\s=\s0\.40/);
  const row = alike.page.locator("[aria-labelledby=health] tr[data-variant=top_pop]");
  assert.equal(await row.locator("[data-field=history]").getAttribute("value"), "0.31");
  assert.equal(await row.locator("[data-field=before]").getAttribute("value"), "3.81");
  assert.deepEqual(await accessibilityFaults(alike.page), []);
  const different = await withHealth(t, { balance: balanceOf(0.0002, 0.4) });
  assert.match(await different.check("balance").innerText(), /The variants differed before the experiment: .* of top_pop and sticky_artist/);
  assert.equal(await different.check("balance").locator(".tone-alarm").count(), 1);
  const share = await withHealth(t, { balance: balanceOf(0.6, 1e-9) });
  assert.match(await share.check("balance").innerText(), /the share of units with a history is not the same/);
  const oneOnly = await withHealth(t, { balance: balanceOf(null, 1e-9) });  // the others have no history at all
  assert.match(await oneOnly.check("balance").innerText(), /the share of units with a history is not the same/);
  const nobody = await withHealth(t, { balance: balanceOf(null, null, { reason: "insufficient_data" }) });
  assert.match(await nobody.check("balance").innerText(), /cannot be told: not enough data yet\./);
  const older = await withHealth(t, { balance: undefined, configuration_changes: undefined });
  assert.equal(await older.check("balance").count() + await older.check("configuration_changes").count(), 0);
  for (const { faults } of [alike, different, share, oneOnly, nobody, older]) assert.deepEqual(faults, []);
});

test("health: changes while it ran lead to the configurations", async (t) => {
  const changes = ["coverage is 0.2, was 0.1", "coverage is 0.3, was 0.2", "coverage is 0.4, was 0.3", "coverage is 0.5, was 0.4"]
    .map((change, i) => ({ at: `2026-01-0${i + 5}T08:00:00.000Z`, checksum: "00c0ffee00c0ffee", changes: [change] }));
  const { page, check, faults } = await withHealth(t, { configuration_changes: changes });
  const text = await check("configuration_changes").innerText();
  assert.match(text, /Changed 4 times while it ran\. Jan 6, 2026, 08:00 UTC: coverage is 0\.3, was 0\.2\..*was 0\.4\. 1 earlier change besides/);
  await page.getByRole("button", { name: "See the configurations" }).click();
  await page.locator(".diff").waitFor();
  assert.match(page.url(), /\?open=configuration$/);
  assert.ok(await page.locator("#configuration").evaluate((heading) => heading.getBoundingClientRect().top < innerHeight));
  const none = await withHealth(t, { configuration_changes: [] });
  assert.match(await none.check("configuration_changes").innerText(), /The experiment was not changed while it ran\./);
  assert.deepEqual(faults, []);
});
