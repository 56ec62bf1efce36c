// The life of an experiment: it runs, is changed, decided, its range is handed on, and its store is from yesterday.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { analyzed, crossfade, query, temporaryDirectory } from "./support.mjs";

const kWorld = path.join(temporaryDirectory({ after }), "world");
execFileSync(crossfade, ["world", "generate", "--preset", "course-2025", "--out", kWorld], { stdio: "pipe" });

const head = (more = "") => `version: 1
recommenders:
  random: {type: random}
  sticky: {type: sticky_artist, fallback: random}
${more}parameters: {recommender: random}
layers: {ranking: {salt: ranking-2026}, search: {salt: search-2026}}
experiments:
`;
const variants = (recommender) => `    variants:
      - {key: control, weight: 0.5, control: true, parameters: {recommender: random}}
      - {key: treatment, weight: 0.5, parameters: {recommender: ${recommender}}}
`;
const experiment = ({ key = "e", status = "running", version = 1, recommender = "sticky", more = "" } = {}) =>
  `  - key: ${key}\n    status: ${status}\n    version: ${version}\n${more}${variants(recommender)}`;

function home(t) {
  const directory = temporaryDirectory(t);
  const store = path.join(directory, "crossfade.db");
  const write = (configuration) => writeFileSync(path.join(directory, "experiments.yaml"), configuration);
  const run = (...args) => spawnSync(crossfade, args, { cwd: directory, encoding: "utf8" });
  const simulate = (configuration, seed, { sessions = 2000, world = kWorld } = {}) => {
    write(configuration);
    return run("simulate", "--world", world, "--sessions", String(sessions), "--days", "3", "--seed", String(seed));
  };
  const played = (configuration, seed, options) => {
    const { status, stderr } = simulate(configuration, seed, options);
    assert.equal(status, 0, stderr);
  };
  const sql = (statements) => execFileSync("sqlite3", [store, statements]);
  return { directory, store, write, run, simulate, played, sql };
}

// Who answered since then, most first.
const answered = (store, since) => query(store, `SELECT recommender, COUNT(*) AS answers FROM playbacks
  WHERE recommended IS NOT NULL AND id > ${since} GROUP BY recommender ORDER BY answers DESC`);
const latest = (store) => query(store, "SELECT MAX(id) AS id FROM playbacks")[0].id;
const exposures = (store) => query(store, "SELECT COUNT(*) AS n FROM exposures")[0].n;

test("what was decided is what units get, and stands in the report", (t) => {
  const { directory, store, run, played } = home(t);
  played(head() + experiment(), 1);
  const [before, exposed] = [latest(store), exposures(store)];
  played(head() + experiment({
    status: "stopped",
    more: "    decided: {variant: treatment, on: 2026-12-15, why: Sessions are longer., learned: Artists matter.}\n",
  }), 2);
  assert.equal(exposures(store), exposed);
  assert.equal(answered(store, before)[0].recommender, "sticky");
  const random = query(store, `SELECT COUNT(*) AS answers FROM playbacks JOIN exposures USING (unit)
    WHERE playbacks.id <= ${before} AND variant = 'control' AND recommended IS NOT NULL AND recommender <> 'random'`);
  assert.equal(random[0].answers, 0);
  const stays = query(store, `SELECT AVG(recommender = 'sticky') AS share FROM playbacks JOIN exposures USING (unit)
    WHERE playbacks.id > ${before} AND variant = 'control' AND recommended IS NOT NULL`);
  assert.ok(stays[0].share > 0.5, `${stays[0].share} of the former control's answers`);

  assert.deepEqual(analyzed(directory, "e").decided,
    { variant: "treatment", on: "2026-12-15", why: "Sessions are longer.", learned: "Artists matter." });
  assert.match(run("analyze").stdout, /^ {2}decided {3}treatment, on 2026-12-15: Sessions are longer\. Learned: Artists matter\.$/m);
});

test("an experiment that was stopped without a decision gives units back what they got before it, and says so", (t) => {
  const { directory, store, run, played } = home(t);
  played(head() + experiment(), 1);
  const before = latest(store);
  played(head() + experiment({ status: "stopped" }), 2);
  assert.deepEqual(answered(store, before).map(({ recommender }) => recommender), ["random"]);
  assert.equal(analyzed(directory, "e").decided, null);
  assert.match(run("analyze").stdout, /^ {2}decided {3}nothing: units get again what they got before it$/m);
});

