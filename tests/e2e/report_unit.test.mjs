// A listener's page: from the assignment down to the playback.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityFaults, assertNoSidewaysScroll, openTab, sharedBrowser, show } from "./browser.mjs";
import { unitOf } from "./report_answers.mjs";
import { kHostileText, sharedReportServer } from "./report_store.mjs";
import { query } from "./support.mjs";

const { url, store } = await sharedReportServer();
const browser = await sharedBrowser();
const kUnits = "**/api/v1/units/*";

test("unit: its address shows what the server knows, playback by playback", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  const answered = page.waitForResponse((response) => response.url().includes("/api/v1/units/"));
  const [{ unit }] = query(store, "SELECT unit FROM exposures WHERE experiment = 'recommenders' LIMIT 1");
  await show(page, `${url}/report/units/${unit}`);
  const history = await (await answered).json();
  assert.equal(await page.title(), `Listener ${unit} · Crossfade`);
  assert.ok(history.sessions_total > 0 && history.exposures.length > 0);
  for (const { experiment, status, variant } of history.assignments) {
    const row = await page.locator(`tr[data-experiment="${experiment}"]`).innerText();
    for (const part of [experiment, status, variant ?? "in no variant"]) assert.ok(row.includes(part), row);
  }
  for (const { experiment, variant } of history.exposures)
    assert.ok((await page.locator(`tr[data-experiment="${experiment}"] td`).last().innerText()).includes(variant));
  assert.equal(await page.locator("[data-session]").count(), history.sessions.length);
  const [newest] = history.sessions;
  const session = page.locator(`[data-session="${newest.session}"]`);
  assert.equal(Number(await session.locator("summary [data-field=time]").getAttribute("value")), newest.time);
  assert.equal(await session.locator("tbody tr").count(), newest.playbacks.length);
  for (const { position, title, artist, fraction, recommended } of newest.playbacks) {
    const row = session.locator(`tr[data-position="${position}"]`);
    const text = await row.innerText();
    for (const part of [title, artist, recommended?.title, recommended?.artist, recommended?.recommender])
      if (part) assert.ok(text.includes(part), `${part} in ${text}`);
    assert.equal(Number(await row.locator("[data-field=fraction]").getAttribute("value")), fraction);
    if (recommended?.propensity)
      assert.equal(Number(await row.locator("[data-field=propensity]").getAttribute("value")), recommended.propensity);
  }
  assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual(faults, []);
});

test("unit: what was followed, passed over, left or is not known is said in words", async (t) => {
  const { page } = await openTab(t, browser, url);
  const history = unitOf("7");
  const play = (position, track, recommended) => ({ ...history.sessions[0].playbacks[0], position, track, recommended });
  const advice = (track, changes = {}) => ({ track, artist: "A", title: "T", recommender: "top_pop", propensity: 0.01, ...changes });
  Object.assign(history.sessions[0], { end: "last", tracks: 4, playbacks_total: 4, playbacks: [
    play(0, 1, advice(2)), play(1, 2, advice(3, { recommender: null, propensity: null, title: null, artist: null })), play(2, 9, null),
    play(3, 10, advice(11)),
  ] });
  await page.route(kUnits, (route) => route.fulfill({ json: history }));
  await show(page, `${url}/report/units/7`);
  const rows = await page.locator("[data-session]").first().locator("tbody tr").allInnerTexts();
  assert.match(rows[0], /followed/);
  assert.match(rows[1], /Track 3[\s\S]*not logged[\s\S]*—[\s\S]*played another/);
  assert.match(rows[2], /nothing/);
  assert.match(rows[3], /left/);
});

test("unit: of a long session the first playbacks are listed, and how many there are", async (t) => {
  const { page } = await openTab(t, browser, url);
  const history = unitOf("7");
  const [session] = history.sessions;
  session.playbacks_total = 59_000;
  await page.route(kUnits, (route) => route.fulfill({ json: history }));
  await show(page, `${url}/report/units/7`);
  const text = await page.locator("[data-session]").first().innerText();
  assert.match(text, new RegExp(`The first ${session.playbacks.length} of 59,?000 playbacks`));
});

test("unit: the form in the header leads there from the list and from an experiment, and back again", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  for (const [address, unit] of [["/report", "7"], ["/report/recommenders", "a/b 50 %"]]) {
    await show(page, url + address);
    await page.getByLabel("Look up a listener").fill(` ${unit} `);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: `Listener ${unit}` }).waitFor();
    assert.equal(page.url(), `${url}/report/units/${encodeURIComponent(unit)}`);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
    await page.goBack();
    await page.waitForURL(url + address);
  }
  await page.getByRole("button", { name: "Look up" }).click();  // nothing to look up
  assert.equal(page.url(), `${url}/report/recommenders`);
  assert.deepEqual(faults, []);
});

