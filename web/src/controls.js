// What the reader has chosen to see of an experiment. It stands in the address, so that a link shows the same.

/**
 * @typedef {object} Controls
 * @property {string} level confidence level as the server takes it, "0.9"; "" the configured one
 * @property {"lift" | "effect"} scale
 * @property {Set<IntervalKind>} intervals that are drawn
 * @property {string} at "2026-01-05": only data from before that day (UTC); "" all
 * @property {string} by dimension to split the metrics by; "" none
 * @property {string} metric that segments are shown of; "" the first one
 * @property {boolean} force show the effects of an invalid experiment
 * @property {string} config number of the configuration that is shown, from 1; "" the one in force when the data ended
 * @property {string} against the one that it is compared with; "" the one before, "none" none
 * @property {Set<string>} open ids of what is opened, like "timeline"
 */

/**
 * Changes what is named, and nothing else. A function gets the controls as they are when it is called, which need not
 * be the ones that were drawn last.
 * @typedef {(changes: Partial<Controls> | ((now: Controls) => Partial<Controls>)) => void} Change
 */

/** @typedef {"fixed" | "always" | "cuped"} IntervalKind */

export const kLevels = ["0.8", "0.9", "0.95", "0.99"];

/** @type {IntervalKind[]} */
export const kIntervals = ["fixed", "always", "cuped"];

const kNumber = /^[1-9]\d*$/;
const kAgainst = /^([1-9]\d*|none)$/;
const kSection = /^[a-z][\w.%!'()*~-]*$/i;  // with an encodeURIComponent in it

/**
 * "2026-02-28"; not "2026-02-30", which Date takes for a day in March, nor "0202-02-28", which is a year half typed.
 * @param {string} text
 */
export function isDay(text) {
  if (text < "1970") return false;
  const time = new Date(text);
  return !Number.isNaN(time.valueOf()) && time.toISOString().slice(0, 10) === text;
}

/** Whatever an address says: what is not understood is as if it was not there. @param {URLSearchParams} query */
export function controlsOf(query) {
  const level = query.get("level") ?? "";
  const at = query.get("at") ?? "";
  const hidden = (query.get("hide") ?? "").split(",");
  const config = query.get("config") ?? "";
  const against = query.get("against") ?? "";
  /** @type {Controls} */
  const controls = {
    level: kLevels.includes(level) ? level : "",
    scale: query.get("scale") === "effect" ? "effect" : "lift",
    intervals: new Set(kIntervals.filter((kind) => !hidden.includes(kind))),
    at: isDay(at) ? at : "",
    by: query.get("by") ?? "",
    metric: query.get("metric") ?? "",
    force: query.get("force") === "true",
    config: kNumber.test(config) ? config : "",
    against: kAgainst.test(against) ? against : "",
    open: new Set((query.get("open") ?? "").split(",").filter((id) => kSection.test(id))),
  };
  return controls;
}

/** The shortest query that controlsOf reads as the same. @param {Controls} controls */
export function queryOf({ level, scale, intervals, at, by, metric, force, config, against, open }) {
  const query = new URLSearchParams();
  if (level) query.set("level", level);
  if (scale !== "lift") query.set("scale", scale);
  const hidden = kIntervals.filter((kind) => !intervals.has(kind));
  if (hidden.length > 0) query.set("hide", hidden.join(","));
  if (at) query.set("at", at);
  if (by) query.set("by", by);
  if (metric) query.set("metric", metric);
  if (force) query.set("force", "true");
  if (config) query.set("config", config);
  if (against) query.set("against", against);
  if (open.size > 0) query.set("open", [...open].join(","));
  return query;
}

/**
 * What the server is asked for: "" or "?confidence_level=0.9&at=2026-01-05".
 * @param {Controls} controls @param {Record<string, string>} [more] parameters
 */
export function resultsQuery({ level, at, force }, more = {}) {
  const query = new URLSearchParams();
  if (level) query.set("confidence_level", level);
  if (at) query.set("at", at);
  if (force) query.set("force", "true");
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  const text = query.toString();
  return text && `?${text}`;
}
