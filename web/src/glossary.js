// What each number of the page is: in words, as a formula, as SQL where the store alone gives it, and where it comes
// from. The wording follows docs/verdicts.md and docs/statistics.md; the formulas are those of platform/stats.

import { kTrafficTerms } from "./glossary_traffic.js";

/**
 * @typedef {object} Term
 * @property {string} title
 * @property {string} what in two or three sentences
 * @property {string} formula as text
 * @property {(experiment: string) => string} [sql] one SELECT over the store (docs/store.md) that gives the same
 * @property {string[]} sources files of the project that define it
 */

/** As SQL writes a text. @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

/** @type {Record<string, Term>} */
const kDecisionTerms = {
  verdict: {
    title: "Verdict",
    what: "What the rules say to do, the first that holds: invalid, ship, stop for harm, guardrail failed, no effect, "
      + "inconclusive, keep running. A treatment wins when its primary metric is better beyond chance, no guardrail is "
      + "harmed, and every one is shown to be within its margin.",
    formula: "without a plan: Holm-adjusted always-valid p < 1 − configured confidence level, and as many days of data as are wanted",
    sources: ["docs/verdicts.md"],
  },
  plan: {
    title: "Plan",
    what: "How looks before the end are paid for. Group sequential: each look spends a part of alpha, and an effect counts "
      + "where z reaches that look's boundary. Fixed: one look, when the planned sample is there. Always valid: any number "
      + "of looks.",
    formula: "group sequential, a = alpha / treatments: spent until t = 4 · (1 − Φ(z / √t)), z the normal quantile of 1 − a / 4, "
      + "t the share of the planned information",
    sql: (experiment) => `SELECT version, at_ms, units, data_through_ms FROM looks
WHERE experiment = ${quoted(experiment)} ORDER BY at_ms;`,
    sources: ["docs/verdicts.md", "platform/stats/looks/group_sequential.h", "platform/stats/looks/spending.h"],
  },
  information: {
    title: "Share of the planned information",
    what: "How much of what the plan asks for is there, at most all of it.",
    formula: "units in all variants / planned units; without a planned size: days since the first exposure / planned days",
    sources: ["docs/metrics.md", "platform/analysis/planning/progress.h"],
  },
  confidence: {
    title: "Confidence level",
    what: "How often intervals made like these hold the true effect. It is only shown: what decides keeps to the plan's "
      + "alpha, or to the configured level.",
    formula: "alpha = 1 − confidence level",
    sources: ["docs/statistics.md"],
  },
  as_of: {
    title: "Data before",
    what: "The report as it was at 00:00 UTC of that day: what happened later is left out, units that were first seen later "
      + "too.",
    formula: "events with time < the day's beginning",
    sources: ["docs/store.md"],
  },
  data_through: {
    title: "Data through",
    what: "When the last session ended that counts for this experiment.",
    formula: "the latest end of the sessions that are counted",
    sql: (experiment) => `SELECT strftime('%Y-%m-%dT%H:%M:%fZ', MAX(ended_ms) / 1000.0, 'unixepoch') AS data_through
FROM analysed_sessions WHERE experiment = ${quoted(experiment)};`,
    sources: ["docs/store.md"],
  },
};

