/** The result of a read, whatever its output format: rows with a time and a cell for each column, ascending. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** The timezone of times that are shown as dates. */
  readonly timezone: string;
}

export interface Row {
  /** Unix seconds. */
  readonly timestamp: number;
  readonly cells: readonly unknown[];
}
