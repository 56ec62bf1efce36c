// Made from docs/schema/lab.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * `GET /api/v1/lab`, and what starts or ends a simulation: does this server play with simulated listeners?
 */
export type Lab = NoLab | OpenLab;
export type Count = number;

export interface NoLab {
  enabled: false;
}
export interface OpenLab {
  enabled: true;
  /**
   * In the world.
   */
  listeners: number;
  /**
   * Keys, in the order of the configuration.
   */
  experiments: string[];
  /**
   * The latest one.
   */
  simulation: Simulation | null;
}
export interface Simulation {
  id: number;
  state: "running" | "done" | "cancelled" | "failed";
  experiment: string;
  listeners: Count;
  /**
   * That were asked for.
   */
  sessions: number;
  days: Count;
  seed: Count;
  /**
   * Of the simulated time.
   */
  start: string;
  /**
   * Sessions.
   */
  complete: number;
  /**
   * Of one that failed.
   */
  error?: string;
  /**
   * Of one that is done or cancelled.
   */
  summary: SimulationSummary | null;
}
export interface SimulationSummary {
  /**
   * Complete ones.
   */
  sessions: number;
  tracks: Count;
  /**
   * Per session, in track lengths.
   */
  mean_time: number;
  mean_time_error: number;
  mean_tracks: number;
  /**
   * That it took.
   */
  seconds: number;
}
