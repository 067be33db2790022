/** What is to be entered of a name to which data is written. */
export interface Entry {
  readonly name: string;
  readonly interval: string;
  readonly hint: Hint;
  readonly windows: readonly WindowEntry[];
}

/** A bucket to which data is written, and for how long it tells that there is some. */
export interface Hint {
  readonly bucket: number;
  /** When the data expires by itself, in Unix seconds, or `null` for never. */
  readonly expiresAt: number | null;
}

export interface WindowEntry {
  readonly window: number;
  /** When the last bucket of the window expires, in Unix seconds, or `null` for never. */
  readonly expiresAt: number | null;
}

export interface Window {
  readonly interval: string;
  readonly window: number;
}

export interface IntervalEntry {
  readonly interval: string;
  /** A bucket that had data when the hint was written; `null` where the data has to be looked at. */
  readonly hint: number | null;
}

/** A name as it is entered, with its intervals. */
export interface NameEntry {
  readonly name: string;
  readonly intervals: readonly IntervalEntry[];
  /** When any of it was last written, in microseconds. */
  readonly touched: number;
}
