// Made from docs/schema/assignments.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * What `POST /api/v1/assignments` answers, of one unit or of several, once those who are exposed are logged.
 */
export type Assignments =
  | UnitAssignments
  | {
      /**
       * In the order of the request.
       */
      assignments: UnitAssignments[];
    };

export interface UnitAssignments {
  /**
   * As a text.
   */
  unit: string;
  /**
   * By name: what the unit gets, outside every experiment or in its variants.
   */
  parameters: {
    [k: string]: unknown;
  };
  /**
   * By key: those that were asked for, or all that run.
   */
  experiments: {
    [k: string]: ExperimentAssignment;
  };
}
export interface ExperimentAssignment {
  version: number;
  /**
   * Null: the unit is in none.
   */
  variant: string | null;
  /**
   * split, override, not_running, no_unit, targeting, prerequisite, layer, coverage or holdout.
   */
  reason: string;
  /**
   * Whether this request logged that the unit meets the variant.
   */
  exposed: boolean;
}