/** @type {Record<string, Term>} */
const kHealthTerms = {
  srm: {
    title: "Sample ratio mismatch",
    what: "Are units split over the variants as the weights say? If not, something chooses who is counted, and the variants "
      + "are not comparable whatever the effects look like. Below 0.001 the experiment is invalid.",
    formula: "while it runs the multinomial test that may be looked at after every unit: p = 1 / Bayes factor of a Dirichlet "
      + "prior around the weights; once it has ended χ² = Σ (observed − expected)² / expected, with variants − 1 degrees of freedom",
    sql: (experiment) => `SELECT variant, COUNT(*) AS units FROM analysed_units
WHERE experiment = ${quoted(experiment)} GROUP BY variant;`,
    sources: ["docs/verdicts.md", "platform/stats/counts/srm.h", "platform/stats/counts/srm_sequential.h"],
  },
  segment_srm: {
    title: "Split within segments",
    what: "The test of the split in each level of the dimensions that were asked for. A fault that hits only some listeners "
      + "shows here before it shows in the whole.",
    formula: "as for the whole; p times the number of levels tested (Bonferroni); alarm below 0.001",
    sources: ["platform/analysis/findings/health.h", "platform/stats/counts/srm.h"],
  },
  excluded: {
    title: "Units left out",
    what: "A unit that was seen in several variants belongs to none, so it is counted and left out; more than 1 % of them make "
      + "the experiment invalid. Units that an override put into a variant were not assigned by chance and are left out, too.",
    formula: "share = seen in several / (seen in several + units counted)",
    sql: (experiment) => `SELECT COUNT(*) AS seen_in_several FROM (
  SELECT unit FROM exposures WHERE experiment = ${quoted(experiment)}
    AND version = (SELECT MAX(version) FROM exposures WHERE experiment = ${quoted(experiment)})
  GROUP BY unit HAVING COUNT(*) > 1);`,
    sources: ["docs/verdicts.md", "docs/store.md"],
  },
  exclusions: {
    title: "Data that somebody excluded",
    what: "By crossfade store exclude an event, a session, a unit or a time is left out of every number on this page. It may be "
      + "of another experiment. Nothing is deleted, and --undo counts it again. The SQL that reads exposures themselves (days, "
      + "units seen in several variants) still counts it.",
    formula: "exclusions that are not undone",
    sql: () => `SELECT id, kind, target, why, strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS at
FROM exclusions WHERE undone_ms IS NULL;`,
    sources: ["docs/store.md"],
  },
  data_warning: {
    title: "Warning",
    what: "Something to look at before the numbers are believed: data of an older version or of variants that have no weight, "
      + "values and times that cannot be, or another experiment that changes the effect. A serious one says that the numbers "
      + "may be of something else than their names say.",
    formula: "health.warnings and health.serious_warnings of the report",
    sources: ["docs/verdicts.md", "platform/analysis/findings/health.h"],
  },
  split: {
    title: "Where a mismatch comes from",
    what: "Units by the day on which they were first seen, and by the levels of every dimension, each tested against the "
      + "configured split; worst first. Where the split of all others is as it should be, the fault is in these units: a client, a "
      + "release or a filter that they alone have.",
    formula: "χ² = Σ (seen − expected)² / expected; p times the number of parts (Bonferroni)",
    sources: ["docs/verdicts.md", "platform/analysis/findings/split.h"],
  },
  defined: {
    title: "Units that have the primary metric",
    what: "A mean over a unit's sessions needs a session. Where a variant keeps units from having one, those that are left are "
      + "no random split any more, and the effect compares different people. The SQL counts the units with a session.",
    formula: "share = units with a value / units; Pearson's χ² of the table variants × has one or not; alarm below 0.001",
    sql: (experiment) => `SELECT variant, COUNT(*) AS units,
  AVG(unit IN (SELECT unit FROM analysed_sessions WHERE experiment = ${quoted(experiment)})) AS share
FROM analysed_units WHERE experiment = ${quoted(experiment)} GROUP BY variant;`,
    sources: ["docs/statistics.md", "platform/stats/segments/homogeneity.h"],
  },
  days: {
    title: "Days of data",
    what: "Listeners differ between weekdays and weekends, so no running experiment is shipped before it has as many days as "
      + "its plan wants, or 7, or defaults.minimum_days. Of what has ended, was imported or is simulated they are advice. Days are "
      + "calendar days in UTC, from the first exposure to the last session that began, both counted.",
    formula: "day of the last session − day of the first exposure + 1",
    sql: (experiment) => `SELECT version, MIN(first_seen) AS first_exposure, MAX(first_seen) AS last_exposure FROM exposure_log
WHERE experiment = ${quoted(experiment)} GROUP BY version;`,
    sources: ["docs/verdicts.md"],
  },
  unguarded: {
    title: "Guardrail without data",
    what: "A guardrail that was measured for nobody cannot be judged by waiting: it does not block, and nothing guards what it "
      + "stands for.",
    formula: "units with a value = 0 in every variant",
    sources: ["docs/verdicts.md"],
  },
  balance: {
    title: "Balance before the experiment",
    what: "Did the variants differ before anybody was exposed? The primary metric is compared over the days before each unit's "
      + "first exposure, and so is the share of units that have such a history. An effect there cannot come from the variants.",
    formula: "Welch's t-test of treatment and control on the days before; χ² of the shares; alarm where a p is below 0.001",
    sources: ["docs/metrics.md", "platform/stats/means/welch.h", "platform/stats/segments/homogeneity.h"],
  },
  history: {
    title: "Units with history",
    what: "The share of the variant's units that were listening in the days before their first exposure. CUPED and the "
      + "check of the balance live on them.",
    formula: "units with a value of the primary metric before exposure / units",
    sources: ["docs/metrics.md"],
  },
  provenance: {
    title: "Where the data come from",
    what: "Each time that a program began to log into the store: by which command, whether its listeners are real or simulated, "
      + "in which world, with which seed and configuration. What a simulation of another experiment alone left does not count here. "
      + "And the files that recommenders served from, with their checksums.",
    formula: "the table runs of the store, without those of other experiments alone; the latest 20; the table configuration_files; the latest 100",
    sql: () => `SELECT since_ms, clock, alone, command, program, configuration, world_name, world_checksum, seed FROM runs ORDER BY id;`,
    sources: ["docs/store.md"],
  },
  configuration_changes: {
    title: "Changes while it ran",
    what: "What was changed in this experiment between its first exposure and the end of the data. Units that came before and "
      + "after a change met different experiments, which one number cannot tell.",
    formula: "neighbouring configurations of the store that differ in this experiment",
    sql: () => `SELECT strftime('%Y-%m-%dT%H:%M:%SZ', since_ms / 1000.0, 'unixepoch') AS since, checksum
FROM configurations ORDER BY since_ms;`,
    sources: ["docs/store.md"],
  },
  units: {
    title: "Units",
    what: "Units (listeners) that met the variant: first seen by the latest version of the experiment, in this variant only. "
      + "Units that an override put there are left out.",
    formula: "count of units by variant",
    sql: (experiment) => `SELECT variant, COUNT(*) AS units FROM analysed_units
WHERE experiment = ${quoted(experiment)} GROUP BY variant;`,
    sources: ["docs/store.md"],
  },
  expected: {
    title: "Expected units",
    what: "How many units the variant would have if all were split exactly as the weights say.",
    formula: "expected = all units · weight / sum of the weights",
    sources: ["platform/stats/counts/srm.h"],
  },
  share: {
    title: "Share of the units",
    what: "The variant's part of all units that are counted.",
    formula: "share = units of the variant / units of all variants",
    sql: (experiment) => `SELECT variant, 1.0 * COUNT(*) / SUM(COUNT(*)) OVER () AS share FROM analysed_units
WHERE experiment = ${quoted(experiment)} GROUP BY variant;`,
    sources: ["docs/store.md"],
  },
  budget: {
    title: "Tracks − time per session",
    what: "A simulated listener skips until a budget of patience is used up, so tracks minus listened time is the same in every "
      + "variant, whatever is recommended. A difference means that sessions are counted wrongly. Of real listeners it means "
      + "nothing.",
    formula: "mean over units of (a unit's tracks − its time) / its sessions, ± standard error",
    sql: (experiment) => `SELECT variant, AVG(budget) AS tracks_minus_time FROM (
  SELECT variant, unit, AVG(tracks - time) AS budget FROM analysed_sessions
  WHERE experiment = ${quoted(experiment)} GROUP BY variant, unit)
GROUP BY variant;`,
    sources: ["docs/world.md", "platform/analysis/findings/health.h"],
  },
};

