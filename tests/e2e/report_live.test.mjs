// The page follows an experiment that is running, without a reload and without a jump.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, test } from "node:test";
import { onward, openTab, sharedBrowser, show, tenSeconds } from "./browser.mjs";
import { reportServer } from "./report_store.mjs";
import { crossfade, query } from "./support.mjs";

const { url, home, store } = await reportServer({ after }, { real: true });
const browser = await sharedBrowser();

// A tab whose pauses between questions nobody needs to wait for.
async function followingTab(t, options = {}) {
  const tab = await openTab(t, browser, url, options);
  await tab.page.clock.install();
  return tab;
}

const post = (target, body) => fetch(url + target, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

test("live: new sessions show up, and nothing jumps", async (t) => {
  const { page, faults } = await followingTab(t, { viewport: { width: 1280, height: 500 } });
  await show(page, `${url}/report/recommenders`);
  await page.getByLabel("Effects").focus();
  const topOfControl = () => page.evaluate(() => Math.round(document.activeElement.getBoundingClientRect().top));
  const top = await topOfControl();
  const units = () => page.evaluate(() =>
    [...document.querySelectorAll("[aria-labelledby=health] [data-field=units]")].reduce((n, one) => n + Number(one.value), 0));
  const before = await units();
  for (let user = 50_000; user < 50_040; ++user) {
    await post(`/next/${user}`, { track: 10, time: 0.5 });
    await post(`/last/${user}`, { track: 11, time: 0.25 });
  }
  const report = async () => (await fetch(`${url}/api/v1/experiments/recommenders/results`)).json();
  const wanted = Object.values((await report()).units).reduce((sum, n) => sum + n, 0);
  assert.ok(wanted > before);
  await onward(page, page.waitForFunction((n) =>
    [...document.querySelectorAll("[aria-labelledby=health] [data-field=units]")].reduce((m, one) => m + Number(one.value), 0) === n,
  wanted, { timeout: 15_000 }));
  assert.ok(Math.abs((await topOfControl()) - top) <= 1, "what is being read stays where it is");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "scale");
  assert.deepEqual(faults, []);
});

test("live: what somebody excludes is said, and counts again when that is undone", async (t) => {
  const { page, faults } = await followingTab(t);
  await show(page, `${url}/report/recommenders`);
  const exclusions = page.locator("[data-check=exclusions]");
  assert.equal(await exclusions.count(), 0);
  const exclude = (...flags) => execFileSync(crossfade, ["store", "exclude", ...flags], { cwd: home, encoding: "utf8" });
  assert.equal(exclude("--unit", String(query(store, "SELECT MIN(unit) AS unit FROM sessions")[0].unit)).split(":")[0], "exclusion 1");
  await onward(page, exclusions.getByText("Somebody has excluded data of this store: 1 exclusion in force.").waitFor({ timeout: 15_000 }));
  exclude("--undo", "1");
  await onward(page, exclusions.waitFor({ state: "detached", timeout: 15_000 }));
  assert.deepEqual(faults, []);
});

test("live: while nothing changes, the server says so and sends nothing", async (t) => {
  const { page } = await followingTab(t);
  const statuses = [];
  page.on("response", (response) => {
    if (response.url().endsWith("/results")) statuses.push(response.status());
  });
  await show(page, `${url}/report/aa`);
  const poll = () => onward(page, page.waitForResponse((response) => response.url().endsWith("/results"), { timeout: 15_000 }));
  await poll();
  await poll();
  assert.equal(statuses[0], 200);
  assert.equal(statuses.at(-1), 304);
});

test("live: a server that goes away leaves what was there, and says so", async (t) => {
  const { page } = await followingTab(t);
  await show(page, `${url}/report/recommenders`);
  await page.route("**/results*", (route) => route.abort());
  await onward(page, page.getByText("The server does not answer; trying again").waitFor({ timeout: 15_000 }));
  assert.ok((await page.locator("[data-metric]").count()) > 0);
  await page.unroute("**/results*");
  await onward(page, page.getByText(/^live/).waitFor({ timeout: 30_000 }));
});

// A script asks before the page is there. Late, it once asked a second time, and its answer was taken for a later one.
for (const when of ["early", "late"]) {
  test(`live: the first answer is asked for once, when the script that asks is ${when}`, { timeout: 60_000 }, async (t) => {
    const { page, faults } = await followingTab(t);
    await page.addInitScript(() => {
      globalThis.asked = [];
      const real = fetch;
      globalThis.fetch = (input, init) => {
        if (String(input?.url ?? input).endsWith("/results")) globalThis.asked.push(Date.now());
        return real(input, init);
      };
    });
    let letGo = () => {};
    const held = new Promise((resolve) => { letGo = resolve; });
    if (when === "early") letGo();
    await page.route("**/assets/early-*.js", async (route) => {
      await held;
      await route.continue();
    });
    const ran = page.waitForEvent("requestfinished", (request) => /early-.*\.js$/.test(request.url()));
    await page.goto(`${url}/report/recommenders`, { waitUntil: "commit" });
    await page.locator("[data-metric]").first().waitFor();
    letGo();
    await ran;
    await onward(page, page.waitForFunction(() => globalThis.asked.length > 1));
    const [first, second] = await page.evaluate(() => globalThis.asked);
    assert.ok(second - first > 2500, `the next question is due 3 s after the answer, not ${second - first} ms after the question`);
    assert.deepEqual(faults, []);
  });
}

test("live: what does not run is not followed, nor said to be", async (t) => {
  const { page, faults } = await followingTab(t);
  const report = await (await fetch(`${url}/api/v1/experiments/recommenders/results`)).json();
  const asked = [];
  await page.route("**/results", (route) => {
    asked.push(route.request().url());
    return route.fulfill({ json: { ...report, status: "stopped" } });
  });
  await show(page, `${url}/report/recommenders`);
  await page.locator("[data-metric]").first().waitFor();
  await tenSeconds(page);
  assert.equal(asked.length, 1);
  assert.equal(await page.locator(".live").count(), 0);
  const day = new Date(Date.parse(report.data_through) - 86_400_000).toISOString().slice(0, 10);
  await show(page, `${url}/report/aa?at=${day}`);
  assert.equal(await page.locator(".live").count(), 0);
  assert.deepEqual(faults, []);
});

test("live: an experiment that nobody is in yet is followed until somebody is, and what goes wrong is said", async (t) => {
  const { page } = await followingTab(t);
  const report = await (await fetch(`${url}/api/v1/experiments/later/results`)).json();
  await page.route("**/later/results", (route) => route.fulfill({ json: { ...report, status: "running" } }));
  await show(page, `${url}/report/later`);
  await page.locator(".facts .live", { hasText: "live" }).waitFor();
  await page.route("**/later/results", (route) => route.fulfill(
    { status: 503, contentType: "application/problem+json", body: '{"detail": "The store is busy."}' }));
  await onward(page, page.locator(".facts").getByText("The store is busy; trying again").waitFor({ timeout: 15_000 }));
  await page.unroute("**/later/results");
  await onward(page, page.locator(".status-draft").waitFor({ timeout: 15_000 }));
  assert.equal(await page.locator(".live").count(), 0);
});

test("live: the list says whether it follows", async (t) => {
  const { page } = await followingTab(t);
  await show(page, `${url}/report`);
  await page.locator(".followed", { hasText: "live" }).waitFor();
  await page.route("**/api/v1/experiments", (route) => route.abort());
  await onward(page, page.locator(".followed").getByText("The server does not answer; trying again").waitFor({ timeout: 15_000 }));
  assert.equal(await page.locator(".experiment-link").count(), 3);
});
