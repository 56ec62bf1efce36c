// `crossfade serve --lab`: simulations that the page asks for, in a server that serves no listeners.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { analyzed, Client, crossfade, home, query, serve, temporaryDirectory, until } from "./support.mjs";

const kDay = 86_400_000;
const kWorld = path.join(temporaryDirectory({ after }), "world");
execFileSync(crossfade, ["world", "generate", "--preset", "course-2025", "--out", kWorld], { stdio: "pipe" });

const experiments = (aa, later) => `version: 1
recommenders:
  random: {type: random}
  sticky: {type: sticky_artist, fallback: random}
parameters: {recommender: random}
layers:
  ranking: {salt: ranking}
experiments:
  - key: aa
    status: ${aa}
    layer: {name: ranking, range: [0.0, 0.5]}
    variants: [{key: control, control: true}, {key: treatment}]
    plan: {sample_size: 100000, looks: 5}
  - key: later
    status: ${later}
    layer: {name: ranking, range: [0.5, 1.0]}
    coverage: 0.5
    variants: [{key: control, control: true}, {key: treatment, parameters: {recommender: sticky}}]
`;

// A directory without a store, and a lab that runs in it.
async function lab(t) {
  const directory = temporaryDirectory(t);
  writeFileSync(path.join(directory, "experiments.yaml"), experiments("running", "draft"));
  const server = await serve(t, directory, ["--lab", "--world", kWorld]);
  const client = new Client(server.url);
  t.after(() => client.close());
  const get = async (target) => JSON.parse((await client.get(target)).body);
  return {
    directory, server, client, get,
    start: (body) => client.post("/api/v1/lab/simulation", body),
    // The simulation, once `enough` holds.
    follow: (enough) => until(async () => {
      const { simulation } = await get("/api/v1/lab");
      if (enough(simulation)) return simulation;
      assert.equal(simulation.state, "running", JSON.stringify(simulation));
      return null;
    }),
  };
}

const isDone = ({ state }) => state === "done";
const kSessions = `SELECT unit, tracks, round(time, 9) AS time, latency_ms, end_reason, started_ms, ended_ms FROM sessions
  ORDER BY unit, started_ms`;
const one = (store, sql) => Object.values(query(store, sql)[0])[0];

test("lab: a simulation of a draft, from its request to its results", async (t) => {
  const { directory, server, client, get, start, follow } = await lab(t);
  const { listeners, ...before } = await get("/api/v1/lab");
  assert.deepEqual(before, { enabled: true, experiments: ["aa", "later"], simulation: null });
  assert.match(server.stderr(), /^a lab: simulates listeners, and serves none$/m);

  const wanted = { experiment: "later", sessions: 1500, days: 2, seed: 7 };
  const started = await start(wanted);
  assert.equal(started.status, 202, started.body);
  assert.equal(started.headers["cache-control"], "no-store");
  const simulation = { id: 1, ...wanted, listeners, start: "2026-01-05T00:00:00.000Z" };
  const { state, complete, summary, ...told } = await follow(isDone);
  assert.deepEqual([state, complete, told], ["done", 1500, simulation]);

  const rows = query(server.store, kSessions);
  assert.equal(rows.length, 1500);
  assert.equal(summary.sessions, 1500);
  assert.equal(summary.tracks, rows.reduce((sum, row) => sum + row.tracks, 0));
  assert.ok(Math.abs(summary.mean_time - rows.reduce((sum, row) => sum + row.time, 0) / 1500) < 1e-9);
  assert.equal(one(server.store, "SELECT COUNT(*) FROM looks"), 0);
  assert.deepEqual(query(server.store, "SELECT DISTINCT experiment FROM exposures"), [{ experiment: "later" }]);
  assert.deepEqual(query(server.store, "SELECT text, since_ms FROM configurations"), [
    { text: experiments("running", "draft"), since_ms: Date.parse(simulation.start) },
  ]);
  const units = one(server.store, "SELECT COUNT(*) FROM exposures");
  const results = await get("/api/v1/experiments/later/results");
  assert.equal(results.units.control + results.units.treatment, units);
  // A half of the layer, and a half of that.
  assert.ok(Math.abs(units / one(server.store, "SELECT COUNT(DISTINCT unit) FROM sessions") - 0.25) < 0.08);

  // The same as the command line plays when that experiment alone is running.
  writeFileSync(path.join(directory, "alone.yaml"), experiments("draft", "running"));
  execFileSync(crossfade, ["simulate", "--config", "alone.yaml", "--store", "alone.db", "--world", kWorld, "--sessions",
    "1500", "--days", "2", "--seed", "7"], { cwd: directory, stdio: "pipe" });
  assert.deepEqual(query(path.join(directory, "alone.db"), kSessions), rows);

  // A history of one of them, as the page shows it.
  const { unit } = rows[0];
  const history = await get(`/api/v1/units/${unit}`);
  assert.equal(history.sessions_total, rows.filter((row) => row.unit === unit).length);
  assert.deepEqual(history.assignments.map(({ experiment, status }) => [experiment, status]), [["aa", "running"], ["later", "draft"]]);
  assert.ok(history.sessions[0].playbacks.every(({ title, latency_ms }) => title.length > 0 && latency_ms === null));
  client.close();
});