/** @type {Record<string, Term>} */
const kMetricTerms = {
  n: {
    title: "Units of a metric",
    what: "Units of the variant that have a value of this metric. The statement that counts them stands under the metric's "
      + "name.",
    formula: "n = count of units with a value",
    sources: ["docs/metrics.md", "docs/store.md"],
  },
  units_of_both: {
    title: "Units of both",
    what: "Units of the control and of the treatment together, as an effect compares the two. Over time: all that were seen "
      + "until then. By days since exposure and in a segment: those that have a value of the metric there.",
    formula: "units of the control + units of the treatment",
    sources: ["docs/metrics.md", "docs/store.md"],
  },
  mean: {
    title: "Mean",
    what: "The metric's value of the variant: a mean over units, each counted once, however many sessions it has. Of a ratio: "
      + "the sum of numerators by the sum of denominators; of a quantile: that quantile of all units' events.",
    formula: "m = Σ value / n",
    sources: ["docs/metrics.md"],
  },
  effect: {
    title: "Effect",
    what: "How much higher the treatment's mean is than the control's, in the metric's unit, with the interval of a single "
      + "look. Shares have Newcombe's interval.",
    formula: "m_T − m_C ± t · √(s²_T / n_T + s²_C / n_C), t the Student quantile at Welch's degrees of freedom",
    sources: ["docs/statistics.md", "platform/stats/means/welch.h", "platform/stats/counts/proportion.h"],
  },
  lift: {
    title: "Lift",
    what: "The effect as a part of the control's mean. Fieller's interval counts the error of that mean, too, and leaves out 0 "
      + "exactly where Welch's test of the effect does.",
    formula: "(m_T − m_C) / |m_C|; Fieller: every λ with (m_T − (1 + λ) m_C)² ≤ t² · (v_T + (1 + λ)² v_C), v = s² / n",
    sources: ["docs/statistics.md", "platform/stats/means/relative_lift_fieller.h"],
  },
  deciding_lift: {
    title: "Lift that decides",
    what: "The lift of the primary metric, or of a guardrail, with the interval that the verdict goes by and its name: after CUPED "
      + "where there is history, and paid for the looks taken. It is the always-valid one until a planned sample is there, and the "
      + "boundary's at a look of a group sequential plan. A full dot: that test finds a difference.",
    formula: "always valid: effect ± multiplier(N) · se; group sequential: effect ± bound · se, without CUPED; fixed: the interval "
      + "of the one look at the end; each by Fieller",
    sources: ["docs/verdicts.md", "platform/analysis/verdict/judge.h"],
  },
  lift_method: {
    title: "Interval of a lift",
    what: "Fieller: exact for normal means, not symmetric, and without end where the control's mean may be 0. Delta method: the "
      + "same error, taken as symmetric, which is close where the control's mean is known well. Naive: the effect's interval divided "
      + "by the control's mean, as if that were known; too narrow.",
    formula: "Fieller: every λ with (m_T − (1 + λ) m_C)² ≤ t² · (v_T + (1 + λ)² v_C), v = s² / n",
    sources: ["docs/statistics.md", "platform/stats/means/relative_lift_fieller.h"],
  },
  p_value: {
    title: "p",
    what: "If the variant changed nothing, how often would a single look see a difference at least this large? It says nothing "
      + "of how likely an effect is, and is valid for one look only.",
    formula: "P(|t| ≥ |m_T − m_C| / standard error), Welch's degrees of freedom; shares: pooled z",
    sources: ["docs/statistics.md", "platform/stats/means/welch.h", "platform/stats/counts/proportion.h"],
  },
  adjusted_holm: {
    title: "Adjusted p (Holm)",
    what: "The p-value after a family of tests shares one error rate, so that the chance of any false alarm among them is at "
      + "most 1 − confidence level. Families: the treatments on the primary metric; the rows of the overlaps.",
    formula: "of k sorted p-values: the largest of (k − i + 1) · p(i) so far, at most 1",
    sources: ["docs/verdicts.md", "platform/stats/corrections/corrections.h"],
  },
  adjusted_bh: {
    title: "Adjusted p (Benjamini, Hochberg)",
    what: "The p-value after all secondary metrics and treatments are looked at together: of those that are called "
      + "significant, at most 1 − confidence level are false on average.",
    formula: "of k sorted p-values: the smallest of k / i · p(i) from here on, at most 1",
    sources: ["docs/verdicts.md", "platform/stats/corrections/corrections.h"],
  },
  group_sequential: {
    title: "Group sequential",
    what: "The z-value of the effect beside the boundary of this look, and the interval that leaves out 0 exactly where z crosses "
      + "it. Boundaries are far out at first and close to a single look's at the end, so that all looks of the plan together are "
      + "wrong as seldom as alpha says. Without CUPED.",
    formula: "|z| ≥ bound, z as far out as the t of the effect, of shares the pooled z; bound: all looks until now cross by chance with the probability spent, at alpha / treatments",
    sources: ["docs/verdicts.md", "platform/stats/looks/group_sequential.h"],
  },
  always_valid: {
    title: "Always valid",
    what: "Interval and p-value that hold however often one looks, and whenever one stops: verdicts use them, after CUPED where "
      + "there is history. One and a half times as wide as the interval of a single look near the planned number of units, "
      + "wider before. Several treatments share alpha by Holm's procedure, in p and interval alike. se is the larger of the "
      + "variants' own and the pooled one.",
    formula: "effect ± se · √N · √(2 (Nρ² + 1) / (Nρ)² · ln(√(Nρ² + 1) / α)), N = n_T + n_C, ρ² = (−2 ln α + ln(1 − 2 ln α)) / N*, "
      + "N* = the planned units of both, or 5 000",
    sources: ["docs/verdicts.md", "platform/stats/looks/sequential.h"],
  },
  cuped: {
    title: "CUPED",
    what: "The same effect, more precisely: what can be predicted from the unit's own days before its first exposure is taken "
      + "out. Units without history stay: they get the mean, and having history is taken out as well.",
    formula: "y − θ (x − mean of x), x the same metric before, θ = cov(x, y) / var(x) over both variants as one sample",
    sources: ["docs/metrics.md", "platform/stats/means/cuped.h", "platform/stats/means/cuped_history.h"],
  },
  variance_reduction: {
    title: "Variance taken out by CUPED",
    what: "How much smaller the variance of the effect is after CUPED. At 50 %, half as many units tell as much.",
    formula: "1 − adjusted variance of the effect / unadjusted variance",
    sources: ["platform/stats/means/cuped.h"],
  },
  chance_to_win: {
    title: "Chance to win",
    what: "How likely the treatment is better than the control, given the data and a prior on the lift: normal around 0, with a "
      + "standard deviation of 5 % unless configured. It decides nothing. Where the data surprise the prior, the prior is about "
      + "other experiments, and so is the chance.",
    formula: "P(lift > 0 | data), the posterior of a normal prior and Fieller's likelihood; < 0 where lower is better",
    sources: ["docs/statistics.md", "platform/stats/decisions/bayesian.h"],
  },
  expected_loss: {
    title: "Expected loss",
    what: "What one gives away on average by shipping the treatment, in per cent of the control: the harm where it is "
      + "worse, times how likely that is.",
    formula: "E[max(−lift, 0) | data], of max(lift, 0) where lower is better, with the prior of the chance to win",
    sources: ["docs/statistics.md", "platform/stats/decisions/bayesian.h"],
  },
  after_launch: {
    title: "What to expect after launch",
    what: "What is shipped was chosen because it looked large, and is smaller on average. From ten ended experiments with the same "
      + "primary metric on, whatever their verdict, the lift is drawn to theirs; before that, and where theirs differ by no more "
      + "than their errors, the configured prior says how large lifts are. After a group sequential test has stopped, the "
      + "median-unbiased lift is as often above the true one as below it.",
    formula: "posterior mean of N(mu, tau²) with the lift seen and its error; mu and tau² by DerSimonian and Laird",
    sources: ["docs/verdicts.md", "platform/stats/segments/shrinkage.h", "platform/stats/looks/group_sequential_estimate.h"],
  },
  mde: {
    title: "Detectable lift",
    what: "The smallest lift that the test that decides (a single look, where the metric decides nothing) would find with "
      + "this many units, with a power of 80 %, or the plan's. An effect that matters but is smaller can be there unseen.",
    formula: "(c + z(power)) · s · √(1 / n_C + 1 / n_T) / |m_C|, c the test's critical value (1.96 of a single look at 5 %), "
      + "s the control's standard deviation, after CUPED where it decides; of shares the pooled z's",
    sources: ["docs/statistics.md", "platform/stats/planning/planned_test.h", "platform/analysis/planning/design.h"],
  },
  guardrail_p: {
    title: "Guardrail p",
    what: "Is it shown that the metric got worse by less than its margin? Small: yes, within the margin. Large: not shown, "
      + "or beyond. The margin is a loss that was declared acceptable.",
    formula: "always-valid p of m_T − (1 − margin) m_C > 0 where higher is better, of m_T − (1 + margin) m_C < 0 where "
      + "lower is; at the end of a fixed plan the one-sided p of that single look",
    sources: ["docs/verdicts.md", "platform/stats/decisions/guardrail.h"],
  },
  result: {
    title: "Result",
    what: "The comparison in a word. A difference in the primary metric is clear where the test that the verdict goes by finds "
      + "it (what stands out in the table); in others where their adjusted p is below 1 − confidence level.",
    formula: "primary: the interval that decides leaves out 0; others: "
      + "adjusted p < 1 − confidence level",
    sources: ["docs/verdicts.md"],
  },
  scale: {
    title: "Relative or absolute",
    what: "Relative effects are parts of the control's mean, and can be compared between metrics; absolute ones are in the "
      + "metric's own unit.",
    formula: "lift = (m_T − m_C) / |m_C|; effect = m_T − m_C",
    sources: ["docs/statistics.md"],
  },
  single_look: {
    title: "Interval of a single look",
    what: "Holds the true effect as often as the confidence level says, if it is looked at once, at a time that was fixed "
      + "before. Who looks daily and stops at the first clear one is wrong far more often.",
    formula: "the interval of the columns effect and lift: Welch's, and Fieller's",
    sources: ["docs/statistics.md", "platform/stats/means/relative_lift_fieller.h"],
  },
};

