// What is known of a unit, as `GET /api/v1/units/ID` gives it, and what its page makes of it.

/**
 * @typedef {object} Playback
 * @property {number} position in the session, from 0
 * @property {string} at
 * @property {number} track
 * @property {string | null} artist
 * @property {string | null} title
 * @property {number} fraction heard
 * @property {number | null} latency_ms of the answer
 * @property {null | {track: number, artist: string | null, title: string | null, recommender: string | null,
 *   propensity: number | null}} recommended to be played next
 */

/**
 * @typedef {object} Session
 * @property {number} session
 * @property {string} started
 * @property {string | null} ended
 * @property {"last" | "timeout" | null} end null: it is still open
 * @property {number} tracks
 * @property {number} time sum of the fractions heard
 * @property {Playback[]} playbacks in order
 */

/** @typedef {{experiment: string, status: string, variant: string | null}} Assignment variant null: in none */
/** @typedef {{experiment: string, version: number, variant: string, first_seen: string, last_seen: string | null}} Exposure */
/** @typedef {{name: string, value: number | null, at: string}} CustomEvent */

/**
 * @typedef {object} UnitHistory
 * @property {string} unit
 * @property {Assignment[]} assignments
 * @property {Exposure[]} exposures
 * @property {number} sessions_total
 * @property {Session[]} sessions newest first
 * @property {number} events_total
 * @property {CustomEvent[]} events newest first
 */

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
export function outcomeOf({ playbacks, end }, i) {
  const recommended = playbacks[i]?.recommended;
  const next = playbacks[i + 1];
  if (!recommended) return "none";
  if (next) return next.track === recommended.track ? "followed" : "other";
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
