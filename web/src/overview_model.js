// Which experiments the reader looks for. It stands in the address.

import { totalUnits } from "./report.js";

/** @typedef {import("./types/report.js").ExperimentSummary} ExperimentSummary */
/** @typedef {{text: string, status: string, order: string}} Wanted */

const kUrgency = ["INVALID", "STOP_HARM", "GUARDRAIL_FAIL", "SHIP", "NO_EFFECT", "INCONCLUSIVE", "KEEP_RUNNING"];

/** How experiments are ordered; equal ones stay as configured. @type {Record<string,
 *   {words: string, compare: (a: ExperimentSummary, b: ExperimentSummary) => number}>} */
export const kOrders = {
  configured: { words: "as configured", compare: () => 0 },
  name: { words: "by name", compare: (a, b) => a.experiment.localeCompare(b.experiment, "en") },
  newest: {
    words: "newest first",
    compare: (a, b) => (b.first_exposure ?? "").localeCompare(a.first_exposure ?? "", "en"),
  },
  units: { words: "most units first", compare: (a, b) => totalUnits(b.units) - totalUnits(a.units) },
  urgent: {
    words: "what needs a decision first",
    compare: (a, b) => kUrgency.indexOf(a.decision.verdict) - kUrgency.indexOf(b.decision.verdict),
  },
};

/** @param {URLSearchParams} query @returns {Wanted} */
export function wantedOf(query) {
  const order = query.get("order") ?? "";
  return {
    text: query.get("q") ?? "",
    status: query.get("status") ?? "",
    order: Object.hasOwn(kOrders, order) ? order : "configured",
  };
}

/** @param {Wanted} wanted */
export function queryOf({ text, status, order }) {
  const query = new URLSearchParams();
  if (text) query.set("q", text);
  if (status) query.set("status", status);
  if (order !== "configured") query.set("order", order);
  return query;
}

/**
 * Each word of the text stands in key, hypothesis or owner.
 * @param {ExperimentSummary[]} all @param {Wanted} wanted
 */
export function chosen(all, { text, status, order }) {
  const words = text.toLocaleLowerCase("en").split(/\s+/).filter(Boolean);
  return all
    .filter((one) => status === "" || one.status === status)
    .filter(({ experiment, hypothesis, owner }) => {
      const said = `${experiment} ${hypothesis} ${owner}`.toLocaleLowerCase("en");
      return words.every((word) => said.includes(word));
    })
    .sort(kOrders[order]?.compare ?? (() => 0));
}