/** @type {Record<string, Term>} */
const kSectionTerms = {
  over_time: {
    title: "Effect over time",
    what: "What the report said at the end of each day, of all data until then. It is no effect of single days: points beside "
      + "each other share most of their data.",
    formula: "effect and intervals as in the table, of events before the point's time",
    sources: ["docs/verdicts.md", "platform/analysis/timeline.h"],
  },
  by_day: {
    title: "Effect by days since exposure",
    what: "The effect on each unit's first day, its second, and so on, counted from its own first exposure: novelty wears off, "
      + "learning grows. Units without a value on that day do not count for it.",
    formula: "m_T − m_C of the day ± z · standard error, z the normal quantile at 1 − α / 2",
    sources: ["docs/statistics.md", "platform/stats/segments/effect_trend.h"],
  },
  slope: {
    title: "Change with the days",
    what: "A line through the daily effects, the precise ones weighing more. A clear slope towards 0 says that the effect of the "
      + "first days will not last.",
    formula: "weighted least squares with w = 1 / se²; standard error of the slope by units, as they come back; normal p",
    sources: ["platform/stats/segments/effect_trend.h"],
  },
  heterogeneity: {
    title: "Difference between segments",
    what: "Do the segments' effects differ by more than chance? I² is the part of their spread that chance does not explain. "
      + "Segments are known before exposure, so that the variants cannot choose who is in them.",
    formula: "Q = Σ w (effect − pooled effect)², w = 1 / se², χ² with segments − 1 degrees of freedom; I² = max(0, 1 − dof / Q); "
      + "p by Holm over the dimensions",
    sources: ["docs/metrics.md", "platform/stats/segments/segment_heterogeneity.h"],
  },
  segment_effect: {
    title: "Effect in a segment",
    what: "The comparison of the segment's units alone, at a single look. These p-values are not adjusted: of twenty segments "
      + "one is below 0.05 by chance. Ask the test of the difference between segments first.",
    formula: "as effect, lift and p of the whole metric, of the segment's units",
    sources: ["docs/metrics.md"],
  },
  interaction: {
    title: "Interaction with another experiment",
    what: "Does the other experiment's treatment change the effect of this one? Units are in both at once, so this is their "
      + "difference of differences. The p is Holm's, over all rows.",
    formula: "(m_11 − m_10) − (m_01 − m_00), first digit: the other's treatment, second: this one's; t-test with "
      + "Satterthwaite's degrees of freedom",
    sources: ["platform/stats/segments/interaction.h"],
  },
  assignment: {
    title: "Independent assignments",
    what: "Are units assigned to the two experiments independently, as layers promise? A small p says that they are not, and then "
      + "each experiment's effect stands in the other's.",
    formula: "Pearson's χ² of the 2 × 2 table of units, without continuity correction",
    sources: ["platform/stats/segments/interaction.h"],
  },
};

/** In the order of the page. @type {{title: string, terms: Record<string, Term>}[]} */
export const kChapters = [
  { title: "Deciding", terms: kDecisionTerms },
  { title: "Health", terms: kHealthTerms },
  { title: "Metrics", terms: kMetricTerms },
  { title: "Sections below the metrics", terms: kSectionTerms },
  { title: "Sessions and playbacks", terms: kTrafficTerms },
];

/**
 * The chapters that have terms with each word of the text, and those terms.
 * @param {string} text @returns {{title: string, terms: [string, Term][]}[]}
 */
export function chaptersWith(text) {
  const words = text.toLocaleLowerCase("en").split(/\s+/).filter(Boolean);
  const fits = (/** @type {[string, Term]} */ [key, { title, what, formula }]) => {
    const said = `${key} ${title} ${what} ${formula}`.toLocaleLowerCase("en");
    return words.every((word) => said.includes(word));
  };
  return kChapters.map(({ title, terms }) => ({ title, terms: Object.entries(terms).filter(fits) }))
    .filter(({ terms }) => terms.length > 0);
}

/** By key. @type {Record<string, Term>} */
export const kGlossary = Object.assign({}, ...kChapters.map(({ terms }) => terms));
