// A service that recommends by itself: a configuration without recommenders, no world, units that are texts; who is in
// which variant and why, who is exposed, and what schedules and ramps do to a running server.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { analyzed, Client, query, serve, temporaryDirectory, until } from "./support.mjs";

const kVariants = "variants: [{key: popular, control: true}, {key: als, parameters: {ranker: als}}]";

const shop = (experiment, more = "") => `version: 1
defaults: {unit: customer}
parameters: {ranker: popular}
experiments:
  - {key: ranker, status: running, ${experiment} ${kVariants}}
${more}`;

async function opened(t, configuration) {
  const directory = temporaryDirectory(t);
  const file = path.join(directory, "experiments.yaml");
  writeFileSync(file, configuration);
  const server = await serve(t, directory);
  const client = new Client(server.url);
  t.after(() => client.close());
  const ask = async (body) => {
    const answer = await client.request("POST", "/api/v1/assignments", {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
    return { status: answer.status, ...JSON.parse(answer.body) };
  };
  return { directory, file, server, client, ask };
}

test("assignments: texts as units, exposed only where they meet the variant, in no world at all", async (t) => {
  const { server, client, ask } = await opened(t, shop(""));
  const unit = "9f1c2d3e-0000-4000-8000-00000000c0de";
  const first = await ask({ unit });
  const { variant } = first.experiments.ranker;
  assert.deepEqual(first, {
    status: 200,
    unit,
    parameters: { ranker: variant },
    experiments: { ranker: { version: 1, variant, reason: "split", exposed: false } },
  });
  assert.equal(query(server.store, "SELECT COUNT(*) AS n FROM exposures")[0].n, 0);
  const exposed = await ask({ unit, experiments: ["ranker"], expose: true, attributes: { country: "SE" } });
  assert.equal(exposed.experiments.ranker.exposed, true);
  assert.deepEqual(query(server.store, "SELECT experiment, version, unit, variant FROM exposures"), [
    { experiment: "ranker", version: 1, unit, variant },
  ]);
  const many = await ask({ units: Array.from({ length: 1000 }, (_, i) => ({ unit: `u-${i}`, expose: true })) });
  assert.equal(many.assignments.length, 1000);
  assert.deepEqual(
    many.assignments.map((one) => one.unit),
    Array.from({ length: 1000 }, (_, i) => `u-${i}`),
  );
  assert.equal(query(server.store, "SELECT COUNT(*) AS n FROM exposures")[0].n, 1001);
  // The same answer to the same unit, wherever it is asked.
  assert.deepEqual((await ask({ unit: "u-7" })).experiments.ranker.variant, many.assignments[7].experiments.ranker.variant);
  const wrong = await ask({ unit: "x", experiments: ["rankr"], expose: true });
  assert.equal(wrong.status, 400);
  assert.match(wrong.detail, /unknown experiment "rankr"/);
  // Nothing plays next where nobody recommends, and the page is there all the same.
  assert.equal((await client.request("POST", "/next/7", { body: '{"track":1,"time":1}', headers: { "Content-Type": "application/json" } })).status, 404);
  assert.equal((await client.get("/report")).status, 200);
  await server.end();
  const report = analyzed(path.dirname(server.store), "ranker");
  assert.equal(Object.values(report.units).reduce((sum, n) => sum + n), 1001);
});

test("assignments: targeting by attributes, and by the unit's own id", async (t) => {
  const { ask } = await opened(t, shop("targeting: {$or: [{country: {$in: [SE, NO]}}, {customer: {$inGroup: beta}}]},",
    "groups: {beta: [u-1, 7]}\n"));
  const reason = async (body) => (await ask(body)).experiments.ranker.reason;
  assert.equal(await reason({ unit: "u-0" }), "targeting");
  assert.equal(await reason({ unit: "u-0", attributes: { country: "NO" } }), "split");
  assert.equal(await reason({ unit: "u-0", attributes: { country: "DE" } }), "targeting");
  assert.equal(await reason({ unit: "u-1", attributes: { country: "DE" } }), "split");
  assert.equal(await reason({ unit: 7 }), "split");
  assert.equal(await reason({ unit: "7" }), "targeting", "the group has a number");
});

test("assignments: overrides, and why somebody is in none", async (t) => {
  const { server, ask } = await opened(t, shop("overrides: {boss: als}, coverage: 0.5,"));
  const reasons = {};
  for (let i = 0; i < 200; ++i) {
    const { experiments } = await ask({ unit: `u-${i}`, expose: true });
    const { reason, variant } = experiments.ranker;
    assert.equal(variant === null, reason === "coverage");
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  assert.deepEqual(Object.keys(reasons).sort(), ["coverage", "split"]);
  const boss = await ask({ unit: "boss", expose: true });
  assert.deepEqual(boss.experiments.ranker, { version: 1, variant: "als", reason: "override", exposed: false });
  assert.deepEqual(boss.parameters, { ranker: "als" });
  assert.equal(query(server.store, "SELECT COUNT(*) AS n FROM exposures WHERE unit = 'boss'")[0].n, 0);
});

test("assignments: a ramp comes to its steps, and moves nobody", async (t) => {
  const soon = (ms) => new Date(Date.now() + ms).toISOString();
  const { server, ask } = await opened(t, shop(`ramp: [{from: "${soon(-1000)}", coverage: 0.2}, {from: "${soon(3000)}", coverage: 0.6}],`));
  const everybody = async () => {
    const { assignments } = await ask({ units: Array.from({ length: 1000 }, (_, i) => ({ unit: `u-${i}` })) });
    return assignments.map((one) => one.experiments.ranker?.variant ?? null);
  };
  const before = await everybody();
  assert.ok(before.filter((one) => one !== null).length > 120 && before.filter((one) => one !== null).length < 280);
  await server.said(/^experiments\.yaml: a schedule or a ramp came to a step$/m);
  const after = await everybody();
  assert.ok(after.filter((one) => one !== null).length > 500);
  for (const [i, variant] of before.entries()) if (variant !== null) assert.equal(after[i], variant);
  // Each step is a configuration of the store; the file is the same.
  const stored = query(server.store, "SELECT checksum, text FROM configurations ORDER BY id");
  assert.equal(stored.length, 2);
  assert.equal(stored[0].text, stored[1].text);
  assert.notEqual(stored[0].checksum, stored[1].checksum);
  const changes = await until(async () => {
    const client = new Client(server.url);
    const answer = JSON.parse((await client.get("/api/v1/experiments/ranker/configurations")).body);
    client.close();
    return answer;
  });
  assert.match(JSON.stringify(changes), /coverage is 0\.6, was 0\.2/);
});

test("assignments: a schedule ends an experiment, across a restart too", async (t) => {
  const { directory, server, ask } = await opened(t, shop(`schedule: {end: "${new Date(Date.now() + 2500).toISOString()}"},`));
  assert.equal((await ask({ unit: "a", expose: true })).experiments.ranker.reason, "split");
  await server.said(/a schedule or a ramp came to a step/);
  assert.deepEqual((await ask({ unit: "b", experiments: ["ranker"], expose: true })).experiments.ranker, {
    version: 1,
    variant: null,
    reason: "not_running",
    exposed: false,
  });
  await server.end();
  const again = await serve(t, directory);
  const client = new Client(again.url);
  t.after(() => client.close());
  const list = JSON.parse((await client.get("/api/v1/experiments")).body);
  assert.equal(list.experiments[0].status, "stopped");
  assert.equal(query(again.store, "SELECT COUNT(*) AS n FROM experiment_ends")[0].n, 1);
});
