/**
 * The result of a read, before formatting: rows in ascending order, each with a time and a cell per column.
 */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** The timezone of the dates that are shown. */
  readonly timezone: string;
}

export interface Row {
  /** Unix seconds. */
  readonly timestamp: number;
  readonly cells: readonly unknown[];
}
