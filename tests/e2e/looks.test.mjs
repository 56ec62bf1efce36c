// Looks at a plan spend its alpha: `analyze` and an open page take them, and nobody's page elsewhere can.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTab, sharedBrowser, show } from "./browser.mjs";
import { reportServer } from "./report_store.mjs";
import { answerOf, query, until } from "./support.mjs";

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

  const { page, faults } = await openTab(t, await sharedBrowser(), server.url);
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
