// Between two simulated days a recommender is trained on what was played so far, and serves the next day.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { crossfade, query, temporaryDirectory } from "./support.mjs";

const kWorld = path.join(temporaryDirectory({ after }), "world");
execFileSync(crossfade, ["world", "generate", "--preset", "course-2026", "--out", kWorld], { stdio: "pipe" });
const kTrain = `${crossfade} train item_knn --store crossfade.db --world ${kWorld} --out learned.jsonl`;
const kPlayed = "SELECT unit, session, position, track, fraction, recommended, recommender, propensity, at_ms FROM playbacks ORDER BY unit, session, position";

// A directory with an experiment whose treatment serves learned.jsonl, and the program in it.
function shell(t, updates = ", updates: true") {
  const directory = temporaryDirectory(t);
  writeFileSync(path.join(directory, "learned.jsonl"), '{"track": 0, "recommendations": [1]}\n');
  writeFileSync(path.join(directory, "experiments.yaml"), `version: 1
recommenders:
  random: {type: random}
  learned: {type: item_to_item, file: ${path.join(directory, "learned.jsonl")}, fallback: random${updates}}
parameters: {recommender: random}
experiments:
  - key: learning
    status: running
    variants: [{key: control, control: true}, {key: treatment, parameters: {recommender: learned}}]
`);
  const simulate = (args, { input, threads = "2", store = "crossfade.db" } = {}) => {
    const { status, stdout, stderr } = spawnSync(crossfade, ["simulate", "--world", kWorld, "--store", store, "--allow-outside", "--threads", threads, ...args],
      { cwd: directory, encoding: "utf8", input, timeout: 120_000 });
    return { status, stdout, stderr };
  };
  return { directory, simulate, store: path.join(directory, "crossfade.db") };
}

const days = (stderr) => [...stderr.matchAll(/^day (\d+) of \d+: (\d+) sessions, mean session time (\d\.\d{4})$/gm)].map((line) => line.slice(1).map(Number));

test("days: lists that are trained between days serve the next one, and each is recorded", (t) => {
  const { directory, simulate, store } = shell(t);
  const { status, stderr } = simulate(["--sessions", "45000", "--days", "3", "--between", `${kTrain} && echo trained after day $CROSSFADE_DAY`]);
  assert.equal(status, 0, stderr);
  const told = days(stderr);
  assert.deepEqual(told.map(([day, sessions]) => [day, sessions]), [[1, 15000], [2, 15000]]);
  assert.match(stderr, /^trained after day 1$/m);
  assert.match(stderr, /^trained after day 2$/m);
  assert.doesNotMatch(stderr, /after day 3/);
  const versions = query(store, "SELECT DISTINCT checksum FROM configuration_files");
  assert.equal(versions.length, 3);
  const by_day = query(store, `SELECT CAST(started_ms / 86400000 AS INT) AS day, AVG(time) AS mean FROM sessions JOIN exposures USING (unit)
    WHERE variant = 'treatment' GROUP BY day ORDER BY day`);
  assert.ok(by_day.length >= 3);  // a session that waits for another of its listener may begin past midnight
  // 3.8 of random tracks, with a standard error of .03 a day.
  assert.ok(by_day[2].mean > by_day[0].mean + 0.3, JSON.stringify(by_day));
  const learned = query(store, `SELECT CAST(at_ms / 86400000 AS INT) AS day, COUNT(*) AS answers FROM playbacks WHERE recommender = 'learned' GROUP BY day ORDER BY day`);
  assert.ok(learned[1].answers > 1000, JSON.stringify(learned));
  assert.ok(readFileSync(path.join(directory, "learned.jsonl"), "utf8").length > 10_000);
});

test("days: a seed gives the same sessions, whatever the number of threads", (t) => {
  const played = ["1", "3"].map((threads) => {
    const { simulate, store } = shell(t);
    const { status, stderr } = simulate(["--sessions", "3000", "--days", "3", "--between", kTrain], { threads });
    assert.equal(status, 0, stderr);
    return query(store, kPlayed);
  });
  assert.ok(played[0].length > 20_000);
  // Numbers of sessions are given in the order in which requests come.
  const plain = (rows) => JSON.stringify(rows.map(({ session, ...row }) => row));
  assert.equal(plain(played[0]), plain(played[1]));
});

test("days: what happens between them changes nothing by itself", (t) => {
  const { directory, simulate } = shell(t);
  const common = ["--sessions", "2000", "--days", "4"];
  assert.equal(simulate(common, { threads: "1", store: "plain.db" }).status, 0);
  assert.equal(simulate([...common, "--between", "true", "--interactive"], { threads: "1", store: "asked.db", input: "y\nwhat\nyes\ny\n" }).status, 0);
  const [plain, asked] = ["plain.db", "asked.db"].map((file) => query(path.join(directory, file), kPlayed));
  assert.ok(plain.length > 10_000);
  assert.deepEqual(asked, plain);
});

test("days: who is asked plays as many days as they want", (t) => {
  const { simulate, store } = shell(t);
  const { status, stdout, stderr } = simulate(["--sessions", "1000", "--days", "5", "--interactive"], { input: "y\nn\n" });
  assert.equal(status, 0);
  assert.match(stderr, /play day 2 of 5\? \(y\/n\) /);
  assert.match(stdout, /^sessions +400$/m);
  assert.deepEqual(query(store, "SELECT COUNT(*) AS sessions FROM sessions"), [{ sessions: 400 }]);
  const closed = shell(t).simulate(["--sessions", "1000", "--days", "5", "--interactive"], { input: "" });
  assert.equal(closed.status, 0);
  assert.match(closed.stdout, /^sessions +200$/m);
});

test("days: what goes wrong between them ends the simulation, with the days before in the store", (t) => {
  const swapped = shell(t, "");
  const refused = swapped.simulate(["--sessions", "1000", "--days", "2", "--between", `echo '{"track": 0, "recommendations": [2]}' > learned.jsonl`]);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /experiments\.yaml:7:5: |content of \S*learned\.jsonl of recommender learned is .*version above 1/);
  assert.deepEqual(query(swapped.store, "SELECT COUNT(*) AS sessions FROM sessions"), [{ sessions: 500 }]);

  const failing = shell(t);
  const failed = failing.simulate(["--sessions", "1000", "--days", "2", "--between", "exit 7"]);
  assert.equal(failed.status, 2);
  assert.match(failed.stderr, /^the command after day 1 ended with 7, want 0: exit 7$/m);
  const killed = failing.simulate(["--sessions", "1000", "--days", "2", "--between", "kill -9 $$"]);
  assert.match(killed.stderr, /^the command after day 1 was ended by signal 9, want 0: /m);

  for (const flag of [["--interactive"], ["--between", "true"]]) {
    const none = failing.simulate(["--sessions", "10", ...flag]);
    assert.equal(none.status, 2);
    assert.match(none.stderr, /^there is nothing between one day and the next of --days 1: want more of them$/m);
  }
});
