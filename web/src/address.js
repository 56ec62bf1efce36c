// What a path of the page means.

/**
 * @typedef {{view: "overview"} | {view: "experiment", key: string} | {view: "unit", unit: string}
 *   | {view: "definitions"} | {view: "unknown"}} Route
 */

export const kDefinitions = "report/help/definitions";

/** @param {string} path of a URL @returns {Route} */
export function routeOf(path) {
  const parts = path.replace(/\/+$/, "").split("/").slice(1);
  if (parts.join("/") === kDefinitions) return { view: "definitions" };
  const [room, first, second] = parts;
  const ofUnit = first === "units" && second !== undefined;  // an experiment may be called "units"
  if (room !== "report" || parts.length > (ofUnit ? 3 : 2)) return { view: "unknown" };
  if (first === undefined) return { view: "overview" };
  try {
    return ofUnit ? { view: "unit", unit: decodeURIComponent(second) } : { view: "experiment", key: decodeURIComponent(first) };
  } catch {
    return { view: "unknown" };  // a lone % or a sequence that is not UTF-8
  }
}
