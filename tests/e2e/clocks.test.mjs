// A store has the time, and the listeners, of one world: simulated ones and real ones, or those of two worlds, are never
// mixed. A simulated January and a real November read as one experiment of 330 days once.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { analyzed, Client, configuration, crossfade, query, serve, temporaryDirectory } from "./support.mjs";

const kWorlds = temporaryDirectory({ after });
const kWorld = path.join(kWorlds, "world");
const kOther = path.join(kWorlds, "other");
for (const [directory, seed] of [[kWorld, "1"], [kOther, "2"]]) {
  execFileSync(crossfade, ["world", "generate", "--preset", "course-2025", "--seed", seed, "--out", directory], { stdio: "pipe" });
}

// A directory with experiments.yaml, and the program in it.
function shell(t) {
  const directory = temporaryDirectory(t);
  writeFileSync(path.join(directory, "experiments.yaml"), configuration());
  const run = (...args) => {
    const { status, stdout, stderr } = spawnSync(crossfade, args, { cwd: directory, encoding: "utf8", timeout: 60_000 });
    return { status, stdout, stderr };
  };
  const simulate = (world = kWorld, ...args) => run("simulate", "--sessions", "300", "--world", world, ...args);
  return { directory, run, simulate, store: path.join(directory, "crossfade.db") };
}

const kAll = "SELECT (SELECT COUNT(*) FROM playbacks) AS playbacks, (SELECT COUNT(*) FROM sessions) AS sessions, (SELECT COUNT(*) FROM runs) AS runs";

test("clocks: a store of real listeners takes no simulated ones", async (t) => {
  const { directory, simulate, store } = shell(t);
  const server = await serve(t, directory, ["--world", kWorld]);
  const client = new Client(server.url);
  await client.play("next", 7, 1, 0.5);
  await client.play("last", 7, 2, 0.5);
  client.close();
  assert.equal((await server.end()).code, 0);
  const before = query(store, kAll);
  const { status, stdout, stderr } = simulate();
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^crossfade\.db: holds requests of real listeners, the last one at \S+, which must not be mixed with simulated ones; want another --store\n$/);
  assert.deepEqual(query(store, kAll), before);
});

test("clocks: a store of simulated listeners is shown, and takes no real ones", async (t) => {
  const { directory, run, simulate, store } = shell(t);
  assert.equal(simulate().status, 0);
  const before = query(store, kAll);
  const server = await serve(t, directory, ["--world", kWorld]);
  await server.said(/^crossfade: crossfade\.db: holds simulated listeners, the last one at 2026-01-0\S+, which must not be mixed with real ones; want another --store; until then the page is served, and no listener$/m);
  const client = new Client(server.url);
  t.after(() => client.close());
  for (const [target, body] of [["/next/7", { track: 1, time: 0.5 }], ["/last/7", { track: 1, time: 0.5 }],
    ["/api/v1/events", { unit: "7", event: "purchase" }]]) {
    const refused = await client.post(target, body);
    assert.equal(refused.status, 409, target);
    assert.match(refused.body, /holds simulated listeners.*want another --store/);
  }
  const { units } = JSON.parse((await client.get("/api/v1/experiments/sticky-vs-random/results")).body);
  assert.ok(units.control > 0);
  assert.equal((await client.get("/report")).status, 200);
  assert.equal((await server.end()).code, 0);
  assert.deepEqual(query(store, kAll), before);

  // What others logged is real, too.
  writeFileSync(path.join(directory, "log.json"), '{"message":"last","timestamp":1700000000000,"user":7,"track":1,"time":0.5,"latency":0.1,"experiments":{"E":"C"}}\n');
  const imported = run("import", "botify-log", "log.json");
  assert.equal(imported.status, 2);
  assert.match(imported.stderr, /^crossfade\.db: holds simulated listeners, .*want another --store\n$/);
  assert.deepEqual(query(store, kAll), before);
  // It goes on where it was.
  assert.equal(simulate().status, 0);
  assert.equal(analyzed(directory).experiments.length, 1);
});

test("clocks: a store of before runs were recorded is told by what stands in it", async (t) => {
  const { directory, simulate, store } = shell(t);
  assert.equal(simulate().status, 0);
  execFileSync("sqlite3", [store, "DELETE FROM runs"]);
  const server = await serve(t, directory, ["--world", kWorld]);
  const client = new Client(server.url);
  assert.equal((await client.post("/next/7", { track: 1, time: 0.5 })).status, 409);
  client.close();
  assert.equal((await server.end()).code, 0);
  execFileSync("sqlite3", [store, "UPDATE playbacks SET latency_ms = 1 WHERE id = 1"]);
  assert.match(simulate().stderr, /holds requests of real listeners/);
});

test("clocks: a server that nobody has asked anything leaves the store to whoever comes first", async (t) => {
  const { directory, simulate } = shell(t);
  const server = await serve(t, directory, ["--world", kWorld]);
  assert.equal((await server.end()).code, 0);
  assert.equal(simulate().status, 0);
  const again = await serve(t, directory, ["--world", kWorld]);
  const client = new Client(again.url);
  assert.equal((await client.post("/next/7", { track: 1, time: 0.5 })).status, 409);
  client.close();
});

test("worlds: a store takes the listeners of one world, and names both where another one is tried", async (t) => {
  const { simulate, store } = shell(t);
  assert.equal(simulate().status, 0);
  const before = query(store, kAll);
  const { status, stderr } = simulate(kOther);
  assert.equal(status, 2);
  assert.match(stderr, /^crossfade\.db: holds listeners of another world, preset course-2025, seed 1 \(checksum \S+\), and this one is preset course-2025, seed 2 \(checksum \S+\); want that --world, or another --store\n$/);
  assert.deepEqual(query(store, kAll), before);
  assert.equal(simulate().status, 0);
});
