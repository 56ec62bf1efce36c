// Made from docs/schema/taken.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * What `POST /api/v1/exposures`, `/events` and `/sessions` answer once all rows are durable.
 */
export interface Taken {
  /**
   * Rows that were logged.
   */
  accepted: number;
  /**
   * Rows whose id had come before: they count as they did then.
   */
  repeated: number;
}
