// Damaged files: logs, tables, catalogues, matrices end no program; a damaged store is refused, or changes no number.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "node:test";
import { home, query, serve, temporaryDirectory } from "../e2e/support.mjs";
import { fill, mutated, random, run, seed, sized } from "./support.mjs";

const log = Array.from({ length: 60 }, (_, i) => JSON.stringify({
  message: i % 10 === 9 ? "last" : "next", timestamp: 1_700_000_000_000 + i * 1000, user: i % 7, track: i % 12, time: (i % 10) / 10, latency: 0.001,
  recommendation: (i + 1) % 12, experiments: { "STICKY": i % 2 ? "T1" : "C" },
}) + "\n").join("");
const table = "user,variant,clicks,revenue\n" + Array.from({ length: 200 }, (_, i) => `${i},${i % 2 ? "a" : "b"},${i % 5},${(i * 37) % 101 / 10}\n`).join("");
const cases = JSON.stringify({ schema_version: 1, cases: [{ id: "a", method: "welch", input: { control: { n: 10, mean: 1, variance: 2 }, treatment: { n: 12, mean: 1.5, variance: 2 } } }] });

// What is fed to whom: name, file's name, sound content, arguments.
const kDoors = [
  ["log", "log.jsonl", log, (file, i) => ["import", "botify-log", file, "--store", `imported-${i}.db`]],
  ["gzipped log", "log.jsonl.gz", gzipSync(log), (file, i) => ["import", "botify-log", file, "--store", `gzipped-${i}.db`]],
  ["table", "table.csv", table, (file) => ["analyze", "--csv", file, "--unit", "user", "--variant", "variant", "--control", "a", "--metric", "clicks"]],
  ["calculator", "cases.json", cases, (file) => ["stats", "--input", file]],
];

test("attack: mutated logs, tables and cases end no program", (t) => {
  const directory = home(t);
  const kTries = sized(40, 2000);
  const crashes = [];
  const statuses = {};
  for (const [name, file, content, args] of kDoors) {
    const from = random(name);
    const sound = run(directory, (writeFileSync(path.join(directory, file), content), args(file, "sound")));
    assert.ok([0, 3].includes(sound.status) && !sound.crashed, `${name}: ${sound.stderr}`);
    for (let i = 0; i < kTries; ++i) {
      writeFileSync(path.join(directory, file), mutated(content, from));
      const result = run(directory, args(file, i), { seconds: 20 });
      statuses[result.status] = (statuses[result.status] ?? 0) + 1;
      if (result.crashed || /-nan|\bnan\b/.test(result.stdout)) crashes.push(`${name} ${i}: ${result.signal ?? result.status} ${result.stderr.slice(0, 200)}`);
    }
  }
  assert.deepEqual(crashes, [], `seed ${seed}`);
  t.diagnostic(`${kTries * kDoors.length} mutated files through ${kDoors.length} doors, crashes 0; exit codes ${JSON.stringify(statuses)}`);
});

