// The configuration of a running server: reloaded by SIGHUP and when the file changes, refused when it is faulty or would
// move units of a running experiment, also across a restart.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Client, configuration, crossfade, home, query, serve } from "./support.mjs";

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
  const end = Date.now() + 10_000;
  let rows = [];
  while (rows.length === 0 && Date.now() < end) {
    rows = query(server.store, "SELECT unit, tracks, time, end_reason FROM sessions");
  }
  assert.deepEqual(rows, [{ unit: 1, tracks: 1, time: 0.75, end_reason: "timeout" }]);
});
