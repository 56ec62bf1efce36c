// docs/schema describes every JSON answer about experiments, and nothing else: all that is answered has the form that is
// described there, and all that is described is met in some answer.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkAnswer, kFiles, watch } from "./answer_schemas.mjs";
import { Coverage } from "./schema_coverage.mjs";
import { kUnknownTrack, writeSchemaStore } from "./schema_store.mjs";
import { analyzed, answerOf, Client, crossfade, query, serve, temporaryDirectory, until } from "./support.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const owner = { after };
const home = temporaryDirectory(owner);
writeSchemaStore(home);
const covered = new Coverage();
watch((address, value) => covered.note(address, value));

test("schema: what analyze prints of a store", () => {
  const questions = [
    [], ["--by", "history", "--by", "activity"], ["--by-day"], ["--distributions"], ["--traffic"], ["--lift", "naive"],
    ["--lift", "delta", "--no-cuped"], ["--until", "2026-01-07"], ["--confidence-level", "0.8"],
    ["--force", "--by", "history", "--by-day", "--distributions"],
  ];
  for (const question of questions) {
    const { experiments } = analyzed(home, ...question);
    assert.ok(experiments.length > 15, `${question}: ${experiments.length} experiments`);
  }
  assert.equal(analyzed(home, "cuped", "--control", "sticky").control, "sticky");
  assert.deepEqual(analyzed(home, "cuped", "--metrics", "sessions").metrics.map(({ metric }) => metric), ["sessions"]);
  assert.equal(analyzed(home, "E", "--until", "2025-10-01").control, null, "nobody was seen yet");
});

test("schema: what analyze prints of tables", () => {
  const rows = Array.from({ length: 60 }, (_, i) =>
    `u${i},${i % 2 ? "b" : "a"},${i % 2 ? 3 + (i % 7) : 1 + (i % 5)},${i % 3 ? 1 : 0},${i % 4 ? "SE" : "NO"},${i * i % 11},d${i >> 1}\n`);
  writeFileSync(path.join(home, "table.csv"), `user,variant,value,bought,country,user_number,day\n${rows.join("")}`);
  writeFileSync(path.join(home, "summary.csv"), "metric,variant,n,mean,variance\nm,control,15,20.82,7.9\nm,t,15,23,3.8\n");
  const table = analyzed(home, "--csv", "table.csv", "--unit", "user", "--variant", "variant", "--control", "a",
    "--metric", "value:mean", "--metric", "bought:proportion", "--by", "country", "--winsorize", "0.9");
  assert.deepEqual([table.units, table.metrics[0].segments.length], [{ a: 30, b: 30 }, 1]);
  const skewed = Array.from({ length: 200 }, (_, i) =>
    `u${i},${i % 2 ? "a" : "b"},${i % 2 || i % 20 === 0 ? i === 7 ? 1000 : 1 + (i % 5) : ""}\n`);
  writeFileSync(path.join(home, "skewed.csv"), `user,variant,value\n${skewed.join("")}`);
  const { metrics } = analyzed(home, "--csv", "skewed.csv", "--unit", "user", "--variant", "variant", "--control", "a",
    "--metric", "value:mean");
  assert.equal(metrics[0].comparisons[0].skew.trusted, false);
  assert.equal(analyzed(home, "--summary", "summary.csv", "--control", "control").experiments.length, 1);
  const common = ["--csv", "table.csv", "--variant", "variant", "--control", "a"];
  const withTwo = analyzed(home, ...common, "--metric", "value", "--covariate", "bought", "--covariate", "user_number");
  assert.equal(withTwo.metrics[0].comparisons[0].cuped.method, "regression");
  const blocks = analyzed(home, ...common, "--ratio", "rate=bought/value", "--block", "day", "--plan", "fixed");
  assert.deepEqual(blocks.metrics[0].comparisons[0].blocks, { n: 30, left_out: 0 });
  writeFileSync(path.join(home, "looks.csv"), `metric,variant,day,n,mean,sd
    m,control,1,20,10,5\nm,t,1,20,,\nm,control,2,200,10,5\nm,t,2,200,11,5\n`.replaceAll("\n    ", "\n"));
  const [looks] = analyzed(home, "--summary", "looks.csv").experiments;
  assert.deepEqual(looks.metrics[0].comparisons[0].looks.map(({ snapshot }) => snapshot), ["1", "2"]);
});

test("schema: the lines in docs/json.md do what they say, by another validator", () => {
  symlinkSync(path.join(root, "docs"), path.join(home, "docs"));
  const [, lines] = readFileSync(path.join(root, "docs/json.md"), "utf8").match(/^```sh\n(.*?)^```/ms);
  const { status, stderr } = spawnSync("bash", ["-ec", `crossfade() { "$CROSSFADE" "$@"; }\n${lines.replace("EXPERIMENT", "cuped")}`],
    { cwd: home, encoding: "utf8", env: { ...process.env, CROSSFADE: crossfade } });
  assert.deepEqual([status, stderr], [0, ""]);
});

test("schema: what a file that is shared holds", () => {
  execFileSync(crossfade, ["report", "cuped", "--out", "report.html"], { cwd: home, stdio: "pipe" });
  const page = readFileSync(path.join(home, "report.html"), "utf8");
  const { written, ...answers } = JSON.parse(page.match(/<script type="application\/json" id="crossfade-data">(.*?)<\/script>/s)[1]);
  assert.match(written, /^\d{4}-/);
  for (const [target, answer] of Object.entries(answers)) checkAnswer(target, 200, "application/json", JSON.stringify(answer));
  assert.ok(Object.keys(answers).length >= 8, Object.keys(answers).join(" "));
});

