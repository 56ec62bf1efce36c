// Answers in the shapes of the server's, for states of the page that a small store is not in: many variants, a failing
// recommender, hostile titles, a simulation at every point of its life. Numbers are made up but consistent.

const random = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

const kEdges = Array.from({ length: 25 }, (_, i) => i / 2);
const kLevels = [0.1, 0.25, 0.5, 0.75, 0.9];

// Variants differ more and more from the first, the control.
export function distributionsOf(variants) {
  const shapes = variants.map((variant, i) => {
    const counts = kEdges.slice(1).map((edge) => Math.round(2000 * (edge ** 1.4) * Math.exp(-edge / (1.4 + i * 0.15))));
    const sessions = counts.reduce((sum, n) => sum + n, 0);
    const mean = counts.reduce((sum, n, k) => sum + n * (kEdges[k] + 0.25), 0) / sessions;
    return { variant, sessions, counts, mean, quantiles: kLevels.map((level) => ({ level, value: quantile(counts, sessions, level) })) };
  });
  const [control, ...treatments] = shapes;
  return {
    session_time: {
      edges: kEdges,
      variants: shapes,
      comparisons: treatments.map(({ variant, quantiles }) => ({
        variant,
        quantiles: quantiles.map(({ level, value }, i) => {
          const effect = value - control.quantiles[i].value;
          const standard_error = 0.03 + level / 20;
          const interval = [effect - 1.96 * standard_error, effect + 1.96 * standard_error];
          return { level, effect, standard_error, interval, p_value: Math.exp(-Math.abs(effect / standard_error)) };
        }),
      })),
    },
    sessions_per_unit: {
      variants: variants.map((variant, i) => {
        const counts = [0, 900 - i * 40, 700, 420, 260 + i * 10, 130, 70 + i * 5, 40, 20, 12, 30];
        const units = counts.reduce((sum, n) => sum + n, 0);
        return { variant, units, mean: counts.reduce((sum, n, k) => sum + n * k, 0) / units, counts };
      }),
    },
  };
}

function quantile(counts, total, level) {
  let below = 0;
  for (const [k, n] of counts.entries()) {
    if (below + n >= level * total) return kEdges[k] + ((level * total - below) / n) * 0.5;
    below += n;
  }
  return kEdges.at(-1);
}

// `fallback`: share of the last variant's answers that its recommender did not give; `measured`: was latency noted?
export function trafficOf(variants, { days = 14, fallback = 0.004, measured = true } = {}) {
  const next = random(7);
  return {
    skip_threshold: 0.1,
    variants: variants.map((variant, i) => {
      const share = i === variants.length - 1 ? fallback : 0;
      const answers = [
        { recommender: `${variant}_model`, answers: Math.round(9000 * (1 - share)), share: 1 - share },
        ...(share > 0 ? [{ recommender: "random", answers: Math.round(9000 * share), share }] : []),
      ].sort((a, b) => b.answers - a.answers);
      return {
        variant, recommender: `${variant}_model`, answers, fallback_share: share,
        days: Array.from({ length: days }, (_, day) => dayOf(day, i, next, measured)),
        positions: Array.from({ length: 16 }, (_, position) => positionOf(position, i)),
      };
    }),
  };
}

function dayOf(day, i, next, measured) {
  const active = Math.round(300 + 20 * day + 60 * next() - 10 * i);
  const mean = 0.4 + i * 0.15 + 0.05 * next();
  return {
    day: new Date(Date.UTC(2026, 0, 5 + day)).toISOString().slice(0, 10),
    new_units: Math.round(320 / (1 + day / 3) + 15 * next()),
    active_units: active,
    sessions: Math.round(active * 1.4),
    requests: Math.round(active * 9.5),
    latency_ms: measured ? { n: Math.round(active * 9.5), mean, standard_deviation: 0.2, p95: mean * 2.1 + 0.1 * next() }
      : { n: 0, mean: null, standard_deviation: null, p95: null },
  };
}

