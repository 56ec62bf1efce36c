// Made from docs/schema/problem.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * What `/api/` answers where it cannot do what it is asked for: application/problem+json of RFC 9457.
 */
export interface Problem {
  /**
   * What kind of problem it is: these names stay.
   */
  type:
    | "/problems/bad-request"
    | "/problems/foreign-page"
    | "/problems/not-found"
    | "/problems/method-not-allowed"
    | "/problems/conflict"
    | "/problems/body-too-long"
    | "/problems/target-too-long"
    | "/problems/compressed-body"
    | "/problems/other-host"
    | "/problems/busy"
    | "/problems/head-too-long"
    | "/problems/method-not-supported"
    | "/problems/unavailable"
    | "/problems/internal"
    | "/problems/invalid-rows"
    | "/problems/too-many-ids";
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