test("schema: what a server answers", async (t) => {
  // Of one plan the first look alone is known: the server says what that decides.
  execFileSync("sqlite3", [path.join(home, "crossfade.db"),
    "DELETE FROM looks WHERE experiment = 'sequential' AND id > (SELECT MIN(id) FROM looks WHERE experiment = 'sequential');" +
    "DELETE FROM calls WHERE experiment = 'better'"]);  // no look has called it yet
  // And as if all listeners were real, so that more of them may come.
  execFileSync("sqlite3", [path.join(home, "crossfade.db"), "UPDATE runs SET clock = 'real'"]);
  const server = await serve(t, home);
  const get = (target) => answerOf(server.url, target);
  const { experiments } = await get("/api/v1/experiments");
  for (const { experiment } of experiments) {
    await get(`/api/v1/experiments/${experiment}/results`);
    await get(`/api/v1/experiments/${experiment}/configurations`);
  }
  await get("/api/v1/experiments/cuped/results?by=history&by_day=true&distributions=true&traffic=true&cuped=false&lift=delta");
  for (const experiment of ["cuped", "worse", "sequential", "rarely", "broken", "later"])
    await get(`/api/v1/experiments/${experiment}/timeline`);
  await get("/api/v1/experiments/E/timeline?at=2025-10-01");
  await get("/api/v1/experiments/cuped/results?at=2026-01-11");  // a decision waits for more days
  assert.deepEqual(await get("/api/v1/lab"), { enabled: false });

  // A listener of many sessions, one with events, two of the log, and one who is still listening.
  const unitOf = (sql) => query(server.store, sql)[0].unit;
  const client = new Client(server.url);
  t.after(() => client.close());
  const { track } = await client.play("next", 7, kUnknownTrack, 0.5);
  await client.play("next", 7, track, 0.5);
  assert.equal((await client.post("/api/v1/events", { unit: 7, event: "click", id: "1" })).body, '{"accepted":1,"repeated":0}\n');
  await client.post("/api/v1/assignments", { unit: 7, expose: true });
  await client.post("/api/v1/assignments", { units: Array.from({ length: 200 }, (_, unit) => ({ unit: `u-${unit}` })) });
  const many = unitOf("SELECT unit FROM sessions GROUP BY unit ORDER BY COUNT(*) DESC LIMIT 1");
  for (const unit of [many, unitOf("SELECT unit FROM events LIMIT 1"), 3, 7, "nobody"])
    await get(`/api/v1/units/${unit}?sessions=500`);

  for (const target of ["/api/v1/experiments/nothin/results", "/api/v1/experiments/cuped/results?by=nothing", "/api/v1/nowhere",
    "/api/v1/units/7?sessions=0"]) {
    const answer = await client.get(target);
    assert.equal(answer.headers["content-type"], "application/problem+json", `${target}: ${answer.body}`);
  }
  await server.end();

  // Whom another server, which waits for 60 ms, takes for gone.
  const impatient = await serve(t, home, ["--session-timeout", "0.001"]);
  await until(async () => (await answerOf(impatient.url, "/api/v1/units/7")).sessions[0].end === "timeout");
});

test("schema: what a lab answers", async (t) => {
  const directory = path.join(home, "lab");
  mkdirSync(directory);
  symlinkSync(path.join(home, "world"), path.join(directory, "world"));
  const lists = path.join(home, "world/lists.jsonl");
  writeFileSync(lists, '{"track": 1, "recommendations": [2, 3]}\n');
  writeFileSync(path.join(directory, "experiments.yaml"), `version: 1
recommenders: {random: {type: random}, listed: {type: item_to_item, file: lists.jsonl, fallback: random}}
parameters: {recommender: listed}
experiments: [{key: aa, status: draft, variants: [{key: control, control: true}, {key: treatment}]}]
`);
  const server = await serve(t, directory, ["--lab"]);
  const client = new Client(server.url);
  t.after(() => client.close());
  const simulate = (wanted) => client.post("/api/v1/lab/simulation", { experiment: "aa", ...wanted });
  const follow = (enough) => until(async () => enough(JSON.parse((await client.get("/api/v1/lab")).body).simulation));
  assert.equal(JSON.parse((await client.get("/api/v1/lab")).body).simulation, null);
  await client.get("/api/v1/experiments");  // nothing is wrong with its data yet
  assert.equal((await simulate({ sessions: 200, days: 1 })).status, 202);
  await follow(({ state }) => state === "done");
  await client.get("/api/v1/experiments/aa/results");
  assert.equal((await simulate({ sessions: 10_000_000, days: 3000 })).status, 202);
  await follow(({ complete }) => complete > 0);
  assert.equal((await simulate({})).status, 409);
  assert.equal((await simulate({ days: 0 })).status, 400);
  assert.equal((await client.request("DELETE", "/api/v1/lab/simulation")).status, 200);
  rmSync(lists);
  assert.equal((await simulate({ sessions: 200, days: 1 })).status, 202);
  await follow(({ state }) => state === "failed");
});

// Every definition, member, null, value of an enumeration and boolean; and that a member may be left out.
test("schema: everything that is described is met", () => {
  assert.deepEqual(kFiles.flatMap((file) => covered.missing(`${file}.schema.json`)), []);
});
