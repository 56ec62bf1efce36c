// Codes of the interface in words that people read.

import { kThinSpace } from "./format.js";

/** @typedef {"good" | "bad" | "alarm" | "neutral" | "waiting"} Tone */

/** `advice`: what to do, as docs/verdicts.md has it. @typedef {{title: string, tone: Tone, advice: string}} VerdictWords */

/** @type {Record<string, VerdictWords>} */
const kVerdicts = {
  SHIP: { title: "Ship", tone: "good", advice: "Ship this variant." },
  STOP_HARM: { title: "Stop: harm", tone: "bad", advice: "End that treatment now." },
  GUARDRAIL_FAIL: {
    title: "Guardrail failed", tone: "bad", advice: "Do not ship: the planned look finds a larger loss than is accepted.",
  },
  INVALID: { title: "Invalid", tone: "alarm", advice: "Find the fault first, and use no number until then." },
  NO_EFFECT: {
    title: "No effect that matters", tone: "neutral",
    advice: "Do not ship for this metric: whatever effect there is lies below the one that was planned for.",
  },
  INCONCLUSIVE: {
    title: "Inconclusive", tone: "neutral",
    advice: "Decide by other reasons, or plan a larger experiment: crossfade plan says how large.",
  },
  KEEP_RUNNING: { title: "Keep running", tone: "waiting", advice: "" },  // the reasons say what is missing
};

/**
 * A draft that nobody is in has nothing that could keep running; in a lab somebody may be.
 * @param {string} verdict @param {string} [status] of the experiment @param {number} [units] that it has
 * @returns {VerdictWords}
 */
export function verdictWords(verdict, status = "", units = 0) {
  if (verdict === "KEEP_RUNNING" && status === "draft" && units === 0) return { title: "Not started", tone: "neutral", advice: "" };
  return kVerdicts[verdict] ?? { title: verdict, tone: "neutral", advice: "" };
}

/**
 * A verdict that stands beside warnings is not to look calm.
 * @param {Tone} tone @param {import("./types/report.js").HealthGrade} grade @returns {Tone | "warning"}
 */
export const cautiousTone = (tone, grade) => (grade === "ok" || tone === "bad" || tone === "alarm" ? tone : "warning");

/** @type {Record<string, string>} */
const kReasons = {
  insufficient_data: "not enough data yet",
  zero_variance: "every unit has the same value",
  zero_control_mean: "the control's mean is 0",
  too_small: "too few units to conclude anything",
  zero_denominator: "the denominator is 0",
  invalid_input: "the numbers contradict each other",
  not_attainable: "not attainable with this many units",
  no_overlap: "the policies share no action",
  invalid_propensity: "a propensity is not in (0, 1]",
  withheld: "withheld: the experiment is invalid",
  unbounded: "unbounded: the control's mean may be 0",
};

/** Why a number is missing. @param {string | undefined} reason */
export const reasonWords = (reason) => (reason ? (kReasons[reason] ?? reason.replaceAll("_", " ")) : "not computed");

/** @type {Record<string, string>} */
const kMetricTitles = {
  time: "Listening time",
  sessions: "Sessions",
  mean_request_latency: "Mean request latency",
  mean_tracks_per_session: "Mean tracks per session",
  mean_time_per_session: "Mean session time",
};

/** @param {string} metric name in the configuration */
export function metricTitle(metric) {
  const words = metric.replaceAll("_", " ");
  return kMetricTitles[metric] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * A sentence of the analysis as the page writes: metrics by their titles, as far as their names are no words, minus
 * signs, and numbers that stay in one line with their units and names.
 * @param {string} text @param {string[]} metrics names in the configuration
 */
export function sentence(text, metrics) {
  const named = metrics.filter((metric) => metric.includes("_")).reduce((words, metric) => {
    const title = metricTitle(metric);
    return words.replaceAll(new RegExp(`(?<![\\w-])${metric}(?![\\w-])`, "g"), title.charAt(0).toLowerCase() + title.slice(1));
  }, text);
  return named.replaceAll(/(?<=^|[\s[(])-(?=[\d.])/g, "−")
    .replaceAll(/(?<=\d) (?=%)/g, kThinSpace)
    .replaceAll(/(?<=\b[pz]) ([=<]) /g, "\u00a0$1\u00a0");
}

/** @type {Record<string, string>} */
export const kRoleWords = {
  primary: "Primary",
  secondary: "Secondary",
  guardrail: "Guardrail",
  other: "Also measured",
};

/** @type {Record<string, string>} */
export const kDirectionWords = { increase: "higher is better", decrease: "lower is better", none: "no better side" };

/** How looks before the end are paid for. @type {Record<string, string>} */
export const kModeWords = {
  fixed: "One look at the end",
  group_sequential: "Group sequential",
  always_valid: "Always valid",
};

/** @type {Record<string, string>} */
export const kAdjustmentWords = {
  holm: "Holm",
  benjamini_hochberg: "Benjamini, Hochberg",
};

/** How the interval of a lift is made. @type {Record<string, string>} */
export const kLiftMethodWords = { fieller: "Fieller", delta: "delta method", naive: "naive" };

/** @type {Record<import("./report.js").Reading, string>} */
export const kReadingWords = {
  better: "better",
  worse: "worse",
  different: "different",
  unclear: "no clear difference",
  unknown: "not known",
};