function positionOf(position, i) {
  const worn = 1 - Math.exp(-position / 6);
  const playbacks = Math.round(6000 * Math.exp(-position / 5));
  const skipped = position === 0 ? 0 : 0.42 + 0.2 * worn - 0.05 * i;
  const listened = position === 0 ? 1 : 0.35 - 0.12 * worn + 0.03 * i;
  const error = (value) => Math.sqrt((value * (1 - value) * 1.3) / playbacks);
  const interval = (value) => [Math.max(0, value - 1.96 * error(value)), Math.min(1, value + 1.96 * error(value))];
  return {
    position, playbacks, skipped, skipped_standard_error: error(skipped), skipped_interval: interval(skipped),
    listened, listened_standard_error: error(listened), listened_interval: interval(listened),
  };
}

// A listener with `total` sessions of whom at most `asked` are told; the last one is open.
export function unitOf(unit, { total = 3, asked = 50, title = "Song" } = {}) {
  const next = random(11);
  return {
    unit,
    assignments: [
      { experiment: "aa", status: "running", variant: null },
      { experiment: "recommenders", status: "running", variant: "top_pop" },
      { experiment: "later", status: "draft", variant: null },
    ],
    exposures: [
      { experiment: "recommenders", version: 1, variant: "top_pop", first_seen: "2026-01-05T08:12:00.000Z", last_seen: "2026-01-12T20:40:00.000Z" },
      { experiment: "last-year", version: 2, variant: "control", first_seen: "2025-11-03T10:00:00.000Z", last_seen: null },
    ],
    sessions_total: total,
    sessions: Array.from({ length: Math.min(total, asked) }, (_, i) => sessionOf(total - i, i === 0, next, title)),
    events_total: 2,
    events: [
      { name: "purchase", value: 9.9, at: "2026-01-11T10:00:00.000Z" }, { name: "share", value: 1, at: "2026-01-06T10:00:00.000Z" },
    ],
  };
}

function sessionOf(session, open, next, title) {
  const started = Date.UTC(2026, 0, 5, 8) + session * 7_300_000;
  const length = 3 + Math.floor(next() * 9);
  const trackAt = (i) => ({ track: session * 100 + i, artist: i % 5 === 4 ? null : `Artist ${i}`, title: i % 5 === 4 ? null : `${title} ${session}-${i}` });
  const playbacks = Array.from({ length }, (_, i) => ({
    position: i, at: new Date(started + i * 190_000).toISOString(), ...trackAt(i),
    fraction: i === 0 ? 1 : Number((next() ** 2).toFixed(2)), latency_ms: 0.3 + next() / 2,
    recommended: !open && i === length - 1 ? null
      : { ...trackAt(i === 2 ? 77 : i + 1), recommender: i === 3 ? null : i === 4 ? "random" : "top_pop", propensity: i === 3 ? null : 0.01 },
  }));
  return {
    session, started: new Date(started).toISOString(), ended: open ? null : new Date(started + length * 190_000).toISOString(),
    end: open ? null : session % 2 === 0 ? "timeout" : "last", tracks: length,
    time: playbacks.reduce((sum, { fraction }) => sum + fraction, 0), playbacks_total: length, playbacks,
  };
}

export const labOf = (simulation = null) => ({
  enabled: true, listeners: 10_000, experiments: ["aa", "recommenders", "later"], simulation,
});

export const simulationOf = (state, changes = {}) => ({
  id: 1, state, experiment: "recommenders", listeners: 10_000, sessions: 20_000, days: 14, seed: 1,
  start: "2026-01-19T00:00:00.000Z", complete: state === "done" ? 20_000 : 7_341,
  summary: state === "done" ? { sessions: 20_000, tracks: 168_000, mean_time: 3.4123, mean_time_error: 0.0213,
    mean_tracks: 8.4, seconds: 2.13 } : null,
  ...changes,
});
