// The end of an experiment: it is stopped or taken out of the file, listeners go on, and its result stands.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { analyzed, Client, crossfade, query, serve, temporaryDirectory, until } from "./support.mjs";

const kWorld = path.join(temporaryDirectory({ after }), "world");
execFileSync(crossfade, ["world", "generate", "--preset", "course-2025", "--out", kWorld], { stdio: "pipe" });

const kHead = `version: 1
recommenders:
  random: {type: random}
  sticky: {type: sticky_artist, fallback: random}
parameters: {recommender: random}
`;
const experiment = (status, version = 1) => `${kHead}experiments:
  - key: sticky
    status: ${status}
    version: ${version}
    variants:
      - {key: control, weight: 0.5, control: true}
      - {key: treatment, weight: 0.5, parameters: {recommender: sticky}}
`;

function home(t) {
  const directory = temporaryDirectory(t);
  const simulate = (configuration, seed) => {
    writeFileSync(path.join(directory, "experiments.yaml"), configuration);
    return spawnSync(crossfade, ["simulate", "--world", kWorld, "--sessions", "2000", "--days", "3", "--seed", String(seed)],
      { cwd: directory, encoding: "utf8" });
  };
  return { directory, simulate };
}

// All but the statements, which say more, and the trend: until the end more units have had their days.
const numbers = ({ units, data_through, metrics }) =>
  ({ units, data_through, metrics: metrics.map(({ sql, trend, ...rest }) => rest) });

for (const [how, configuration] of [["stopped", experiment("stopped")], ["taken out of the file", kHead]]) {
  test(`an experiment that is ${how} does not go on counting`, (t) => {
    const { directory, simulate } = home(t);
    assert.equal(simulate(experiment("running"), 1).status, 0);
    const before = analyzed(directory, "sticky");
    assert.equal(before.ended, null);

    assert.equal(simulate(configuration, 2).status, 0);
    const store = path.join(directory, "crossfade.db");
    const [{ sessions }] = query(store, "SELECT COUNT(*) AS sessions FROM sessions");
    assert.equal(sessions, 4000);
    // Whoever has the experiment's file no more could not tell its control.
    writeFileSync(path.join(directory, "experiments.yaml"), experiment("stopped"));
    const later = analyzed(directory, "sticky");
    assert.deepEqual(numbers(later), numbers(before));
    assert.ok(Date.parse(later.ended) > Date.parse(before.data_through), later.ended);
    const [{ counted }] = query(store, "SELECT COUNT(*) AS counted FROM analysed_sessions WHERE experiment = 'sticky'");
    assert.equal(counted, 2000);
    for (const metric of later.metrics.filter(({ metric: name }) => name === "sessions")) {
      const rows = query(store, metric.sql);
      assert.deepEqual(rows.map(({ n }) => n), metric.variants.map(({ n }) => n));
    }
  });
}

// A server's clock is not the simulated one.
test("what a server has ended does not count what is simulated later, earlier by the clock", async (t) => {
  const { directory, simulate } = home(t);
  simulate(experiment("running"), 1);
  const before = analyzed(directory, "sticky");
  writeFileSync(path.join(directory, "experiments.yaml"), experiment("stopped"));
  await (await serve(t, directory, ["--world", kWorld])).end();
  assert.equal(simulate(experiment("stopped"), 2).status, 0);
  assert.deepEqual(numbers(analyzed(directory, "sticky")), numbers(before));
});

test("an ended version does not run again, a higher one does", (t) => {
  const { directory, simulate } = home(t);
  simulate(experiment("running"), 1);
  simulate(experiment("stopped"), 2);
  const again = simulate(experiment("running"), 3);
  assert.equal(again.status, 2, again.stderr);
  assert.match(again.stderr, /experiments\.yaml:7:10: version 1 of experiment "sticky" ended on \S+ and is to run again, want a version above 1/);
  assert.equal(simulate(experiment("running", 2), 3).status, 0);
  const report = analyzed(directory, "sticky");
  assert.equal(report.version, 2);
  assert.equal(report.ended, null);
});

test("a server's experiment ends when its file says so, and who is logged later is not in it", async (t) => {
  const { directory, simulate } = home(t);
  writeFileSync(path.join(directory, "experiments.yaml"), experiment("running"));
  const server = await serve(t, directory, ["--world", kWorld]);
  const client = new Client(server.url);
  t.after(() => client.close());
  const listen = async (units) => {
    for (const unit of units) {
      assert.equal((await client.post(`/next/${unit}`, { track: 1, time: 0.5 })).status, 200);
      assert.equal((await client.post(`/last/${unit}`, { track: 2, time: 0.25 })).status, 200);
    }
  };
  const total = ({ units }) => Object.values(units).reduce((sum, n) => sum + n, 0);
  const results = async () => JSON.parse((await client.get("/api/v1/experiments/sticky/results")).body);
  await listen([...Array(20).keys()]);
  const before = await results();
  assert.equal(total(before), 20);
  writeFileSync(path.join(directory, "experiments.yaml"), experiment("stopped"));
  await until(async () => (await results()).status === "stopped");
  await listen([...Array(40).keys()]);
  const later = await results();
  assert.equal(total(later), 20);
  assert.deepEqual(later.metrics[0].variants, before.metrics[0].variants);
  assert.notEqual(later.ended, null);

  writeFileSync(path.join(directory, "experiments.yaml"), experiment("running"));
  await until(() => /ended on .* and is to run again/.test(server.stderr()));
  assert.equal((await results()).status, "stopped");
});
