// The HTTP interface as the course's simulator speaks it, byte for byte, and what stands in the store afterwards.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { analyzed, Client, configuration, crossfade, home, query, serve } from "./support.mjs";

// Body, status and headers as curl saw them.
function curl(...args) {
  const output = execFileSync("curl", ["--silent", "--show-error", "--include", ...args], { encoding: "latin1" });
  const end = output.indexOf("\r\n\r\n");
  const [first, ...lines] = output.slice(0, end).split("\r\n");
  const headers = Object.fromEntries(lines.map((line) => [line.split(": ")[0].toLowerCase(), line.split(": ")[1]]));
  return { status: Number(first.split(" ")[1]), headers, body: output.slice(end + 4) };
}

const json = ["-H", "Content-Type: application/json"];

test("http: a custom event is durable when it is acknowledged, and its metric counts it", async (t) => {
  const directory = home(t);
  writeFileSync(path.join(directory, "experiments.yaml"), `${configuration()}    metrics: {primary: purchases}
metrics:
  purchases: {type: mean, event: {custom: purchase}, aggregate: sum}
`);
  const server = await serve(t, directory);
  const client = new Client(server.url);
  await client.play("next", 7, 1, 0.5);
  for (const event of [{ unit: "7", event: "purchase", value: 2.5 }, [{ unit: "7", event: "purchase" }, { unit: "8", event: "visit" }]]) {
    const answer = await client.post("/api/v1/events", event);
    assert.deepEqual([answer.status, answer.body], [200, `{"accepted":${[event].flat().length},"repeated":0}\n`]);
  }
  server.signal("SIGKILL");
  client.close();
  await server.ended;
  assert.deepEqual(query(server.store, "SELECT unit, name, value FROM events ORDER BY id"), [
    { unit: 7, name: "purchase", value: 2.5 }, { unit: 7, name: "purchase", value: 1 }, { unit: 8, name: "visit", value: 1 },
  ]);
  const report = analyzed(directory, "sticky-vs-random");
  const { variants } = report.metrics.find(({ metric }) => metric === "purchases");
  assert.deepEqual(variants.filter(({ n }) => n > 0).map(({ n, mean }) => [n, mean]), [[1, 3.5]]);
});

