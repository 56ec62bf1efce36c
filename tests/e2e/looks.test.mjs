// Looks at a plan spend its alpha: `analyze` and an open page take them, and nobody's page elsewhere can.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTab, sharedBrowser, show } from "./browser.mjs";
import { reportServer } from "./report_store.mjs";
import { answerOf, query, until } from "./support.mjs";

const browser = await sharedBrowser();
const looksIn = (store) => query(store, "SELECT COUNT(*) AS n FROM looks")[0].n;

test("looks: reading spends nothing, a page that is open looks once", async (t) => {
  const server = await reportServer(t);
  const results = "/api/v1/experiments/aa/results";
  for (let i = 0; i < 6; ++i) await answerOf(server.url, `${results}?confidence_level=0.9${i}`);
  await answerOf(server.url, "/api/v1/experiments");
  assert.equal(looksIn(server.store), 0);
  const before = await answerOf(server.url, results);
  assert.equal(before.decision.verdict, "KEEP_RUNNING");
  assert.equal(before.decision.summary, "No look is recorded yet, and a plan decides by looks alone.");
  assert.equal(before.plan.look_due, true);

  const foreign = await fetch(`${server.url}/api/v1/experiments/aa/looks`, { method: "POST", headers: { Origin: "http://evil.example" } });
  assert.equal(foreign.status, 403);
  assert.equal(looksIn(server.store), 0);

  const { page, faults } = await openTab(t, browser, server.url);
  await show(page, `${server.url}/report/aa`);
  await until(() => looksIn(server.store) === 1);
  await page.getByText("look 1 of 8").waitFor();
  const after = await answerOf(server.url, results);
  assert.equal(after.plan.look_due, false);
  assert.equal(after.plan.as_of, null);
  assert.equal(after.plan.looks.length, 1);
  assert.deepEqual(faults, []);
  assert.equal(looksIn(server.store), 1);
});

test("looks: what an open page shows as called is recorded, and stands", async (t) => {
  const server = await reportServer(t);
  const results = "/api/v1/experiments/recommenders/results";
  const calls = () => query(server.store, "SELECT variant, called FROM calls ORDER BY id");
  const before = await answerOf(server.url, results);
  assert.equal(before.decision.verdict, "STOP_HARM");
  assert.equal(before.decision.look_due, true);
  await answerOf(server.url, "/api/v1/experiments");
  assert.deepEqual(calls(), []);

  const { page, faults } = await openTab(t, browser, server.url);
  await show(page, `${server.url}/report/recommenders`);
  await until(() => calls().length > 0);
  assert.ok(calls().every(({ called }) => called === "harm"));
  assert.ok(calls().some(({ variant }) => before.decision.summary.startsWith(`${variant} lowers`)));
  const after = await answerOf(server.url, results);
  assert.equal(after.decision.look_due, undefined);
  assert.equal(after.decision.summary, before.decision.summary);
  const recorded = calls().length;
  await show(page, `${server.url}/report/recommenders?control=top_pop`);
  assert.equal(calls().length, recorded);  // what another control says is no look at the experiment
  assert.deepEqual(faults, []);
});
