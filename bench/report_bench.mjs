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
import { kChromium, launch, openTab } from "../tests/e2e/browser.mjs";
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
const medians = (views) =>
  ({ seen: median(views.map(({ seen }) => seen)), whole: median(views.map(({ whole }) => whole)) });
const report = (what, figure, limit, unit) =>
  console.log(`${what.padEnd(52)} ${figure.toPrecision(3)} ${unit}, limit ${limit} ${unit}, ratio ${(figure / limit).toFixed(2)}`);

// Notes in the page, in seconds since its address was asked for, when what is in the window was painted with nothing
// missing in it (`seen`), and when the view was complete to its end (`whole`). It looks only when something has changed.
function watch() {
  const clock = (globalThis.clock = {});
  const missing = () => [...document.querySelectorAll("main [aria-busy], .plot-frame:empty")]
    .filter((element) => element.checkVisibility());
  const inWindow = (element) => element.getBoundingClientRect().top < innerHeight;
  const note = (what) => requestAnimationFrame(() => setTimeout(() => {
    clock[what] ??= performance.now() / 1000;
    if (what === "whole") completed();
  }));
  let completed;
  globalThis.complete = new Promise((resolve) => (completed = resolve));
  const observer = new MutationObserver(() => {
    if (!document.querySelector("main h1")) return;
    if (!clock.seen && !missing().some(inWindow)) note("seen");
    if (missing().length > 0) return;
    observer.disconnect();
    note("whole");
  });
  observer.observe(document, { childList: true, subtree: true });
}

const kServers = 3;
const kAgain = 7;

// What the view of this address takes with a server just started and a tab of its own, and what it takes again.
async function view(t, browser, directory, address) {
  const { page } = await openTab(t, browser, "");
  await page.waitForTimeout(2500);  // the browser has come up, too: it takes more than a core for its own first seconds
  const server = await serve(t, directory);
  await page.addInitScript(watch);
  const load = async () => {
    await page.goto(server.url + address);
    const clock = await page.evaluate(() => globalThis.complete.then(() => globalThis.clock));
    await page.waitForTimeout(500);  // the reader reads
    return clock;
  };
  const first = await load();
  const again = [];
  for (let i = 0; i < kAgain; ++i) again.push(await load());
  const bytes = await page.evaluate(() => performance.getEntriesByType("resource")
    .filter(({ name }) => name.includes("/assets/")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0));
  await page.context().close();
  await server.end();
  return { first, again: medians(again), bytes };
}

test("bench: the report page", { timeout: 1_200_000 }, async (t) => {
  const browser = await launch(t, kChromium);
  const viewsOf = async (directory, address) => {
    const views = [];
    for (let i = 0; i < kServers; ++i) views.push(await view(t, browser, directory, address));
    const of = (which) => medians(views.map((one) => one[which]));
    return { first: of("first"), again: of("again"), bytes: views[0].bytes };
  };
  const ten = await viewsOf(home("ten", kTenMetrics, Number(values.sessions)), "/report/ten");
  const list = await viewsOf(home("layers", twoHundred(false), 20_000), "/report");
  const overlap = home("overlap", twoHundred(true), 20_000);
  const overlapping = await viewsOf(overlap, "/report");
  const interactions = await viewsOf(overlap, "/report/experiment-7");
  console.log(`${values.sessions} sessions; medians of ${kServers} servers; seen: what is in the window is painted`);
  report("ten metrics, server just started: seen", ten.first.seen, 1.5, "s");
  report("... complete to its end", ten.first.whole, 1.5, "s");
  report("the same while nothing has changed: seen", ten.again.seen, 0.2, "s");
  report("... complete to its end", ten.again.whole, 0.2, "s");
  report("weight of the page, compressed", ten.bytes / 1000, 250, "KB");
  report("list of 200 experiments, server just started: seen", list.first.seen, 1, "s");
  report("... complete to its end", list.first.whole, 1, "s");
  report("all 200 with every listener: seen", overlapping.first.seen, 1, "s");
  report("... complete to its end", overlapping.first.whole, 1, "s");
  report("one of those 200, with 199 interactions: seen", interactions.first.seen, 1.5, "s");
  report("... complete to its end", interactions.first.whole, 1.5, "s");
});
