// Made from docs/schema/configurations.schema.json by web/types.mjs (npm run types); not to be edited.

/**
 * `GET /api/v1/experiments/KEY/configurations`: the configurations that the store saw, oldest first.
 */
export interface Configurations {
  experiment: string;
  configurations: StoredConfiguration[];
}
export interface StoredConfiguration {
  /**
   * When it became active.
   */
  since: string;
  checksum: string;
  /**
   * Is it the latest one?
   */
  current: boolean;
  /**
   * Of the file.
   */
  text: string;
  /**
   * That recommenders served from; a text that stands twice had other files. Empty where the store does not know.
   */
  files: RecommenderFile[];
  /**
   * In this experiment against the one before; "added" where that had no such experiment.
   */
  changes: string[];
}
export interface RecommenderFile {
  recommender: string;
  file: string;
  /**
   * CRC-32 and length of the content, uncompressed.
   */
  checksum: string;
}
