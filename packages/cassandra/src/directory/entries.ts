/** A directory entry for a name that is being written to. */
export interface Entry {
  readonly name: string;
  readonly interval: string;
  readonly hint: Hint;
  readonly windows: readonly WindowEntry[];
}

/** A bucket with data, and its expiry. */
export interface Hint {
  readonly bucket: number;
  /** The Unix second at which the data expires by itself; `null` for never. */
  readonly expiresAt: number | null;
}

export interface WindowEntry {
  readonly window: number;
  /** The Unix second at which the last bucket of the window expires; `null` for never. */
  readonly expiresAt: number | null;
}

export interface Window {
  readonly interval: string;
  readonly window: number;
}

export interface IntervalEntry {
  readonly interval: string;
  /** A bucket that had data when the hint was written; `null` if only the data itself can tell. */
  readonly hint: number | null;
}

/** A name in the directory, with its intervals. */
export interface NameEntry {
  readonly name: string;
  readonly intervals: readonly IntervalEntry[];
  /** When any of its entries was last written, in microseconds since the epoch. */
  readonly touched: number;
}