// `later` was simulated, and then `aa` of the same layer: the listeners of `later` came back in the second simulation,
// outside of their experiment, and what they heard there counted for it. An effect of +60 % read +18 %.
test("lab: the simulation of one experiment is nothing to another, whichever comes first", async (t) => {
  const { directory, server, get, start, follow } = await lab(t);
  const simulate = async (experiment, seed) => {
    assert.equal((await start({ experiment, sessions: 1500, days: 2, seed })).status, 202);
    return follow(isDone);
  };
  const numbers = async (key) => {
    const { data_through, units, metrics, traffic } = await get(`/api/v1/experiments/${key}/results?traffic=true`);
    return { data_through, units, metrics: metrics.map(({ sql, ...rest }) => rest), traffic };
  };
  await simulate("later", 7);
  const later = await numbers("later");
  const { start: begin } = await simulate("aa", 8);
  assert.deepEqual(await numbers("later"), later);

  // The first one is what `simulate` gives of it alone, the second one too.
  const alone = (aa, other, store, ...args) => {
    writeFileSync(path.join(directory, `${store}.yaml`), experiments(aa, other));
    execFileSync(crossfade, ["simulate", "--config", `${store}.yaml`, "--store", `${store}.db`, "--world", kWorld,
      "--sessions", "1500", "--days", "2", ...args], { cwd: directory, stdio: "pipe" });
    const report = analyzed(directory, store, "--config", `${store}.yaml`, "--store", `${store}.db`);
    return report.metrics.map(({ metric, variants, comparisons }) => [metric, variants, comparisons.map(({ effect }) => effect)]);
  };
  const told = async (key) => (await numbers(key)).metrics.map(({ metric, variants, comparisons }) =>
    [metric, variants, comparisons.map(({ effect }) => effect)]);
  assert.deepEqual(await told("later"), alone("draft", "running", "later", "--seed", "7"));
  // What a unit did before it was seen differs: in the lab it had played before. What is compared does not.
  assert.deepEqual(await told("aa"), alone("running", "draft", "aa", "--seed", "8", "--start", begin));

  // What the report counts is what its SELECT counts, and a notebook by the view.
  const { metrics } = await get("/api/v1/experiments/later/results");
  const time = metrics.find(({ metric }) => metric === "time");
  const rows = query(server.store, time.sql);
  assert.deepEqual(rows.map(({ n }) => n), time.variants.map(({ n }) => n));
  rows.forEach(({ mean }, i) => assert.ok(Math.abs(mean - time.variants[i].mean) < 1e-9));
  const counted = one(server.store, "SELECT SUM(time) FROM analysed_sessions WHERE experiment = 'later'");
  assert.ok(Math.abs(counted - time.variants.reduce((sum, { n, mean }) => sum + n * mean, 0)) < 1e-6);

  // Once more: the sessions of its own second simulation are added, those in between are not.
  await simulate("later", 9);
  const sum = one(server.store, `SELECT SUM(time) FROM sessions WHERE unit IN (SELECT unit FROM exposures
    WHERE experiment = 'later') AND started_ms >= (SELECT first_seen_ms FROM exposures AS e WHERE e.experiment = 'later'
    AND e.unit = sessions.unit) AND NOT started_ms BETWEEN ${Date.parse(begin)} AND ${Date.parse(begin) + 3 * kDay - 1}`);
  const again = (await numbers("later")).metrics.find(({ metric }) => metric === "time");
  assert.ok(Math.abs(sum - again.variants.reduce((total, { n, mean }) => total + n * mean, 0)) < 1e-6);
});

