// Made from docs/schema/unit.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * ISO 8601, in UTC.
 */
export type Time = string;
export type Count = number;
export type Track = number;
/**
 * Null: the catalogue lacks the track.
 */
export type TrackText = string | null;
export type TimeOrNull = Time | null;

/**
 * `GET /api/v1/units/ID`: what is known of a unit.
 */
export interface UnitHistory {
  unit: string;
  /**
   * As configured now.
   */
  assignments: Assignment[];
  exposures: Exposure[];
  sessions_total: Count;
  /**
   * Newest first, as many as were asked for.
   */
  sessions: Session[];
  events_total: Count;
  /**
   * Newest first.
   */
  events: CustomEvent[];
}
export interface Assignment {
  experiment: string;
  status: "draft" | "running" | "stopped";
  /**
   * Null: in none.
   */
  variant: string | null;
}
export interface Exposure {
  experiment: string;
  version: number;
  variant: string;
  first_seen: Time;
  /**
   * Of an imported log; null: the unit may still be in it.
   */
  last_seen: Time | null;
}
export interface Session {
  session: number;
  started: Time;
  /**
   * Null: it is still open.
   */
  ended: Time | null;
  /**
   * By the listener or by the clock; null: it is still open.
   */
  end: "last" | "timeout" | null;
  tracks: Count;
  /**
   * Sum of the fractions heard.
   */
  time: number;
  playbacks_total: Count;
  /**
   * In order, the first 200.
   */
  playbacks: Playback[];
}
export interface Playback {
  /**
   * In the session, from 0.
   */
  position: number;
  at: Time;
  track: Track;
  artist: TrackText;
  title: TrackText;
  /**
   * Heard.
   */
  fraction: number;
  /**
   * Of the answer; null where nobody measured it.
   */
  latency_ms: number | null;
  /**
   * To be played next.
   */
  recommended: Recommended | null;
}
export interface Recommended {
  track: Track;
  artist: TrackText;
  title: TrackText;
  /**
   * Who chose it; null where the log does not say.
   */
  recommender: string | null;
  /**
   * How likely it was; null where the log does not say.
   */
  propensity: number | null;
}
export interface CustomEvent {
  name: string;
  value: number;
  at: Time;
}