test("http: the five calls, and their rows in the store", async (t) => {
  const server = await serve(t, home(t));

  const alive = curl(`${server.url}/`);
  assert.equal(alive.status, 200);
  assert.equal(alive.headers["content-type"], "application/json");
  assert.match(alive.body, /^\{"status":"alive","message":"[^"]+"\}\n$/);

  const track = curl(`${server.url}/track/0`);
  assert.equal(track.status, 200);
  assert.equal(track.body, '{"track":0,"artist":"Artist 0","title":"Song 0","recommendations":[4,8]}\n');

  const missing = curl(`${server.url}/track/42`);
  assert.equal(missing.status, 404);
  assert.equal(missing.body, '{"message":"Track not found"}\n');

  const next = curl(...json, "-d", '{"track":10,"time":0.3}', `${server.url}/next/7`);
  assert.equal(next.status, 200);
  assert.equal(next.headers["content-type"], "application/json");
  assert.match(next.body, /^\{"user":7,"track":\d+\}\n$/);
  const recommended = JSON.parse(next.body).track;
  assert.ok(recommended < 12);

  const last = curl(...json, "-d", `{"track":"${recommended}","time":"0.5"}`, `${server.url}/last/7`);
  assert.equal(last.status, 200);
  assert.equal(last.body, '{"user":7}\n');

  const playbacks = query(
    server.store,
    "SELECT unit, position, track, fraction, recommended, propensity, latency_ms >= 0 AS measured FROM playbacks ORDER BY id",
  );
  assert.deepEqual(
    playbacks.map(({ propensity, ...row }) => row),
    [
      { unit: 7, position: 0, track: 10, fraction: 0.3, recommended, measured: 1 },
      { unit: 7, position: 1, track: recommended, fraction: 0.5, recommended: null, measured: playbacks[1].measured },
    ],
  );
  assert.ok(playbacks[0].propensity > 0 && playbacks[0].propensity <= 1);
  assert.deepEqual(query(server.store, "SELECT unit, tracks, time, end_reason FROM sessions"), [
    { unit: 7, tracks: 2, time: 0.8, end_reason: "last" },
  ]);
  const variant = execFileSync(crossfade, ["assign", "sticky-vs-random", "7"], { cwd: path.dirname(server.store), encoding: "utf8" });
  assert.deepEqual(query(server.store, "SELECT unit, experiment, version, variant FROM exposures"), [
    { unit: 7, experiment: "sticky-vs-random", version: 1, variant: variant.trim().split("\t")[1] },
  ]);
});

test("http: each kind of bad request has its answer, and stores nothing", async (t) => {
  const server = await serve(t, home(t));
  const client = new Client(server.url);
  t.after(() => client.close());
  const missing = "Missing required parameter in the JSON body";
  const fraction = "is no fraction of a track, want a number from 0 to 1";
  const bodies = [
    ['{"track":10}', { time: missing }],
    ['{"time":0.3}', { track: missing }],
    ["{}", { track: missing }],
    ["", "request body is not JSON"],
    ["{", "request body is not JSON"],
    ["track=10&time=0.3", "request body is not JSON"],
    ["[10,0.3]", "request body is not a JSON object"],
    ['{"track":"ten","time":0.3}', { track: '"ten" is no track, want a whole number from 0 to 4294967295' }],
    ['{"track":null,"time":0.3}', { track: "null is no track, want a whole number from 0 to 4294967295" }],
    ['{"track":10,"time":1.5}', { time: `1.5 ${fraction}` }],
    ['{"track":10,"time":-0.1}', { time: `-0.1 ${fraction}` }],
    ['{"track":10,"time":true}', { time: `true ${fraction}` }],
    ['{"track":10,"time":"nan"}', { time: `"nan" ${fraction}` }],
    ['{"track":10,"time":NaN}', "request body is not JSON"],
    ['{"track":10,"time":1e999}', "request body is not JSON"],
    ['{"track":10,"time":0.3,"time":0.4}', { time: "given twice" }],
    ["[".repeat(60_000), "request body is not a JSON object"],
  ];
  for (const verb of ["next", "last"]) {
    for (const [body, message] of bodies) {
      const answer = await client.post(`/${verb}/7`, body);
      assert.equal(answer.status, 400, body.slice(0, 80));
      assert.equal(answer.headers["content-type"], "application/json");
      assert.equal(answer.body, JSON.stringify({ message }) + "\n");
    }
  }

  const plain = await client.post("/next/7", '{"track":10,"time":0.3}', { "Content-Type": "text/plain" });
  assert.equal(plain.status, 400);
  assert.equal(plain.body, '{"message":"Content-Type is text/plain, want application/json"}\n');
  const untyped = await client.post("/next/7", '{"track":10,"time":0.3}', {});
  assert.equal(untyped.body, '{"message":"Content-Type is missing, want application/json"}\n');
  const user = await client.post("/next/18446744073709551616", { track: 10, time: 0.3 });
  assert.equal(user.status, 400);
  assert.equal(user.body, '{"message":"user is 18446744073709551616, want a whole number from 0 to 18446744073709551615"}\n');

  const method = await client.get("/next/7");
  assert.equal(method.status, 405);
  assert.equal(method.headers.allow, "POST");
  assert.equal(method.body, '{"message":"method is GET, want POST"}\n');
  const deleted = await client.request("DELETE", "/track/1");
  assert.equal(deleted.status, 405);
  assert.equal(deleted.headers.allow, "GET, HEAD");
  for (const target of ["/nowhere", "/next", "/next/7/", "/next/-7", "/next/seven"]) {
    const unknown = await client.post(target, { track: 10, time: 0.3 });
    assert.equal(unknown.status, 404, target);
    assert.equal(unknown.body, '{"message":"Not found"}\n');
  }

  const large = new Client(server.url);
  t.after(() => large.close());
  const tooLong = await large.post("/next/7", JSON.stringify({ track: 10, time: 0.3, padding: "x".repeat(70_000) }));
  assert.equal(tooLong.status, 413);

  for (const table of ["playbacks", "sessions", "exposures"]) {
    assert.deepEqual(query(server.store, `SELECT COUNT(*) AS n FROM ${table}`), [{ n: 0 }], table);
  }
  assert.equal((await client.get("/readyz")).body, '{"status":"ready"}\n');
});

test("http: large users and tracks that the catalogue lacks are logged", async (t) => {
  const server = await serve(t, home(t));
  const client = new Client(server.url);
  t.after(() => client.close());
  const answer = await client.post("/next/18446744073709551615", { track: 4294967295, time: 1 });
  assert.match(answer.body, /^\{"user":18446744073709551615,"track":\d{1,2}\}\n$/);
  assert.equal((await client.post("/last/007", { track: 1, time: 1 })).body, '{"user":7}\n');
  assert.deepEqual(query(server.store, "SELECT CAST(unit AS TEXT) AS unit, track FROM playbacks ORDER BY id"), [
    { unit: "18446744073709551615", track: 4294967295 },
    { unit: "7", track: 1 },
  ]);
});

test("http: browsers find the page, programs the results", async (t) => {
  const server = await serve(t, home(t));
  const client = new Client(server.url);
  t.after(() => client.close());
  const root = await client.get("/", { Accept: "text/html" });
  assert.equal(root.status, 302);
  assert.equal(root.headers.location, "/report");
  const page = await client.get("/report");
  assert.equal(page.status, 200);
  assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
  assert.match(page.headers["content-security-policy"], /^default-src 'none'; script-src 'self';/);
  assert.equal((await client.get("/report/sticky-vs-random")).body, page.body);
  const again = await client.get("/report", { "If-None-Match": page.headers.etag });
  assert.equal(again.status, 304);

  const { user, track } = await client.play("next", 7, 1, 1);
  await client.play("last", user, track, 0.25);
  const list = JSON.parse((await client.get("/api/v1/experiments")).body).experiments;
  assert.equal(list.length, 1);
  assert.equal(list[0].experiment, "sticky-vs-random");
  assert.equal(list[0].owner, "tests");
  assert.deepEqual(Object.values(list[0].units).sort(), [0, 1]);
  const results = await client.get("/api/v1/experiments/sticky-vs-random/results");
  assert.equal(results.status, 200);
  assert.deepEqual(JSON.parse(results.body), analyzed(path.dirname(server.store), "sticky-vs-random"));
  const unknown = await client.get("/api/v1/experiments/sticky-vs-randon/results");
  assert.equal(unknown.status, 404);
  assert.equal(unknown.headers["content-type"], "application/problem+json");
  assert.equal(
    unknown.body,
    '{"type":"/problems/not-found","title":"Not Found","status":404,"detail":"no experiment \\"sticky-vs-randon\\" in the configuration or the store; did you mean \\"sticky-vs-random\\"?"}\n',
  );
});

test("http: what cannot be served is said in one line, with the user's exit code", async (t) => {
  const directory = home(t);
  const server = await serve(t, directory);
  const run = (...args) => spawnSync(crossfade, ["serve", ...args], { cwd: directory, encoding: "utf8", timeout: 20_000 });

  const port = run("--port", String(server.port), "--store", "other.db");
  assert.equal(port.status, 2);
  assert.equal(port.stderr, `cannot listen on 127.0.0.1:${server.port}: Address already in use\n`);

  const store = run("--port", "0");
  assert.equal(store.status, 2, "one store, two writers");
  assert.match(store.stderr, /crossfade\.db/);

  const world = run("--port", "0", "--store", "other.db", "--world", "nowhere");
  assert.equal(world.status, 2);
  assert.match(world.stderr, /nowhere\/tracks\.json/);

  const flag = run("--port", "65536");
  assert.equal(flag.status, 2);
  assert.match(flag.stderr, /--port/);

  writeFileSync(path.join(directory, "bad.yaml"), configuration().replace("type: random", "type: randon"));
  const faults = run("--port", "0", "--store", "other.db", "--config", "bad.yaml");
  assert.equal(faults.status, 2);
  assert.match(faults.stderr, /^bad\.yaml:3:\d+: .*randon/);
});