test("lab: few listeners, on the days after those that were simulated", async (t) => {
  const { server, start, follow } = await lab(t);
  assert.equal((await start({ experiment: "aa", sessions: 300, days: 1 })).status, 202);
  await follow(isDone);
  const last = one(server.store, "SELECT MAX(ended_ms) FROM sessions");
  assert.equal((await start({ experiment: "aa", listeners: 20, sessions: 300, days: 3 })).status, 202);
  const second = await follow(isDone);
  assert.deepEqual([second.id, second.listeners], [2, 20]);
  assert.equal(Date.parse(second.start), (Math.floor(last / kDay) + 1) * kDay);
  const users = readFileSync(path.join(kWorld, "users.json"), "utf8").split("\n").slice(0, 20).map((line) => JSON.parse(line).user);
  const played = query(server.store, `SELECT DISTINCT unit FROM sessions WHERE started_ms >= ${Date.parse(second.start)}`);
  assert.deepEqual(new Set(played.map(({ unit }) => unit)), new Set(users));
});

test("lab: one simulation at a time, which can be cancelled; listeners are refused", async (t) => {
  const { server, client, start, follow } = await lab(t);
  assert.equal((await start({ experiment: "aa", sessions: 10_000_000, days: 3000 })).status, 202);
  await follow(({ complete }) => complete > 0);
  const second = await start({ experiment: "later" });
  assert.equal(second.status, 409);
  assert.equal(JSON.parse(second.body).detail, "a simulation runs, want its end or a DELETE first");
  for (const verb of ["next", "last"]) {
    const refused = await client.post(`/${verb}/7`, { track: 1, time: 0.5 });
    assert.equal(refused.status, 409);
    assert.match(JSON.parse(refused.body).message, /^this server is a lab/);
  }
  const refused = await client.post("/api/v1/events", { unit: "7", event: "purchase" });
  assert.equal(refused.status, 409);

  const cancelled = await client.request("DELETE", "/api/v1/lab/simulation");
  assert.equal(cancelled.status, 200);
  const { simulation } = JSON.parse(cancelled.body);
  assert.equal(simulation.state, "cancelled");
  assert.ok(simulation.complete < 10_000_000);
  assert.equal(simulation.summary.sessions, simulation.complete);
  assert.equal(one(server.store, "SELECT COUNT(*) FROM sessions"), simulation.complete);
  assert.equal(one(server.store, "SELECT COUNT(*) FROM playbacks WHERE session NOT IN (SELECT session FROM sessions)"), 0);
  assert.equal(one(server.store, "SELECT COUNT(*) FROM events"), 0);

  // The end of the server is the end of what it simulates.
  assert.equal((await start({ experiment: "later", sessions: 10_000_000 })).status, 202);
  await follow(({ complete }) => complete > 0);
  assert.deepEqual(await server.end(), { code: 0, signal: null });
  assert.equal(one(server.store, "SELECT COUNT(*) FROM playbacks WHERE session NOT IN (SELECT session FROM sessions)"), 0);
});

test("lab: a change of the configuration stands where it takes effect", async (t) => {
  const { directory, server, get, start, follow } = await lab(t);
  assert.equal((await start({ experiment: "later", sessions: 300, days: 1 })).status, 202);
  await follow(isDone);
  writeFileSync(path.join(directory, "experiments.yaml"), experiments("running", "draft").replace("coverage: 0.5", "coverage: 1"));
  server.signal("SIGHUP");
  await server.said(/^experiments\.yaml: reloaded$/m);
  assert.equal((await start({ experiment: "later", sessions: 300, days: 1 })).status, 202);
  const { start: at } = await follow(isDone);
  const { health } = await get("/api/v1/experiments/later/results");
  assert.deepEqual(health.configuration_changes.map((change) => [change.at, change.changes]), [[at, ["coverage is 1, was 0.5"]]]);
});

test("lab: a store of real listeners, or a world without listeners, is refused", async (t) => {
  const directory = home(t);
  const refused = (...args) => {
    const { status, stderr } = spawnSync(crossfade, ["serve", "--port", "0", "--lab", ...args],
      { cwd: directory, encoding: "utf8", timeout: 20_000 });
    return [status, stderr];
  };
  const [status, why] = refused();
  assert.equal(status, 2);
  assert.match(why, /^world: a catalogue without listeners, as world publish leaves it: nobody can be simulated in it; .*\n$/);

  const server = await serve(t, directory);
  const client = new Client(server.url);
  await client.play("next", 7, 1, 0.5);
  client.close();
  assert.equal((await server.end()).code, 0);
  const real = /^crossfade\.db: holds requests of real listeners(, the last one at \S+)?, which must not be mixed with simulated ones; want another --store\n$/;
  const require = ([code, said]) => {
    assert.equal(code, 2);
    assert.match(said, real);
  };
  require(refused("--world", kWorld));
  execFileSync("sqlite3", [server.store, "DELETE FROM playbacks; INSERT INTO events (unit, name, value, at_ms) VALUES (7, 'purchase', 1, 1)"]);
  require(refused("--world", kWorld));
});