test("the range of a stopped experiment is handed on, and the result of neither changes the other's", (t) => {
  const { directory, store, played } = home(t);
  const range = "    layer: {name: ranking, range: [0.0, 0.5]}\n";
  played(head() + experiment({ key: "first", more: range }), 1);
  const before = analyzed(directory, "first");
  const next = head() + experiment({ key: "first", status: "stopped", more: range }) + experiment({ key: "second", more: range });
  played(next, 2);
  const [{ both }] = query(store, `SELECT COUNT(*) AS both FROM exposures AS a JOIN exposures AS b USING (unit)
    WHERE a.experiment = 'first' AND b.experiment = 'second'`);
  assert.ok(both > 100, `${both} units are in both`);
  const later = analyzed(directory, "first");
  assert.deepEqual(later.units, before.units);
  assert.deepEqual(later.metrics.map(({ comparisons }) => comparisons), before.metrics.map(({ comparisons }) => comparisons));
  const second = analyzed(directory, "second");
  const [{ units }] = query(store, "SELECT COUNT(DISTINCT unit) AS units FROM exposures WHERE experiment = 'second'");
  assert.equal(Object.values(second.units).reduce((sum, n) => sum + n), units);
  assert.ok(Date.parse(second.health.first_exposure) >= Date.parse(later.ended));
});

const lists = (track) => Array.from({ length: 3000 }, (_, user) => JSON.stringify({ user, tracks: [track, track + 1] }) + "\n").join("");

test("a list that is replaced under a version is refused, and logged where it is meant to change", (t) => {
  const { directory, store, simulate, played } = home(t);
  const world = path.join(directory, "world");
  cpSync(kWorld, world, { recursive: true });
  const served = (version, updates = "") =>
    head(`  lists: {type: user_lists, file: lists.jsonl, fallback: random${updates}}\n`) + experiment({ version, recommender: "lists" });
  writeFileSync(path.join(world, "lists.jsonl"), lists(1));
  played(served(1), 1, { world });
  writeFileSync(path.join(world, "lists.jsonl"), lists(5));
  const before = latest(store);
  const refused = simulate(served(1), 2, { world });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /^experiments\.yaml:9:10: content of lists\.jsonl of recommender lists is \S+, was \S+ in running experiment "e", want it as it was, updates: true in a recommender whose files change by design, or a version above 1$/m);
  assert.equal(latest(store), before);
  played(served(2), 2, { world });

  writeFileSync(path.join(world, "lists.jsonl"), lists(9));
  played(served(2, ", updates: true"), 3, { world });
  const { decision, health } = analyzed(directory, "e");
  assert.notEqual(decision.verdict, "INVALID");
  assert.deepEqual(health.configuration_changes.map(({ treatment }) => treatment), [false]);
  assert.match(health.configuration_changes[0].changes.join("; "), /content of lists\.jsonl of recommender lists is \S+, was \S+$/);
  assert.equal(query(store, "SELECT COUNT(DISTINCT checksum) AS n FROM configuration_files")[0].n, 3);
});

// Random played for a while, then what keeps people: its lift went from -25 % to +35 %, and the verdict was SHIP.
test("a treatment that an earlier program let swap under one version is not shipped", (t) => {
  const { directory, played, simulate, sql } = home(t);
  played(head() + experiment({ recommender: "random" }), 1);
  const swapped = head() + experiment({ recommender: "sticky" });
  assert.match(simulate(swapped, 2).stderr, /:8:10: recommender of treatment is sticky, was random in running experiment "e", want it as it was or a version above 1/);
  sql("CREATE TABLE kept AS SELECT * FROM configurations; DELETE FROM configurations;");
  played(swapped, 2);
  sql("UPDATE configurations SET id = 2; INSERT INTO configurations SELECT * FROM kept; DROP TABLE kept;");
  const { decision, health } = analyzed(directory, "e");
  assert.equal(decision.verdict, "INVALID");
  assert.match(decision.summary, /^A variant became another treatment on \S+ and kept its version \(recommender of treatment is sticky, was random\): two treatments are in the numbers\./);
  assert.deepEqual(health.configuration_changes.map(({ treatment }) => treatment), [true]);
});

