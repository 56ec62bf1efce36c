// Where data come from: by which command and program, in which world; and what is said of few days and few listeners.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { analyzed, Client, configuration, crossfade, query, serve, temporaryDirectory } from "./support.mjs";

const kWorlds = temporaryDirectory({ after });
const kWorld = path.join(kWorlds, "world");
execFileSync(crossfade, ["world", "generate", "--preset", "course-2025", "--out", kWorld], { stdio: "pipe" });
const [, kProgram, kCommit] = execFileSync(crossfade, ["--version"], { encoding: "utf8" }).match(/^crossfade (\S+), commit (\S+)$/m);

// A directory with experiments.yaml, and the program in it.
function shell(t, text = configuration()) {
  const directory = temporaryDirectory(t);
  writeFileSync(path.join(directory, "experiments.yaml"), text);
  const run = (...args) => spawnSync(crossfade, args, { cwd: directory, encoding: "utf8", timeout: 60_000 });
  const done = (...args) => {
    const { status, stdout, stderr } = run(...args);
    assert.equal(status, 0, `${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  return { directory, run, done, store: path.join(directory, "crossfade.db") };
}

test("provenance: the store, JSON, CSV and a shared file say who simulated what, in which world", async (t) => {
  const { directory, done, store } = shell(t);
  done("simulate", "--world", kWorld, "--sessions", "400", "--days", "2", "--seed", "5");
  done("simulate", "--world", kWorld, "--sessions", "300", "--seed", "6");
  const program = `${kProgram} (${kCommit})`;
  const { provenance } = analyzed(directory, "sticky-vs-random");
  assert.deepEqual([provenance.program, provenance.clock, provenance.earlier_runs, provenance.runs.length], [program, "simulated", 0, 2]);
  const [first, second] = provenance.runs;
  const { listeners } = JSON.parse(readFileSync(path.join(kWorld, "world.json"), "utf8"));
  const { checksum } = first.simulation.world;
  assert.match(checksum, /^[0-9a-f]{8}-\d+$/);
  assert.deepEqual(first, {
    since: "2026-01-05T00:00:00.000Z", clock: "simulated", program,
    command: `crossfade simulate --world ${kWorld} --sessions 400 --days 2 --seed 5`,
    configuration: query(store, "SELECT checksum FROM configurations")[0].checksum,
    simulation: { world: { kind: "preset", name: "course-2025", seed: 1, checksum, listeners }, seed: 5, sessions: 400, days: 2, listeners },
  });
  assert.deepEqual([second.simulation.seed, second.simulation.sessions], [6, 300]);
  assert.ok(second.since > first.since);

  const [head, row] = done("analyze", "--format", "csv").trim().split("\n").map((line) => line.split(","));
  const field = (name) => row[row.length - head.length + head.indexOf(name)];
  assert.deepEqual(["program", "clock", "world", "seeds", "configuration"].map(field),
    [program, "simulated", `preset course-2025 seed 1 ${checksum}`, "5 6", first.configuration]);

  done("report", "sticky-vs-random", "--out", "report.html");
  const page = readFileSync(path.join(directory, "report.html"), "utf8");
  const answers = JSON.parse(page.match(/<script type="application\/json" id="crossfade-data">(.*?)<\/script>/s)[1]);
  assert.deepEqual(answers["/api/v1/experiments/sticky-vs-random/results"].provenance, provenance);

  const server = await serve(t, directory, ["--world", kWorld]);
  const client = new Client(server.url);
  t.after(() => client.close());
  assert.deepEqual(JSON.parse((await client.get("/api/v1/experiments/sticky-vs-random/results")).body).provenance, provenance);
});

test("provenance: a server that logs and an import are runs of the real clock", async (t) => {
  const { directory, done, store } = shell(t);
  const server = await serve(t, directory, ["--world", kWorld]);
  const client = new Client(server.url);
  await client.play("next", 7, 1, 0.5);
  client.close();
  await server.end();
  writeFileSync(path.join(directory, "my log.json"), '{"message":"last","timestamp":1700000000000,"user":7,"track":1,"time":0.5,"latency":0.1,"experiments":{"E":"C"}}\n');
  done("import", "botify-log", "my log.json");
  const runs = query(store, "SELECT clock, alone, command, world_kind FROM runs ORDER BY id");
  assert.deepEqual(runs.map(({ clock, alone, world_kind }) => [clock, alone, world_kind]), [["real", null, null], ["real", null, null]]);
  assert.equal(runs[1].command, "crossfade import botify-log 'my log.json'");
  assert.equal(analyzed(directory, "sticky-vs-random").provenance.clock, "real");
});

test("provenance: the files that recommenders served from are named by their content", (t) => {
  const text = configuration().replace("recommenders:\n", "recommenders:\n  listed: {type: user_lists, file: lists.jsonl, fallback: random, updates: true}\n");
  const { directory, done, store } = shell(t, text);
  const world = path.join(directory, "world");
  cpSync(kWorld, world, { recursive: true });
  for (const track of [1, 1, 2]) {
    writeFileSync(path.join(world, "lists.jsonl"), `{"user": 1, "tracks": [${track}]}\n`);
    done("simulate", "--world", world, "--sessions", "50");
  }
  const recorded = query(store, "SELECT DISTINCT checksum FROM configuration_files").map(({ checksum }) => checksum);
  assert.equal(recorded.length, 2);
  const { provenance } = analyzed(directory, "sticky-vs-random");
  assert.deepEqual(provenance.files.map(({ recommender, file }) => [recommender, file]), [["listed", "lists.jsonl"], ["listed", "lists.jsonl"]]);
  assert.deepEqual(provenance.files.map(({ checksum }) => checksum).sort(), recorded.sort());
  assert.ok(provenance.files[1].since > provenance.files[0].since);
  assert.equal(provenance.earlier_files, 0);
});

test("days: a simulation of one day gets the verdict of its numbers, and the advice", (t) => {
  const { directory, done, store } = shell(t);
  done("simulate", "--world", kWorld, "--sessions", "3000");
  const rehearsed = analyzed(directory, "sticky-vs-random");
  assert.ok(rehearsed.metrics[0].comparisons[0].always_valid.p_value < 1e-12);
  assert.equal(rehearsed.decision.verdict, "SHIP");
  assert.match(rehearsed.decision.summary, /^treatment raises mean_time_per_session by .*; one day of data only\.$/);
  assert.match(rehearsed.decision.reasons.at(-1), /^One day of data only, where 7 are wanted/);
  assert.equal(rehearsed.health.waits_for_days, false);

  // The same of real listeners waits, for as long as is configured; theirs go on into the next day.
  execFileSync("sqlite3", [store, "UPDATE runs SET clock = 'real'"]);
  const real = analyzed(directory, "sticky-vs-random");
  assert.deepEqual([real.decision.verdict, real.health.waits_for_days], ["KEEP_RUNNING", true]);
  assert.match(real.decision.summary, /, but 2 of 7 days\.$/);
  writeFileSync(path.join(directory, "experiments.yaml"), configuration().replace("version: 1", "version: 1\ndefaults: {minimum_days: 1}"));
  assert.equal(analyzed(directory, "sticky-vs-random").decision.verdict, "SHIP");
});

test("days: an imported log of one day is never inconclusive beside a p-value below 1e-12", (t) => {
  const { directory, done } = shell(t);
  const lines = Array.from({ length: 1000 }, (_, user) => JSON.stringify({
    message: "last", timestamp: 1_700_000_000_000 + user, user, track: 1, time: user % 2 ? 0.9 - (user % 7) / 100 : 0.3 + (user % 5) / 100,
    latency: 0.001, experiments: { RANKER: user % 2 ? "T1" : "C" },
  }));
  writeFileSync(path.join(directory, "log.json"), lines.join("\n") + "\n");
  done("import", "botify-log", "log.json");
  const { status, decision, metrics } = analyzed(directory, "RANKER");
  assert.equal(status, "imported");
  assert.ok(metrics[0].comparisons[0].always_valid.p_value < 1e-12);
  assert.deepEqual([decision.verdict, decision.variant], ["SHIP", "T1"]);
  assert.match(decision.summary, /^T1 raises .*; one day of data only\.$/);
});

test("plan: more units than there are listeners is said, in the report and by plan", (t) => {
  const text = configuration().replace("    variants:", "    plan: {mde: 0.001}\n    variants:");
  const { directory, done } = shell(t, text);
  done("simulate", "--world", kWorld, "--sessions", "3000", "--days", "7");
  const { health, plan } = analyzed(directory, "sticky-vs-random");
  const { listeners } = JSON.parse(readFileSync(path.join(kWorld, "world.json"), "utf8"));
  assert.ok(plan.planned_units > listeners);
  const warning = `The plan wants ${plan.planned_units} units, and of the ${listeners} listeners about ${listeners} can be in the experiment.`;
  assert.ok(health.data_warnings.includes(warning), health.data_warnings.join("\n"));
  assert.match(done("plan", "sticky-vs-random"), new RegExp(`^that is more than there can be: of the simulated listeners about ${listeners} can be in the experiment$`, "m"));
  assert.equal(JSON.parse(done("plan", "sticky-vs-random", "--format", "json")).reachable_units, listeners);
});

test("lists: those that were trained for another catalogue are named, their own are not", (t) => {
  const { directory, done } = shell(t);
  done("simulate", "--world", kWorld, "--sessions", "3000");
  const mine = path.join(directory, "mine");
  const other = path.join(directory, "other");
  cpSync(kWorld, mine, { recursive: true });
  done("world", "generate", "--preset", "course-2025", "--seed", "2", "--out", other);
  done("train", "item_knn", "--world", mine, "--out", path.join(mine, "similar.jsonl"));
  const manifest = JSON.parse(readFileSync(path.join(mine, "similar.jsonl.manifest.json"), "utf8"));
  assert.deepEqual([manifest.format, manifest.version, manifest.type, manifest.program], ["crossfade-manifest", 1, "item_knn", `${kProgram} (${kCommit})`]);
  writeFileSync(path.join(directory, "experiments.yaml"), configuration().replace("sticky: {type: sticky_artist,", "sticky: {type: item_to_item, file: similar.jsonl, updates: true,"));
  const simulate = (world) => {
    const { status, stderr } = spawnSync(crossfade, ["simulate", "--world", world, "--sessions", "50", "--store", `${path.basename(world)}.db`], { cwd: directory, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stderr;
  };
  assert.equal(simulate(mine), "");
  for (const file of ["similar.jsonl", "similar.jsonl.manifest.json"]) cpSync(path.join(mine, file), path.join(other, file));
  const named = simulate(other);
  assert.match(named, /^recommender "sticky": \S+similar\.jsonl: made for another catalogue, of \d+ tracks \(checksum \S+\), and this one has \d+ \(checksum \S+\): what they recommend is not what was learned; train them again\n$/);
  // A manifest of other lists says nothing of these.
  writeFileSync(path.join(other, "similar.jsonl"), '{"item_id": 0, "recommendations": [1]}\n');
  assert.equal(simulate(other), "");
  writeFileSync(path.join(other, "similar.jsonl.manifest.json"), "{");
  assert.match(simulate(other), /^recommender "sticky": \S+manifest\.json: no manifest that can be read: /);
});

test("world: one that was imported is replaced only with --force", (t) => {
  const { directory, run, done } = shell(t);
  done("world", "import", "--format", "course", kWorld, "--out", "imported");
  const before = readFileSync(path.join(directory, "imported/world.json"), "utf8");
  const generate = (...more) => run("world", "generate", "--preset", "course-2025", "--out", "imported", ...more);
  const { status, stderr } = generate();
  assert.deepEqual([status, stderr], [2, "imported: holds a world that was imported, want --force to replace it, or another --out\n"]);
  assert.equal(readFileSync(path.join(directory, "imported/world.json"), "utf8"), before);
  assert.equal(generate("--force").status, 0);
  assert.equal(generate().status, 0);  // what was generated is made again
});
