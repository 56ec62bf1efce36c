// Made from docs/schema/problem.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * What `/api/` answers where it cannot do what it is asked for: application/problem+json of RFC 9457.
 */
export interface Problem {
  /**
   * What kind of problem it is: docs/json.md lists the names, which stay.
   */
  type: string;
  /**
   * Of the status.
   */
  title: string;
  /**
   * Of HTTP.
   */
  status: number;
  /**
   * One sentence, for people.
   */
  detail: string;
}
