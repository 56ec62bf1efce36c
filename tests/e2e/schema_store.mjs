// A store whose answers have every part that docs/schema describes: plans of each kind, history before exposure, guardrails,
// metrics of each type, verdicts of each kind, an imported log, and numbers that cannot be computed.
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { crossfade } from "./support.mjs";

const kTwo = "[{key: control, control: true}, {key: treatment}]";
const kSticky = "[{key: control, control: true}, {key: treatment, parameters: {recommender: sticky}}]";

// Custom events that are made up, so that verdicts are what they should be: each unit of the experiment has one, whose value
// is 1 to 2, and differs by `effect` in the treatment. -0.044: beyond its margin at the planned
// look, not yet always-valid.
const kMade = [
  { name: "more", experiment: "better", effect: 0.1 },
  { name: "less", experiment: "worse", effect: -0.1 },
  { name: "lost", experiment: "worse", effect: -0.2 },
  { name: "slightly", experiment: "guarded", effect: -0.044 },
];
// Made up after the first days, for who had come by then: harm, and a broken split, that the first look called and all data
// together no longer show.
const kOnce = { name: "once", experiment: "once-worse", effect: -0.5 };
const kOnceBroken = "DELETE FROM exposures WHERE experiment = 'once-broken' AND variant = 'control' AND unit % 3 > 0;";
// Ended experiments whose effects on the same metric differ: by them a winner is judged.
const kPast = Array.from({ length: 10 }, (_, i) => `past-${i}`);
const kDecided = [", decided: {variant: treatment, on: 2026-02-01, why: It won., learned: More is more.}", ", decided: {variant: control, on: 2026-02-02}"];
// What a program that let it pass has recorded: another treatment under the same version, and two experiments that set one
// parameter.
const kOnceOtherwise = `UPDATE configurations SET text = replace(replace(text, '{depth: 2}', '{depth: 1}'),
  '{key: displacing, status: running, variants: ${kTwo}}',
  '{key: displacing, status: running, variants: [{key: control, control: true}, {key: treatment, parameters: {depth: 9}}]}')
  WHERE id = 1;
  INSERT INTO exposures (experiment, version, unit, variant, first_seen_ms)
  SELECT 'swapped', 1, unit, CASE WHEN unit % 2 = 0 THEN 'control' ELSE 'treatment' END, first_seen_ms
  FROM exposures WHERE experiment = 'displacing';  -- depth is nothing that a recommendation reads`;
const raised = (key, i) => `UPDATE events SET value = value + ${i % 2 === 0 ? 0.1 : -0.1} WHERE name = 'more'
  AND unit IN (SELECT unit FROM exposures WHERE experiment = '${key}' AND variant = 'treatment');`;
const madeUp = ({ name, experiment, effect }) => `INSERT INTO events (unit, name, value, at_ms)
  SELECT unit, '${name}', 1 + ((unit * 7919) % 101) / 101.0 + (variant = 'treatment') * (${effect}), first_seen_ms + 1
  FROM exposures WHERE experiment = '${experiment}';`;

