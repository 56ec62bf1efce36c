// What the page makes of what is known of a unit.

/** @typedef {import("./types/unit.js").Session} Session */
/** @typedef {import("./types/unit.js").Exposure} Exposure */
/** @typedef {import("./types/unit.js").UnitHistory} UnitHistory */

/** @typedef {{experiment: string, status: string, variant: string | null, configured: boolean, exposures: Exposure[]}} Standing */

/**
 * An experiment a row: what the unit gets, and what it was seen in. Experiments that only the store knows come last.
 * @param {UnitHistory} history @returns {Standing[]}
 */
export function standingsOf({ assignments, exposures }) {
  const known = new Set(assignments.map(({ experiment }) => experiment));
  const others = [...new Set(exposures.map(({ experiment }) => experiment))].filter((name) => !known.has(name));
  const ofExperiment = (/** @type {string} */ name) => exposures.filter(({ experiment }) => experiment === name);
  return [
    ...assignments.map((one) => ({ ...one, configured: true, exposures: ofExperiment(one.experiment) })),
    ...others.map((experiment) => ({
      experiment, status: "", variant: null, configured: false, exposures: ofExperiment(experiment),
    })),
  ];
}

/** @typedef {"none" | "followed" | "other" | "ended" | "open"} Outcome */

/**
 * What became of the recommendation that followed the i-th playback.
 * @param {Session} session @param {number} i @returns {Outcome}
 */
export function outcomeOf({ playbacks, playbacks_total, end }, i) {
  const recommended = playbacks[i]?.recommended;
  const next = playbacks[i + 1];
  if (!recommended) return "none";
  if (next) return next.track === recommended.track ? "followed" : "other";
  if (i + 1 < playbacks_total) return "none"; // the next one was left out
  return end === null ? "open" : "ended";
}

export const kFewest = 50;
const kMost = 500;

/** How many sessions an address asks for. @param {URLSearchParams} query */
export function sessionsWanted(query) {
  const wanted = Number(query.get("sessions") ?? kFewest);
  return Number.isInteger(wanted) && wanted >= 1 ? Math.min(wanted, kMost) : kFewest;
}

/**
 * Ids of the sessions whose playbacks are shown: the newest, unless the address says which.
 * @param {URLSearchParams} query @param {Session[]} sessions newest first @returns {Set<number>}
 */
export function openSessions(query, sessions) {
  const named = query.get("open");
  if (named === null) return new Set(sessions.slice(0, 1).map(({ session }) => session));
  return new Set(named.split(",").filter((id) => /^\d+$/.test(id)).map(Number));
}

/** The address after a session was opened or closed. @param {URLSearchParams} query @param {Session[]} sessions @param {number} id @param {boolean} open */
export function withSession(query, sessions, id, open) {
  const ids = openSessions(query, sessions);
  if (open) ids.add(id);
  else ids.delete(id);
  const next = new URLSearchParams(query);
  next.set("open", [...ids].join(","));
  return next;
}

/** The address with more sessions. @param {URLSearchParams} query @param {number} sessions */
export function withMore(query, sessions) {
  const next = new URLSearchParams(query);
  next.set("sessions", String(sessions));
  return next;
}

/** How many to ask for next; null where there are no more to be had. @param {number} shown @param {number} total */
export function moreSessions(shown, total) {
  if (shown >= total || shown >= kMost) return null;
  return Math.min(kMost, Math.max(kFewest, shown * 2));
}

/** Of how it ended. @type {Record<string, string>} */
export const kEndWords = { last: "ended by the listener", timeout: "ended by the clock" };