test("unit: nobody has seen it, and the page says what it would get", async (t) => {
  const { page, faults } = await openTab(t, browser, url);
  await show(page, `${url}/report/units/nobody`);
  const { assignments } = await (await fetch(`${url}/api/v1/units/nobody`)).json();
  const text = await page.locator("main").innerText();
  assert.match(text, /This listener was never seen[\s\S]*What it would get/);
  for (const { experiment, status, variant } of assignments)
    assert.match(text, new RegExp(`${experiment}\\s+${status}\\s+${variant ?? "in no variant"}`));
  assert.equal(await page.locator("[data-session]").count(), 0);
  await page.getByRole("link", { name: "recommenders" }).click();
  await page.getByRole("heading", { level: 1, name: "recommenders" }).waitFor();
  assert.deepEqual(faults, []);
});

test("unit: more sessions that do not come are said not to, and asked for again on demand", async (t) => {
  const { page } = await openTab(t, browser, url);
  let broken = false;
  await page.route(kUnits, (route) => (broken
    ? route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"detail": "The store is busy."}' })
    : route.fulfill({ json: unitOf("busy", { total: 120, asked: Number(new URL(route.request().url()).searchParams.get("sessions")) }) })));
  await show(page, `${url}/report/units/busy`);
  const before = await page.locator("[data-session]").count();
  broken = true;
  await page.getByRole("button", { name: "Show up to 100 sessions" }).click();
  await page.locator(".updating").getByText("The store is busy.").waitFor();
  assert.equal(await page.locator("[data-session]").count(), before);
  broken = false;
  await page.locator(".updating").getByRole("button", { name: "Try again" }).click();
  await page.waitForFunction(() => document.querySelectorAll("[data-session]").length === 100);
  assert.equal(await page.locator(".updating .failed").count(), 0);
});

test("unit: more sessions are asked for, and the address keeps how many", async (t) => {
  const { page } = await openTab(t, browser, url);
  await page.route(kUnits, (route) => route.fulfill({
    json: unitOf("7", { total: 123, asked: Number(new URL(route.request().url()).searchParams.get("sessions")) }),
  }));
  await show(page, `${url}/report/units/7`);
  assert.equal(await page.locator("[data-session]").count(), 50);
  await page.getByText("The newest 50 of 123").waitFor();
  await page.locator("[data-session]").nth(1).locator("summary").click();
  await page.getByRole("button", { name: "Show up to 100 sessions" }).click();
  await page.locator("[data-session]").nth(99).waitFor();
  assert.match(page.url(), /\?open=\d+%2C\d+&sessions=100$/);
  await page.locator("[data-session]").nth(1).locator("tbody tr").first().waitFor();  // what was opened stays open
  await page.getByRole("button", { name: "Show up to 200 sessions" }).click();
  await page.getByText("123 sessions, newest first").waitFor();
  assert.equal(await page.getByRole("button", { name: /Show up to/ }).count(), 0);
});

test("unit: a server that fails is asked again on demand", async (t) => {
  const { page } = await openTab(t, browser, url);
  await page.route(kUnits, (route) => route.fulfill({
    status: 500, contentType: "application/problem+json", body: '{"detail": "the store is locked"}',
  }));
  await show(page, `${url}/report/units/7`);
  await page.getByText("the store is locked").waitFor();
  await page.unroute(kUnits);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { level: 1, name: "Listener 7" }).waitFor();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`unit: hostile titles stay texts, accessible and never wider than the window, ${colorScheme}, ${width} pixels`, async (t) => {
      const { page, faults } = await openTab(t, browser, url, { colorScheme, viewport: { width, height: 844 } });
      const history = unitOf("7", { title: kHostileText, total: 5 });
      history.events[0].name = kHostileText;
      history.exposures[1].experiment = kHostileText;
      await page.route(kUnits, (route) => route.fulfill({ json: history }));
      await show(page, `${url}/report/units/7`);
      for (const summary of await page.locator("[data-session] ~ [data-session] > summary").all()) await summary.click();
      assert.ok((await page.locator("main").innerText()).includes(`${kHostileText} 5-0`));
      assert.equal(await page.evaluate(() => window.hacked), undefined);
      assert.equal(await page.locator("main img, main script").count(), 0);
      assert.deepEqual(await accessibilityFaults(page), []);
      await assertNoSidewaysScroll(page);
      assert.deepEqual(faults, []);
    });
  }
}
