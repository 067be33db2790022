/** The fate of lines. A line that rules send to several names counts for each. */
export interface Tally {
  /** The store acknowledged it. */
  stored: number;
  /** It waits for the store. */
  waiting: number;
  /** It came while as many waited as are kept, or still waited at the end. */
  dropped: number;
  /** The store will not have it: a value that it cannot hold, for instance. */
  refused: number;
  /** The store did not tell whether it is stored; sent again, it might count twice. */
  unknown: number;
}

export function emptyTally(): Tally {
  return { stored: 0, waiting: 0, dropped: 0, refused: 0, unknown: 0 };
}

/** The sum of some tallies. */
export function sumOf(tallies: Iterable<Readonly<Tally>>): Tally {
  const sum = emptyTally();
  for (const each of tallies) {
    sum.stored += each.stored;
    sum.waiting += each.waiting;
    sum.dropped += each.dropped;
    sum.refused += each.refused;
    sum.unknown += each.unknown;
  }
  return sum;
}
