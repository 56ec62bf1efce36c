// Simulations with a recommender in another process: the same bytes whatever the threads and batches, and an error where
// an answer is late.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { before, after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { crossfade, query, temporaryDirectory } from "./support.mjs";

const helper = fileURLToPath(new URL("../../clients/python/recommender.py", import.meta.url));
const kMine = `from recommender import run
# Of the request alone: what is best among the candidates, shifted by what was heard.
def best(request):
    candidates = [one["track"] for one in request["candidates"]] or [request["previous"]]
    listens = request["heard"] + request["history"]
    return (candidates[len(request["heard"]) % len(candidates)] + int(100 * sum(one["fraction"] for one in listens))) % 16200
run(best)
`;

const ends = [];
let directory;
const run = (args) => spawnSync(crossfade, args, { cwd: directory, encoding: "utf8", timeout: 120_000 });
before(() => {
  directory = temporaryDirectory({ after: (end) => ends.push(end) });
  copyFileSync(helper, path.join(directory, "recommender.py"));
  writeFileSync(path.join(directory, "mine.py"), kMine);
  const { status, stderr } = run(["world", "generate", "--preset", "course-2026", "--out", "world"]);
  assert.equal(status, 0, stderr);
});
after(() => ends.forEach((end) => end()));


let stores = 0;
function simulate(mine, ...args) {
  const store = path.join(directory, `${++stores}.db`);
  writeFileSync(path.join(directory, "experiments.yaml"), `version: 1
recommenders:
  top: {type: top_pop}
  random: {type: random}
  mine: ${mine}
parameters: {recommender: mine}
`);
  const result = run(["simulate", "--sessions", "400", "--days", "2", "--seed", "5", "--store", store, ...args]);
  return { ...result, store };
}

// What the store has of each listener, without the numbers of sessions, which the order of threads gives.
const listened = ({ store, status, stderr }) => {
  assert.equal(status, 0, stderr);
  return query(store, "SELECT unit, position, track, fraction, recommended, recommender, propensity, at_ms FROM playbacks ORDER BY unit, at_ms, position");
};

test("external simulation: any number of threads and any batch give the same", () => {
  const mine = (rest) => `{type: process, command: "python3 mine.py", timeout_ms: 5000, candidates_from: top, candidates: 10, rows: true, fallback: random${rest}}`;
  const one = listened(simulate(mine(""), "--threads", "1"));
  assert.ok(one.length > 2000);
  assert.ok(one.every(({ recommender, recommended }) => recommended === null || recommender === "mine"));
  assert.deepEqual(listened(simulate(mine(""), "--threads", "3")), one);
  assert.deepEqual(listened(simulate(mine(", batch: 64"), "--threads", "2")), one);
  assert.deepEqual(listened(simulate(mine(", batch: 7"), "--threads", "5")), one);
});

test("external simulation: a late answer ends it, and what to do is said", () => {
  writeFileSync(path.join(directory, "slow.py"), "import time\nfrom recommender import run\nrun(lambda request: time.sleep(60) if len(request['heard']) > 3 else 5)\n");
  const { status, stderr } = simulate('{type: process, command: "python3 slow.py", timeout_ms: 300, fallback: random}');
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^recommender "mine": no answer within 300 ms: a simulation whose result depended on the time that answers take could not be repeated; want it faster, or a longer timeout_ms; \d+ sessions were complete$/m);
});

test("external simulation: to start may take longer than an answer", () => {
  writeFileSync(path.join(directory, "late.py"), "import time\ntime.sleep(1)\nfrom recommender import run\nrun(lambda request: 5)\n");
  listened(simulate('{type: process, command: "python3 late.py", timeout_ms: 500, fallback: random}'));
});

test("external simulation: one that ends is an error, and its last words are told", () => {
  const { status, stderr } = simulate('{type: process, command: "echo no model >&2; exit 3", fallback: random}');
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^recommender "mine" says: no model$/m);
  assert.match(stderr, /^recommender "mine": ended with status 3; 0 sessions were complete$/m);
});

test("external simulation: who has no answer is no error, and the fallback is recorded", () => {
  writeFileSync(path.join(directory, "some.py"), "from recommender import run\nrun(lambda request: 5 if request['previous'] % 2 else None)\n");
  const rows = listened(simulate('{type: process, command: "python3 some.py", timeout_ms: 5000, fallback: top}'));
  const by = (odd) => new Set(rows.filter(({ track, recommended }) => recommended !== null && track % 2 === odd).map(({ recommender }) => recommender));
  assert.deepEqual([by(1), by(0)], [new Set(["mine"]), new Set(["top"])]);
});
