import { fetchReport, hasAnswer, resultsPath } from "./api.js";
import { usePaced } from "./paced.js";
import { useResource } from "./resource.js";

/** @typedef {import("./resource.js").Asked<import("./traffic_model.js").TrafficAnswer>} TrafficAsked */

const kPause = 60_000;  // ms; the server goes through every playback for it

/**
 * What the variants served, one answer for all that shows it. Asked for unless `idle`, and again at most once a minute,
 * when there is more data. Null where it cannot be asked for, or no session has ended.
 * @param {import("./types/report.js").Report} report @param {import("./controls.js").Controls} controls
 * @param {{idle: boolean}} options
 * @returns {TrafficAsked | null}
 */
export function useTraffic({ experiment, data_through }, { at }, { idle }) {
  const query = `?${new URLSearchParams({ ...(at && { at }), traffic: "true" })}`;
  const there = hasAnswer(resultsPath(experiment, query));
  const through = usePaced(data_through, kPause);
  const asked = useResource(`${experiment}${query}`, async (signal) => {
    const answer = await fetchReport(experiment, query, signal);
    if (!answer.traffic) throw new Error("The server does not say what was served.");
    return /** @type {import("./traffic_model.js").TrafficAnswer} */ (answer);
  }, { version: through ?? "", idle: idle || !there || data_through === null });
  return there && data_through !== null ? asked : null;
}
