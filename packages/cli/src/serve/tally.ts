/** Counts of lines by fate. If rules send a line to several names, it counts for each. */
export interface Tally {
  /** The store acknowledged it. */
  stored: number;
  /** It waits for the store. */
  waiting: number;
  /** The queue was full when it came, or it was still queued at the end. */
  dropped: number;
  /** The store refuses it, for instance because it cannot hold the value. */
  refused: number;
  /** It may or may not be stored. It is not sent again, since it might count twice. */
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