// `early`: while only the first days are played. What is a draft then has a history when it begins.
const configuration = (early) => `version: 1
recommenders:
  random:  {type: random}
  top_pop: {type: top_pop, top: 100, fallback: random}
  sticky:  {type: sticky_artist, fallback: random}
  lists:   {type: user_lists, file: lists.jsonl, fallback: random}
parameters: {recommender: random, depth: 10}
layers: {ranking: {salt: ranking}}
metrics:
  finisher: {type: proportion, event: playback, where: "fraction >= 0.9"}
  skip_rate: {type: ratio, numerator: {event: playback, where: "fraction < 0.1"}, denominator: {event: playback}, direction: decrease}
  long_time: {type: mean, event: session, value: time, winsorize: 0.95, cuped: off, mde: 0.01}
  taste: {type: mean, event: playback, value: "fraction - 0.385"}
  active: {type: mean, event: session, aggregate: any}
  limited: {type: mean, event: session, value: time, winsorize: {lower: 0.5}}
  back: {type: retention, event: session, window: [2d, 4d], direction: none}
  p75_tracks: {type: quantile, event: session, value: tracks, quantile: 0.75}
  purchases: {type: mean, event: {custom: purchase}, aggregate: sum}
  ${[...kMade, kOnce].map(({ name }) => `${name}: {type: mean, event: {custom: ${name}}, aggregate: sum, cuped: off}`).join("\n  ")}
  propensity: {type: mean, event: playback, where: "known(propensity) and propensity > 2", value: propensity}
dimensions:
  activity: {event: session, lookback: 14d, breaks: [1, 3], labels: [none, some, many]}
experiments:
  - key: cuped
    hypothesis: It matters who recommends.
    owner: tests
    status: ${early ? "draft" : "running"}
    layer: {name: ranking, range: [0.0, 0.6]}
    variants:
      - {key: random, weight: 0.34, control: true, parameters: {recommender: random}}
      - {key: top_pop, weight: 0.33, parameters: {recommender: top_pop}}
      - {key: sticky, weight: 0.33, parameters: {recommender: sticky}}
    metrics:
      primary: mean_time_per_session
      secondary: [finisher, skip_rate, long_time, limited, active, back, p75_tracks]
      guardrails: [{metric: sessions, margin: 0.1}, {metric: mean_request_latency, margin: 0.1}]
  - {key: fixed-complete, status: running, layer: {name: ranking, range: [0.6, 1.0]}, variants: ${kSticky}, plan: {mode: fixed, sample_size: 500}}
  - {key: fixed-open, status: running, variants: ${kTwo}, plan: {mode: fixed, duration: 60d}}
  - {key: fixed-aa, status: ${early ? "draft" : "running"}, variants: ${kTwo}, plan: {mode: fixed, sample_size: 500, mde: 0.5}}
  - {key: sequential, status: running, variants: ${kTwo}, plan: {mde: 0.02, looks: 5}, coverage: ${early ? 0.5 : 1}}
  - {key: sequential-ended, status: running, variants: ${kTwo}, plan: {sample_size: 400, looks: 3}}
  - {key: sequential-begun, status: running, variants: ${kTwo}, plan: {sample_size: 100000000, alpha: 0.0001}}
  - {key: always, status: running, variants: ${kTwo}, plan: {mode: always_valid, mde: 0.05}}
  - {key: broken, status: running, variants: ${kTwo}}
  - {key: broken-since, status: running, variants: ${kTwo}}
  - {key: better, status: running, variants: ${kTwo}, metrics: {primary: more}}
  - {key: worse, status: running, variants: ${kTwo}, plan: {sample_size: 2500},
     metrics: {primary: less, guardrails: [{metric: lost, margin: 0.02}]}}
  - {key: guarded, status: running, variants: ${kTwo}, metrics: {primary: back, guardrails: [{metric: slightly, margin: 0.005}]},
     plan: {mode: fixed, sample_size: 1500}}
  - {key: once-worse, status: running, variants: ${kTwo}, metrics: {primary: once}}
  - {key: once-broken, status: running, variants: ${kTwo}}
  - {key: ended, status: ${early ? "running" : "stopped"}, variants: ${kTwo}}
  - key: nothing  # is bought
    status: running
    variants: ${kTwo}
    metrics: {primary: purchases, guardrails: [{metric: sessions, margin: 0.1}]}
    plan: {mode: group_sequential, sample_size: 500}
  - {key: undefined, status: running, variants: ${kTwo}, metrics: {primary: propensity}}
  - key: rarely
    status: ${early ? "draft" : "running"}
    coverage: 0.003
    variants: [{key: control, weight: 0.5, control: true}, {key: treatment, weight: 0.4999}, {key: rare, weight: 0.0001}]
    plan: {mode: always_valid, mde: 0.01}
  - {key: around-zero, status: ${early ? "draft" : "running"}, variants: ${kTwo}, metrics: {primary: taste}, plan: {sample_size: 100000}}
  ${kPast.map((key, i) => `- {key: ${key}, status: ${early ? "running" : "stopped"}, variants: ${kTwo}, metrics: {primary: more}${early ? "" : kDecided[i] ?? ""}}`).join("\n  ")}
  - {key: swapped, status: running, variants: [{key: control, control: true}, {key: treatment, parameters: {depth: 2}}]}
  - {key: displacing, status: running, variants: ${kTwo}}
  - {key: later, status: draft, variants: ${kTwo}, plan: {mde: 0.05}}
`;

export const kUnknownTrack = 4_000_000;  // to the catalogue

// As the course's service logs; nobody says who recommended.
function importedLog() {
  const line = (message, timestamp, user, track, time) => JSON.stringify({
    message, timestamp, user, track, time, latency: 0.002, recommendation: message === "last" ? null : track + 1,
    experiments: { E: user % 2 === 0 ? "C" : "T1" },
  });
  const start = Date.UTC(2025, 10, 1);
  return Array.from({ length: 40 }, (_, user) => [
    line("next", start + user * 10, user, kUnknownTrack, 1),
    ...(user === 7 ? [] : [line("last", start + user * 10 + 5, user, 6 + user, (user % 10) / 10)]),
  ]).flat().join("\n") + "\n";
}

/** Fills `home` with a world, experiments.yaml and crossfade.db. */
export function writeSchemaStore(home) {
  const run = (...args) => execFileSync(crossfade, args, { cwd: home, stdio: ["ignore", "pipe", "pipe"] });
  const write = (name, text) => writeFileSync(path.join(home, name), text);
  const play = (sessions, days) => run("simulate", "--sessions", `${sessions}`, "--days", `${days}`, "--seed", "3");
  write("log.json", importedLog());
  run("world", "generate", "--preset", "course-2026", "--out", "world");
  run("import", "botify-log", "log.json");
  // As if its listeners had been simulated, too: real ones are not mixed with them.
  execFileSync("sqlite3", [path.join(home, "crossfade.db"), "UPDATE runs SET clock = 'simulated'"]);
  write("world/lists.jsonl", '{"user": 1, "tracks": [1, 2]}\n');
  write("experiments.yaml", configuration(true));
  play(1000, 3);
  execFileSync("sqlite3", [path.join(home, "crossfade.db"), madeUp(kOnce) + kOnceBroken]);
  spawnSync(crossfade, ["analyze"], { cwd: home });  // a look; 3, as one is INVALID
  write("experiments.yaml", configuration(false));
  play(3000, 8);
  run("store", "exclude", "--before", "2000-01-01", "--why", "the clock was wrong");  // there is nothing of then
  // A split that is not the configured one, one that breaks after three days, and a variant that nobody configured.
  execFileSync("sqlite3", [path.join(home, "crossfade.db"), `
    DELETE FROM exposures WHERE experiment = 'broken' AND variant = 'control' AND unit % 3 = 0;
    DELETE FROM exposures WHERE experiment = 'broken-since' AND (unit < 40  -- those of the log have a history
      OR (variant = 'control' AND unit % 8 > 0 AND first_seen_ms > (SELECT MIN(first_seen_ms) + 3 * 86400000 FROM exposures)));
    UPDATE exposures SET variant = 'gone'
    WHERE experiment = 'always' AND unit = (SELECT MIN(unit) FROM exposures WHERE experiment = 'always');
    ${kOnceOtherwise}
    ${kMade.map(madeUp).join("\n")}
    ${kPast.map(raised).join("\n")}`]);
}
