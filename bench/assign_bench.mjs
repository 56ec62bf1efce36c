// How long it takes to assign a unit with attributes to ten experiments in ten layers, five of them with targeting: here, and
// with GrowthBook's stock SDK for Node on the same experiments, where a layer is a namespace: an instance for each unit, or
// its client for many, whichever is faster. They take turns, and the ratio is that of the medians.
//
//   node bench/assign_bench.mjs [--program build/release/assign_bench] [--turns 5]
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

const require = createRequire(new URL("../web/package.json", import.meta.url));
const { GrowthBook, GrowthBookClient } = require("@growthbook/growthbook");
const { values } = parseArgs({ options: { program: { type: "string", default: "build/release/assign_bench" }, turns: { type: "string", default: "5" } } });

// As in assign_bench.cpp.
const attributes = {
  country: "SE", age: 34, plan: "pro", device: { os: "ios", model: "15" }, appVersion: "1.12.3", tags: ["new", "beta"],
  userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148",
};
const conditions = [
  { country: { $in: ["SE", "NO", "DK", "FI"] } },
  { age: { $gte: 18, $lt: 65 } },
  { plan: { $ne: "free" }, "device.os": "ios" },
  { appVersion: { $vgte: "1.10.0" } },
  { $or: [{ tags: { $elemMatch: { $eq: "beta" } } }, { userAgent: { $regex: "(Android|Tablet)" } }] },
];
const experiments = (range) => Array.from({ length: 10 }, (_, i) => ({
  key: `experiment-${i}`, variations: ["control", "treatment"], hashVersion: 2, namespace: [`layer-${i}`, 0, range],
  ...(i % 2 === 0 ? { condition: conditions[i / 2] } : {}),
}));

const integers = Array.from({ length: 4096 }, (_, i) => String((i * 2654435761) % 10_000_000));
const uuids = integers.map((_, i) => {
  const digits = Array.from({ length: 4 }, (_, j) => ((i * 4 + j + 1) * 2654435761 >>> 0).toString(16).padStart(8, "0")).join("");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
});

const client = new GrowthBookClient();
client.initSync({ payload: { features: {} } });
const ways = {
  instance: (unit, all) => {
    const growthbook = new GrowthBook({ attributes: { ...attributes, id: unit } });
    return all.filter((one) => growthbook.run(one).inExperiment).length;
  },
  client: (unit, all) => {
    const context = { attributes: { ...attributes, id: unit } };
    return all.filter((one) => client.runInlineExperiment(one, context).inExperiment).length;
  },
};

// Nanoseconds an assignment, in some .3 s.
function sdk(way, range, units) {
  const all = experiments(range);
  let inside = 0;
  const ask = (unit) => { inside += way(unit, all); };
  for (const unit of units) ask(unit); // warm
  inside = 0;
  let asked = 0;
  const begin = process.hrtime.bigint();
  while (process.hrtime.bigint() - begin < 300_000_000n) {
    for (let i = 0; i < 256; ++i) ask(units[asked++ % units.length]);
  }
  return { time: Number(process.hrtime.bigint() - begin) / asked, inside: inside / asked };
}

function ours() {
  const told = JSON.parse(execFileSync(values.program, ["--benchmark_format=json", "--benchmark_min_time=0.1"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  return Object.fromEntries(told.benchmarks.map((one) => [one.name, { time: one.cpu_time, inside: one.experiments }]));
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const cases = [["half_integers", 0.5, integers, 1000], ["half_uuids", 0.5, uuids, 2000], ["whole_integers", 1, integers], ["whole_uuids", 1, uuids]];
const times = new Map();
const note = (name, one) => times.set(name, [...(times.get(name) ?? []), one]);
for (let turn = 0; turn < Number(values.turns); ++turn) {
  for (const [name, one] of Object.entries(ours())) note(name, one);
  for (const [name, range, units] of cases) {
    note(`sdk ${name}`, Object.values(ways).map((way) => sdk(way, range, units)).reduce((a, b) => (a.time < b.time ? a : b)));
  }
}
const time = (name) => median(times.get(name).map((one) => one.time));
for (const [name, , , wanted] of cases) {
  const here = time(`assign/${name}`);
  const there = time(`sdk ${name}`);
  console.log(`${name.padEnd(15)} ${here.toFixed(0).padStart(5)} ns${wanted ? ` (wanted: ${wanted})` : ""}, GrowthBook's SDK ${there.toFixed(0)} ns, ` +
    `ratio ${(there / here).toFixed(1)} (wanted: 20); experiments ${times.get(`assign/${name}`)[0].inside.toFixed(2)} and ${times.get(`sdk ${name}`)[0].inside.toFixed(2)}`);
}
console.log(`fifteen hashes alone: integers ${time("hash/fifteen_integers").toFixed(0)} ns, UUIDs ${time("hash/fifteen_uuids").toFixed(0)} ns; ` +
  `without targeting, UUIDs ${time("assign/untargeted_half_uuids").toFixed(0)} ns; reading the attributes ${time("read_attributes").toFixed(0)} ns`);
