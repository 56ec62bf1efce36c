// Made from docs/schema/problem.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * What `/api/` answers where it cannot do what it is asked for: application/problem+json of RFC 9457.
 */
export interface Problem {
  type: "about:blank";
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
