// The store that the tests of the report page look at: two experiments that the real simulator filled, one without
// anybody, and texts that would be markup if anybody took them for it.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";
import { crossfade, serve, temporaryDirectory } from "./support.mjs";

export const kHostileText = `<img src=x onerror="window.hacked=1"> & <script>window.hacked=1</script> \${7*7} {{7*7}}`;
export const kHostileOwner = `</title><svg onload=window.hacked=1>`;

const kConfiguration = `version: 1
recommenders:
  random:  {type: random}
  top_pop: {type: top_pop, top: 100, fallback: random}
  sticky:  {type: sticky_artist, fallback: random}
parameters: {recommender: random}
layers:
  ranking: {salt: ranking}
experiments:
  - key: aa
    hypothesis: ${JSON.stringify(kHostileText)}
    owner: ${JSON.stringify(kHostileOwner)}
    status: running
    layer: {name: ranking, range: [0.0, 0.3]}
    variants:
      - {key: control, weight: 0.5, control: true}
      - {key: treatment, weight: 0.5}
    metrics: {primary: mean_time_per_session}
    plan: {mde: 0.05, sample_size: 2000, looks: 8}
  - key: recommenders
    hypothesis: Staying with an artist keeps people listening longer.
    owner: recommendations
    status: running
    layer: {name: ranking, range: [0.3, 1.0]}
    variants:
      - {key: random, weight: 0.34, control: true, parameters: {recommender: random}}
      - {key: top_pop, weight: 0.33, parameters: {recommender: top_pop}}
      - {key: sticky_artist, weight: 0.33, parameters: {recommender: sticky}}
    metrics:
      primary: mean_time_per_session
      secondary: [mean_tracks_per_session]
      guardrails: [{metric: sessions, margin: 0.1}]
  - key: later
    hypothesis: Nobody is in it yet.
    owner: tests
    status: draft
    variants:
      - {key: a, weight: 0.5, control: true}
      - {key: b, weight: 0.5}
`;

/**
 * A server on such a store, of its own. @param {{after: Function}} owner a test, or a file of them
 * @param {{real?: boolean}} options `real`: as if its listeners were real, so that more of them may come
 */
export async function reportServer(owner, { real = false } = {}) {
  const home = temporaryDirectory(owner);
  writeFileSync(path.join(home, "experiments.yaml"), kConfiguration);
  const run = (...args) => execFileSync(crossfade, args, { cwd: home, stdio: ["ignore", "pipe", "pipe"] });
  run("world", "generate", "--preset", "course-2026", "--out", "world");
  run("simulate", "--sessions", "4000", "--days", "8", "--seed", "3");
  if (real) execFileSync("sqlite3", [path.join(home, "crossfade.db"), "UPDATE runs SET clock = 'real'"]);
  return { home, ...(await serve(owner, home)) };
}

let shared;

/** The same for all suites of this process that only look at it; it ends with them. @returns {ReturnType<typeof reportServer>} */
export function sharedReportServer() {
  shared ??= reportServer({ after });
  return shared;
}
