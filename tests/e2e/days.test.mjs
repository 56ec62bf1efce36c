// Between two simulated days a recommender is trained on what was played so far, and serves the next day.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

// How much better the third day is than the first, at least.
const kLearned = { thompson: 0.1, thompson_tracks: 0.1, linucb: 0.1 };
const kBandits = {
  epsilon_greedy: "{type: epsilon_greedy, of: similar, candidates: 10, fallback: random}",
  thompson: "{type: thompson, of: [random, similar], state: state.json, updates: true}",
  thompson_tracks: "{type: thompson, candidates_from: popular, candidates: 50, state: state.json, updates: true}",
  linucb: "{type: linucb, candidates_from: popular, candidates: 100, alpha: 0.2, state: state.json, updates: true}",
};

// Lists of similar tracks, as 30 000 sessions of random tracks teach them; below the world's directory, as states are.
function bandit(t, name, sessions = "30000") {
  const { directory, simulate, store } = shell(t);
  const lists = path.join(kWorld, "similar.jsonl");
  if (!existsSync(lists)) {
    assert.equal(simulate(["--sessions", "30000", "--seed", "7"], { store: "random.db" }).status, 0);
    execFileSync(crossfade, ["train", "item_knn", "--store", path.join(directory, "random.db"), "--world", kWorld, "--out", lists], { stdio: "pipe" });
  }
  const state = path.join(kWorld, `${path.basename(directory)}.json`);
  t.after(() => rmSync(state, { force: true }));
  const write = (recommender) => writeFileSync(path.join(directory, "experiments.yaml"), `version: 1
recommenders:
  random: {type: random}
  similar: {type: item_to_item, file: similar.jsonl, fallback: random}
  popular: {type: top_pop, top: 16200}
  it: ${recommender.replace("state.json", path.basename(state))}
parameters: {recommender: random}
experiments:
  - key: learning
    status: running
    variants: [{key: control, control: true}, {key: treatment, parameters: {recommender: it}}]
`);
  write(kBandits[name]);
  const play = (how) => simulate(["--sessions", sessions, "--days", "3", "--seed", "3"], how);
  const means = () => query(store, `SELECT CAST(started_ms / 86400000 AS INT) AS day, AVG(time) AS mean FROM sessions JOIN exposures USING (unit)
    WHERE variant = 'treatment' GROUP BY day HAVING COUNT(*) > 100 ORDER BY day`).map((row) => row.mean);
  return { state: () => JSON.parse(readFileSync(state, "utf8")), store, play, means, exists: () => existsSync(state) };
}

// The chance of the best of fifty tracks is an integral for each answer: fewer sessions of those.
const kSessions = { thompson: "30000", thompson_tracks: "5000", linucb: "30000" };
for (const name of ["thompson", "thompson_tracks", "linucb"]) {
  test(`days: ${name} learns from one day for the next, and goes on from its state`, (t) => {
    const { state, store, play, means } = bandit(t, name, kSessions[name]);
    const first = play();
    assert.equal(first.status, 0, first.stderr);
    assert.deepEqual([...first.stderr.matchAll(/^recommender "it": state (\d) counts from now on$/gm)].map((line) => Number(line[1])), [1, 2, 3]);
    const [day1, day2, day3] = means();
    t.diagnostic(`mean session time by day: ${means().map((mean) => mean.toFixed(3)).join(", ")}`);
    assert.ok(Math.max(day2, day3) > day1 + kLearned[name], JSON.stringify(means()));
    assert.equal(state().version, 3);
    // Every answer's reward is in the sums: as many as tracks of it that were played next.
    if (name !== "linucb") {
      const answers = state().sums.filter((_, i) => i % 2 === 0).reduce((sum, one) => sum + one, 0) / 10_000;
      const [{ n }] = query(store, "SELECT COUNT(*) AS n FROM playbacks JOIN exposures USING (unit) WHERE variant = 'treatment' AND recommender LIKE 'it%'");
      assert.equal(answers, n);
    }
    const again = play();
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual([...again.stderr.matchAll(/state (\d) counts/g)].map((line) => Number(line[1])), [4, 5, 6]);
    const later = means();
    t.diagnostic(`of the second run: ${later.slice(3).map((mean) => mean.toFixed(3)).join(", ")}`);
    assert.ok(later[3] > day1 + kLearned[name], "the first day of the second run begins with what the first one learned");
  });
}

test("days: a bandit's state is a function of the seed, not of the threads, and of nothing but its own", (t) => {
  const [one, other] = ["1", "3"].map((threads) => {
    const all = bandit(t, "thompson_tracks", "3000");
    const { status, stderr } = all.play({ threads });
    assert.equal(status, 0, stderr);
    return all.state();
  });
  assert.deepEqual(one, other);
  const greedy = bandit(t, "epsilon_greedy", "6000");
  assert.equal(greedy.play().status, 0);
  assert.equal(greedy.exists(), false);  // it learns nothing
  const drawn = query(greedy.store, "SELECT ROUND(propensity, 6) AS p, COUNT(*) AS n FROM playbacks WHERE recommender = 'it' GROUP BY p ORDER BY n DESC LIMIT 2");
  assert.equal(drawn[0].p, 0.91);  // the best of ten
  assert.equal(drawn[1].p, 0.01);
  const share = drawn[1].n / (drawn[0].n + drawn[1].n);
  assert.ok(Math.abs(share - 0.09) < 0.01, `${share}`);
});
