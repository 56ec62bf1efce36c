// The configuration of a running server: reloaded by SIGHUP and when the file changes, refused when it is faulty or would
// move units of a running experiment, also across a restart.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { analyzed, Client, configuration, crossfade, home, query, serve, until } from "./support.mjs";

const hypothesisOf = async (server) => {
  const client = new Client(server.url);
  const list = JSON.parse((await client.get("/api/v1/experiments")).body);
  client.close();
  return list.experiments[0].hypothesis;
};

test("reload: by SIGHUP; a faulty file is reported and the former configuration stays", async (t) => {
  const directory = home(t);
  const file = path.join(directory, "experiments.yaml");
  const server = await serve(t, directory);
  assert.equal(await hypothesisOf(server), "Staying with an artist helps.");

  writeFileSync(file, configuration({ hypothesis: "Another one." }));
  server.signal("SIGHUP");
  await server.said(/^experiments\.yaml: reloaded$/m);
  assert.equal(await hypothesisOf(server), "Another one.");

  writeFileSync(file, configuration({ hypothesis: "A third one." }).replace("type: sticky_artist", "type: sticky_artists"));
  server.signal("SIGHUP");
  await server.said(/^experiments\.yaml:4:\d+: .*sticky_artists.*\n.*not reloaded, the former configuration stays active$/m);
  assert.equal(await hypothesisOf(server), "Another one.");
  const client = new Client(server.url);
  t.after(() => client.close());
  await client.play("next", 1, 1, 1);

  const stored = query(server.store, "SELECT text FROM configurations ORDER BY id").map((row) => row.text);
  assert.deepEqual(stored, [configuration(), configuration({ hypothesis: "Another one." })]);
});

test("reload: what cannot be recorded is not active either", async (t) => {
  const directory = home(t);
  const server = await serve(t, directory);
  const lock = spawn("sqlite3", [server.store], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => lock.kill());
  lock.stdin.write("BEGIN IMMEDIATE; SELECT 'locked';\n");
  await once(lock.stdout, "data");
  writeFileSync(path.join(directory, "experiments.yaml"), configuration({ hypothesis: "Nobody wrote this down." }));
  server.signal("SIGHUP");
  await server.said(/^.*locked.*\nexperiments\.yaml: not reloaded, the former configuration stays active until the store can be written$/m);
  assert.equal(await hypothesisOf(server), "Staying with an artist helps.");
  lock.stdin.end("ROLLBACK;\n");
  await once(lock, "close");
  await server.said(/^experiments\.yaml: reloaded$/m);
  assert.equal(await hypothesisOf(server), "Nobody wrote this down.");
});

test("reload: by a change of the file, without any signal", async (t) => {
  const directory = home(t);
  const server = await serve(t, directory);
  writeFileSync(path.join(directory, "experiments.yaml"), configuration({ hypothesis: "Changed on the disk." }));
  await server.said(/^experiments\.yaml: reloaded$/m);
  assert.equal(await hypothesisOf(server), "Changed on the disk.");
});

test("reload: weights of a running experiment change with its version only", async (t) => {
  const directory = home(t);
  const file = path.join(directory, "experiments.yaml");
  const server = await serve(t, directory);
  const client = new Client(server.url);
  t.after(() => client.close());
  await client.play("next", 1, 1, 1);

  writeFileSync(file, configuration({ control: 0.25 }));
  server.signal("SIGHUP");
  await server.said(/^experiments\.yaml:\d+:\d+: .*version.*\n.*not reloaded/m);
  assert.equal((await server.end()).code, 0);

  // The store knows what was active, so a restart does not get around it.
  const refused = spawnSync(crossfade, ["serve", "--port", "0"], { cwd: directory, encoding: "utf8", timeout: 20_000 });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /^experiments\.yaml:\d+:\d+: .*version/);

  writeFileSync(file, configuration({ control: 0.25, version: 2 }));
  const raised = await serve(t, directory);
  const second = new Client(raised.url);
  t.after(() => second.close());
  await second.play("next", 1, 1, 1);
  assert.deepEqual(query(raised.store, "SELECT version FROM exposures ORDER BY version"), [{ version: 1 }, { version: 2 }]);
});

test("reload: sessions that nobody ends are closed by the timeout", async (t) => {
  const server = await serve(t, home(t), ["--session-timeout", "0.001"]); // 60 ms
  const client = new Client(server.url);
  t.after(() => client.close());
  await client.play("next", 1, 1, 0.75);
  const rows = await until(() => {
    const ended = query(server.store, "SELECT unit, tracks, time, end_reason FROM sessions");
    return ended.length > 0 && ended;
  });
  assert.deepEqual(rows, [{ unit: 1, tracks: 1, time: 0.75, end_reason: "timeout" }]);
});

test("reload: what it changed during an experiment is in the report, and every configuration can be read", async (t) => {
  const directory = home(t);
  const file = path.join(directory, "experiments.yaml");
  const covering = (coverage) => configuration().replace("    variants:", `    coverage: ${coverage}\n    variants:`);
  writeFileSync(file, covering(0.5));
  const server = await serve(t, directory);
  const client = new Client(server.url);
  t.after(() => client.close());
  const playAll = async () => {
    for (let user = 1; user <= 20; ++user) await client.play("last", user, 1, 0.5);
  };
  const get = async (target) => JSON.parse((await client.get(target)).body);
  const results = "/api/v1/experiments/sticky-vs-random/results";
  await playAll();
  assert.deepEqual((await get(results)).health.configuration_changes, []);

  writeFileSync(file, covering(1));
  server.signal("SIGHUP");
  await server.said(/^experiments\.yaml: reloaded$/m);
  await playAll();
  const stored = query(server.store, "SELECT checksum, text, strftime('%Y-%m-%dT%H:%M:%fZ', since_ms / 1000.0, 'unixepoch') AS since FROM configurations ORDER BY id");
  assert.equal(stored.length, 2);
  const change = { at: stored[1].since, checksum: stored[1].checksum, changes: ["coverage is 1, was 0.5"], treatment: false };
  assert.deepEqual((await get(results)).health.configuration_changes, [change]);
  const { experiment, configurations } = await get("/api/v1/experiments/sticky-vs-random/configurations");
  assert.equal(experiment, "sticky-vs-random");
  assert.deepEqual(configurations, [
    { ...stored[0], current: false, files: [], changes: ["added"] },
    { ...stored[1], current: true, files: [], changes: change.changes },
  ]);

  // The command line reads the same from the store, also what it cannot parse any more.
  assert.equal((await server.end()).code, 0);
  execFileSync("sqlite3", [server.store, "INSERT INTO configurations (checksum, text, since_ms) VALUES ('0', 'experiments: none', 1)"]);
  const run = (...args) => execFileSync(crossfade, args, { cwd: directory, encoding: "utf8" });
  const printed = analyzed(directory, "sticky-vs-random");
  assert.deepEqual(printed.health.configuration_changes, [change]);
  assert.match(run("analyze", "sticky-vs-random"), new RegExp(`^  changes   ${change.at}: coverage is 1, was 0\\.5$`, "m"));
  run("report", "sticky-vs-random", "--out", "report.html");
  const page = readFileSync(path.join(directory, "report.html"), "utf8");
  assert.ok(page.includes('"/api/v1/experiments/sticky-vs-random/configurations":{"experiment":"sticky-vs-random"'));
});