// Version 1's treated time was taken for history: a true effect in both versions was taken out by CUPED, and looked like
// a difference before the experiment.
test("a higher version is the same split: its history lies before the first version", (t) => {
  const { directory, played } = home(t);
  const sessions = 12_000;
  played(head() + experiment({ status: "draft" }), 1, { sessions });
  played(head() + experiment({ version: 1 }), 2, { sessions });
  played(head() + experiment({ version: 2 }), 3, { sessions });
  const { version, health, metrics } = analyzed(directory, "e");
  assert.equal(version, 2);
  for (const { p_value } of health.balance.comparisons) assert.ok(p_value > 0.001, `p of the balance is ${p_value}`);
  const [{ effect, interval, cuped }] = metrics[0].comparisons;
  assert.ok(Math.abs(cuped.effect - effect) < (interval[1] - interval[0]) / 2, `${cuped.effect} after CUPED, ${effect} before`);
});

test("two layers with one parameter are a fault, and whoever they reached is counted", (t) => {
  const { directory, store, write, run, played, sql } = home(t);
  const layered = (recommender, status = "running") =>
    head() + experiment({ key: "one", recommender, more: "    layer: {name: ranking}\n" }) +
    experiment({ key: "two", status, recommender: "random", more: "    layer: {name: search, range: [0.0, 0.4]}\n" });
  write(layered("sticky"));
  const refused = run("validate");
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /^experiments\.yaml:15:10: experiment "two" sets recommender, which experiment "one" \(line 8\) sets too, want both in one layer, with ranges apart: units in both would get it from one of them only$/m);
  played(layered("random"), 1);  // no unit gets another value
  // What a program that let it pass has recorded.
  sql("UPDATE configurations SET text = replace(text, 'weight: 0.5, parameters: {recommender: random}}\n  - key: two', 'weight: 0.5, parameters: {recommender: sticky}}\n  - key: two')");
  write(layered("sticky", "stopped"));
  const [{ displaced }] = query(store, `SELECT COUNT(*) AS displaced FROM exposures AS a JOIN exposures AS b USING (unit)
    WHERE a.experiment = 'one' AND a.variant = 'treatment' AND b.experiment = 'two'`);
  assert.ok(displaced > 50, `${displaced} units of the treatment are in both`);
  const { health, units } = analyzed(directory, "one");
  assert.deepEqual(health.served_otherwise, [{ experiment: "two", units: displaced }]);
  const all = Object.values(units).reduce((sum, n) => sum + n);
  assert.ok(health.serious_warnings.includes(`${displaced} of ${all} units were served something else than their variant's parameters, by experiment two.`));
});

test("validate --against says what a reload would do, and where it would be refused", (t) => {
  const { write, run, played } = home(t);
  played(head() + experiment({ more: "    coverage: 0.5\n" }), 1);
  const against = (configuration) => {
    write(configuration);
    return run("validate", "--against", "crossfade.db", "--world", kWorld);
  };
  const same = against(head() + experiment({ more: "    coverage: 0.5\n" }));
  assert.equal(same.status, 0, same.stderr);
  assert.match(same.stdout, /^against crossfade\.db, which knows \d+ units: no experiment would change$/m);
  const wider = against(head() + experiment({ more: "    coverage: 1\n" }));
  assert.equal(wider.status, 0, wider.stderr);
  assert.match(wider.stdout, /^ {2}e: coverage is 1, was 0\.5\n {4}\d+ units would enter control\n {4}\d+ units would enter treatment$/m);
  const narrower = against(head() + experiment({ more: "    coverage: 0.1\n" }));
  assert.equal(narrower.status, 3);
  assert.match(narrower.stdout, /^experiments\.yaml:8:10: coverage of running experiment "e" changed from 0\.5 to 0\.1, want the same or a larger one or a version above 1$/m);
  assert.match(narrower.stdout, /^ {4}\d+ units would leave control$/m);
  assert.equal(narrower.stderr, "experiments.yaml: a reload would be refused, the former configuration would stay active\n");
  const next = against(head() + experiment({ version: 2, more: "    coverage: 0.5\n" }));
  assert.equal(next.status, 0, next.stderr);
  assert.match(next.stdout, /the new version would split the units as the one before: for a new randomisation, change its salt too, such as salt: e-2$/m);
});
