/** What a read comes to, whatever it is shown as: a time and a cell for each column in each row, ascending. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Of the times, where they are shown as dates. */
  readonly timezone: string;
}

export interface Row {
  /** Unix seconds. */
  readonly timestamp: number;
  readonly cells: readonly unknown[];
}