test("attack: overgrown files are answered in words", (t) => {
  const directory = temporaryDirectory(t);
  const line = (members) => JSON.stringify({ ...JSON.parse(log.split("\n")[0]), ...members }) + "\n";
  const kGrown = [
    ["timestamps in microseconds", "log.jsonl", line({ timestamp: 1_700_000_000_000_000 }), ["import", "botify-log"], 2],
    ["timestamp near 2^63", "log.jsonl", line({}).replace("1700000000000", "9223372036854775000"), ["import", "botify-log"], 2],
    ["negative timestamp", "log.jsonl", line({ timestamp: -5 }), ["import", "botify-log"], 2],
    ["bomb of 2 GB", "log.jsonl.gz", Buffer.concat(Array(64).fill(gzipSync(Buffer.alloc(2 ** 25, 32)))), ["import", "botify-log"], 2],
    ["a million columns", "table.csv", `user,variant,clicks${",x".repeat(1_000_000)}\n1,a,1${",1".repeat(1_000_000)}\n`,
      ["analyze", "--unit", "user", "--variant", "variant", "--control", "a", "--metric", "clicks", "--csv"], 2],
    ["values of 1.7e308", "table.csv", "user,variant,clicks\n" + Array.from({ length: 8 }, (_, i) => `${i},${i % 2 ? "a" : "b"},1.7e308\n`).join(""),
      ["analyze", "--unit", "user", "--variant", "variant", "--control", "a", "--metric", "clicks", "--csv"], 2],
    ["100 000 faults", "log.jsonl", "{}\n".repeat(100_000), ["import", "botify-log"], 2],
    ["id of 100 000 brackets", "cases.json", cases.replace('"a"', "[".repeat(100_000) + "]".repeat(100_000)), ["stats", "--input"], 0], // of that case alone
  ];
  const wrong = [];
  for (const [name, file, content, args, wanted] of kGrown) {
    writeFileSync(path.join(directory, file), content);
    const { status, crashed, stdout, stderr, signal } = run(directory, [...args, file], { seconds: 20 });
    if (crashed || status !== wanted) wrong.push(`${name}: ${signal ?? status} ${stderr.slice(0, 100)}`);
    if (stdout.length + stderr.length > 200_000) wrong.push(`${name}: ${stdout.length + stderr.length} bytes said`);
  }
  assert.deepEqual(wrong, []);
  t.diagnostic(`${kGrown.length} overgrown files, crashes 0`);
});

test("attack: a damaged store is refused, or gives the numbers of the sound one", async (t) => {
  const directory = home(t);
  const store = path.join(directory, "crossfade.db");
  await (await serve(t, directory)).end();
  fill(store, 200);
  const sound = run(directory, ["analyze", "--format", "json"]);
  assert.ok([0, 3].includes(sound.status), sound.stderr);
  const content = readFileSync(store);
  const from = random("stores");
  const kTries = sized(40, 1500);
  const counts = { unnoticed: 0, refused: 0, harmless: 0, served: 0 };
  const wrong = [];
  mkdirSync(path.join(directory, "damaged"));
  for (let i = 0; i < kTries; ++i) {
    const damaged = Buffer.from(content);
    const page = from.below(damaged.length / 4096);
    switch (i % 4) {
      case 0: damaged.fill(0, page * 4096, page * 4096 + 4096); break;
      case 1: for (let n = 0; n < 8; ++n) damaged[page * 4096 + from.below(4096)] ^= 1 << from.below(8); break;
      case 2: damaged.copy(damaged, page * 4096, from.below(damaged.length / 4096) * 4096, (from.below(damaged.length / 4096) + 1) * 4096); break;
      default:
    }
    const file = path.join(directory, "damaged", `${i}.db`);
    writeFileSync(file, i % 4 === 3 ? damaged.subarray(0, page * 4096 + from.below(4096)) : damaged);
    const analysis = run(directory, ["analyze", "--format", "json", "--store", file]);
    const check = run(directory, ["store", "check", "--store", file]);
    if (analysis.crashed || check.crashed) wrong.push(`${i}: ${analysis.signal ?? analysis.status}, ${check.signal ?? check.status}: ${analysis.stderr}${check.stderr}`);
    const same = analysis.stdout === sound.stdout;
    if (check.status === 0 && !same) wrong.push(`${i}: other numbers, and store check finds nothing`);
    if ([0, 3].includes(analysis.status) && !same) ++counts.unnoticed; // by analyze alone, which does not look for it
    if (check.status !== 0) ++counts.refused;
    if (check.status === 0 && same) ++counts.harmless;
    if (check.status !== 0 && i % 4 < 2) {
      copyFileSync(file, `${file}.served`);
      const served = run(directory, ["serve", "--port", "0", "--store", `${file}.served`], { seconds: 2 });
      if (served.signal === "SIGKILL") ++counts.served;
    }
  }
  assert.deepEqual(wrong, [], `seed ${seed}`);
  assert.equal(counts.served, 0, "served on a store that store check refuses");
  assert.deepEqual(query(store, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
  t.diagnostic(`${kTries} damaged stores: store check refused ${counts.refused}, ${counts.harmless} gave the same numbers; ` +
    `analyze alone gave other numbers for ${counts.unnoticed}`);
});
