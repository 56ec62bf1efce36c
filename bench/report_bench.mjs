// How long the report page takes, against its limits: the first view of an experiment with ten metrics on a large store
// with a server just started, the same view while nothing has changed, the page's weight, and the list of 200
// experiments, in layers and all overlapping. Everything on this machine: Debian's Chromium, the real program.
//
//   node bench/report_bench.mjs [--sessions 1000000] [--keep DIR]
//
// --keep: where stores are made, and found again the next time.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { parseArgs } from "node:util";
import { launch, openTab, show } from "../tests/e2e/browser.mjs";
import { crossfade, serve, temporaryDirectory } from "../tests/e2e/support.mjs";

const { values } = parseArgs({ options: { sessions: { type: "string", default: "1000000" }, keep: { type: "string" } } });
const owner = { after };
const base = values.keep ? path.resolve(values.keep) : temporaryDirectory(owner);

const kRecommenders = `version: 1
recommenders:
  random:  {type: random}
  top_pop: {type: top_pop, top: 100, fallback: random}
  sticky:  {type: sticky_artist, fallback: random}
parameters: {recommender: random}
`;
// Ten metrics in one experiment, five of them the standard ones.
const kTenMetrics = `${kRecommenders}metrics:
  first_week: {type: mean, event: session, value: time, window: 7d}
  long_sessions: {type: proportion, event: session, where: "time > 5"}
  time_share: {type: ratio, numerator: {event: session, value: time}, denominator: {event: session, value: tracks}}
  longest: {type: mean, event: session, value: time, aggregate: max}
  back_in_week_2: {type: retention, event: session, window: [7d, 14d]}
experiments:
  - key: ten
    hypothesis: Who recommends makes a difference.
    owner: bench
    status: running
    variants:
      - {key: random, weight: 0.34, control: true}
      - {key: top_pop, weight: 0.33, parameters: {recommender: top_pop}}
      - {key: sticky, weight: 0.33, parameters: {recommender: sticky}}
    metrics:
      primary: mean_time_per_session
      secondary: [mean_tracks_per_session, time, first_week, long_sessions, time_share, longest, back_in_week_2]
      guardrails: [{metric: sessions, margin: 0.1}]
`;
// Twenty layers of ten experiments each, or, where they overlap, all of them with every listener.
const twoHundred = (overlap) => kRecommenders
  + (overlap ? "" : "layers:\n" + Array.from({ length: 20 }, (_, i) => `  layer-${i}: {salt: salt-${i}}\n`).join(""))
  + "experiments:\n" + Array.from({ length: 200 }, (_, i) => `  - key: experiment-${i}
    hypothesis: Number ${i} changes nothing.
    owner: bench
    status: running${overlap ? "" : `
    layer: {name: layer-${i % 20}, range: [0.${Math.floor(i / 20)}, ${i < 180 ? `0.${Math.floor(i / 20) + 1}` : "1.0"}]}`}
    variants: [{key: control, weight: 0.5, control: true}, {key: treatment, weight: 0.5}]
    metrics: {primary: mean_time_per_session}
`).join("");

// A directory with a world and a store that the simulator has filled.
function home(name, configuration, sessions) {
  const directory = path.join(base, `${name}-${sessions}`);
  const run = (...args) => execFileSync(crossfade, args, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  if (!existsSync(path.join(directory, "crossfade.db"))) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, "experiments.yaml"), configuration);
    run("world", "generate", "--preset", "course-2026", "--out", "world");
    run("simulate", "--sessions", String(sessions), "--days", "14", "--seed", "3");
  }
  return directory;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const report = (what, figure, limit, unit) =>
  console.log(`${what.padEnd(52)} ${figure.toPrecision(3)} ${unit}, limit ${limit} ${unit}, ratio ${(figure / limit).toFixed(2)}`);

// Seconds until the view of this address is complete, each with a server and a browser profile of its own where `cold`.
async function view(t, browser, directory, address) {
  const server = await serve(t, directory);
  const { page, context } = await openTab(browser, server.url);
  const begin = performance.now();
  await show(page, server.url + address);
  const first = (performance.now() - begin) / 1000;
  const again = [];
  for (let i = 0; i < 5; ++i) {
    const from = performance.now();
    await show(page, server.url + address);
    again.push((performance.now() - from) / 1000);
  }
  const bytes = await page.evaluate(() => performance.getEntriesByType("resource")
    .filter(({ name }) => name.includes("/assets/")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0));
  await context.close();
  await server.end();
  return { first, again: median(again), bytes };
}

test("bench: the report page", { timeout: 1_200_000 }, async (t) => {
  const browser = await launch(t);
  const ten = home("ten", kTenMetrics, Number(values.sessions));
  const views = [];
  for (let i = 0; i < 3; ++i) views.push(await view(t, browser, ten, "/report/ten"));
  const list = home("layers", twoHundred(false), 20_000);
  const lists = [];
  for (let i = 0; i < 3; ++i) lists.push(await view(t, browser, list, "/report"));
  const overlap = home("overlap", twoHundred(true), 20_000);
  const overlapping = await view(t, browser, overlap, "/report");
  const interactions = await view(t, browser, overlap, "/report/experiment-7");
  console.log(`${values.sessions} sessions; medians of three servers`);
  report("first view, ten metrics, server just started", median(views.map(({ first }) => first)), 1.5, "s");
  report("the same view while nothing has changed", median(views.map(({ again }) => again)), 0.2, "s");
  report("weight of the page, compressed", views[0].bytes / 1000, 250, "KB");
  report("list of 200 experiments, server just started", median(lists.map(({ first }) => first)), 1, "s");
  report("the same where all 200 have every listener", overlapping.first, 1, "s");
  report("one of those 200, with 199 interactions", interactions.first, 1.5, "s");
});
