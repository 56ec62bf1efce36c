// What the numbers are that come from single sessions and playbacks; the other terms stand in glossary.js.

/** @type {Record<string, import("./glossary.js").Term>} */
export const kTrafficTerms = {
  fallback: {
    title: "Answers by another recommender",
    what: "A recommender that has no answer hands the request to its fallback, and another experiment may set the recommender, "
      + "too, so a variant may serve something else than its name says. The share is of the variant's answers whose recommender the log names; more than a tenth is said aloud.",
    formula: "answers not by the variant's configured recommender / answers whose recommender is known",
    sources: ["docs/store.md"],
  },
  time_distribution: {
    title: "Distribution of session time",
    what: "How long sessions are, in track lengths: the share of each variant's sessions whose time is in a bin. Sessions "
      + "count once each here, while the metrics count listeners once each.",
    formula: "share of a bin = its sessions / sessions of the variant; a bin holds its lower edge, the last one all above it",
    sources: ["docs/store.md"],
  },
  quantile_effect: {
    title: "Difference by quantile",
    what: "The treatment's quantile of session time minus the control's. Where it is large says which sessions the variant "
      + "changes: short ones (p10), usual ones (median) or long ones (p90). Listeners are the units of the intervals.",
    formula: "q_T(level) − q_C(level), with the interval of a difference of quantiles over clusters",
    sources: ["docs/statistics.md"],
  },
  sessions_distribution: {
    title: "Sessions of a listener",
    what: "How many ended sessions the listeners of a variant have had since their first exposure: the share of listeners with "
      + "none, one, two and so on. The last bin holds all above it.",
    formula: "share = listeners with k sessions / listeners of the variant",
    sources: ["docs/store.md"],
  },
  skipped: {
    title: "Share skipped, by position",
    what: "Of the tracks that were played at a position of their session, the share that was heard less than the threshold. The "
      + "first track, at position 0, is the listener's own choice. Later positions are reached by patient listeners only.",
    formula: "playbacks below the threshold / playbacks, ± z(1 − α / 2) · standard error with listeners as clusters",
    sources: ["docs/store.md"],
  },
  listened: {
    title: "Fraction heard, by position",
    what: "How much of a track at that position of the session was heard, on average over its playbacks.",
    formula: "Σ fraction / playbacks, ± z(1 − α / 2) · standard error with listeners as clusters",
    sources: ["docs/store.md"],
  },
  latency: {
    title: "Latency",
    what: "How long the service took to answer with a recommendation, in milliseconds, as it was logged with the playback. Days "
      + "on which nobody logged it have none.",
    formula: "mean ± s / √n of the day's answers; the value that 95 % of them do not exceed",
    sources: ["docs/store.md"],
  },
};
