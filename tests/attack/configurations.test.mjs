// Configurations that nobody would write: `validate` says what is wrong with each, or that nothing is, and then the program
// runs on it; neither ends by a signal or hangs.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { Client, configuration, home, serve } from "../e2e/support.mjs";
import { mutated, random, run, seed, sized } from "./support.mjs";

const kExample = readFileSync(fileURLToPath(new URL("../../experiments.yaml", import.meta.url)));

const metric = (where) => `${configuration()}    metrics: {primary: odd}
metrics:
  odd: {type: mean, event: playback, aggregate: count, where: "${where}"}
`;
const terms = (n, operator = "or") => Array.from({ length: n }, (_, i) => `fraction < 0.${i % 10}`).join(` ${operator} `);
const chain = (n) => configuration().replace(/ {2}sticky:.*\n/, (line) =>
  line + Array.from({ length: n }, (_, i) => `  r${i}: {type: top_pop, top: 3, fallback: ${i + 1 < n ? `r${i + 1}` : "random"}}\n`).join(""));

// Name, text, and whether it must be refused.
const kGrown = [
  ["1 160 terms", metric(terms(1160)), false],
  ["20 000 terms", metric(terms(20_000)), false],
  ["400 000 terms", metric(terms(400_000)), false],
  ["30 000 parentheses", metric(`${"(".repeat(30_000)}fraction < 1${")".repeat(30_000)}`), true],
  ["30 000 times not", metric(`${"not ".repeat(30_000)}(fraction < 1)`), true],
  ["100 000 brackets", `${configuration()}x: ${"[".repeat(100_000)}`, true],
  ["100 000 braces", `${configuration()}x: ${"{a: ".repeat(100_000)}`, true],
  ["100 000 nested lists by dashes", `${configuration()}x:\n  ${"- ".repeat(100_000)}1\n`, true],
  ["2 000 fallbacks in a chain", chain(2000), false],
  ["10 000 fallbacks in a chain", chain(10_000), false],
  ["a list of 20 MB", `${configuration()}x: [${"1, ".repeat(7_000_000)}1]\n`, true],
  ["100 000 faults", configuration() + Array.from({ length: 100_000 }, (_, i) => `x${i}: 1\n`).join(""), true],
  ["an alias of aliases", `a: &a [1,1,1,1,1,1,1,1,1]\n${[..."bcdefgh"].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[i]}`)}]\n`).join("")}${configuration()}`, true],
  ["a file that never ends", configuration().replace("{type: random}", "{type: user_lists, file: /dev/zero, fallback: sticky}"), true],
  ["a file outside", configuration().replace("{type: random}", "{type: user_lists, file: ../../../../etc/passwd, fallback: sticky}"), true],
  ["NUL", `${configuration()}# \0\n`, true],
  ["no UTF-8", Buffer.concat([Buffer.from(configuration().replace("tests", "'")), Buffer.from([0xff])]), true],
  ["UTF-16", Buffer.from(`\ufeff${configuration()}`, "utf16le"), true],
  ["empty owner", configuration().replace("owner: tests", 'owner: ""'), true],
];

test(`attack: ${kGrown.length} overgrown configurations are refused in words, or served`, async (t) => {
  const directory = home(t);
  const file = path.join(directory, "grown.yaml");
  const wrong = [];
  let slowest = 0;
  for (const [name, text, refused] of kGrown) {
    writeFileSync(file, text);
    const begin = performance.now();
    const { status, stdout, stderr, crashed, signal } = run(directory, ["validate", file]);
    slowest = Math.max(slowest, performance.now() - begin);
    if (crashed || (refused && status !== 2)) wrong.push(`${name}: ${signal ?? status} ${stderr.slice(0, 100)}`);
    if (stdout.length + stderr.length > 200_000) wrong.push(`${name}: ${stdout.length + stderr.length} bytes said`);
    if (crashed || status !== 0) continue;
    const server = await serve(t, directory, ["--config", file, "--store", `${directory}/${name}.db`]);
    const client = new Client(server.url);
    await client.play("next", 7, 1, 0.5);
    await client.play("last", 7, 1, 0.5);
    await client.get("/api/v1/experiments/sticky-vs-random/results");
    client.close();
    const { code, signal: by } = await server.end();
    if (code !== 0) wrong.push(`${name}: serve ended with ${by ?? code}`);
  }
  assert.deepEqual(wrong, []);
  t.diagnostic(`${kGrown.length} configurations, crashes 0, slowest ${Math.round(slowest)} ms`);
});

test("attack: mutated configurations end no program", (t) => {
  const directory = home(t);
  const file = path.join(directory, "mutated.yaml");
  const from = random("configurations");
  const kTries = sized(100, 5000);
  const statuses = {};
  const crashes = [];
  for (let i = 0; i < kTries; ++i) {
    writeFileSync(file, mutated(kExample, from));
    const result = run(directory, ["validate", file]);
    statuses[result.status] = (statuses[result.status] ?? 0) + 1;
    if (result.crashed || (result.status === 2 && result.stdout + result.stderr === "")) crashes.push({ i, ...result });
  }
  assert.deepEqual(crashes, [], `seed ${seed}`);
  t.diagnostic(`${kTries} mutated configurations, crashes 0; exit codes ${JSON.stringify(statuses)}`);
});
