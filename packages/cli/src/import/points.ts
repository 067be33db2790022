/**
 * A point of an archive. A file has several archives of the same data, each coarser and longer than the one
 * before.
 */
export interface Point {
  /** Its timestamp in Unix seconds. */
  readonly start: number;
  readonly value: number;
}

export interface Archive {
  /** Seconds that each point covers. */
  readonly step: number;
  /** The earliest moment that the archive covers. */
  readonly first: number;
  /** In ascending order, without unknown points. */
  readonly points: readonly Point[];
}

/** A point with the time that it covers. */
export interface SpannedPoint extends Point {
  readonly step: number;
}

/**
 * The finest point at each moment, in ascending order. A coarser archive is used before the finer ones begin,
 * and where they have no point within its point. For sums, the finer points within a coarser one are
 * subtracted from it, so that nothing counts twice.
 */
export function finestPoints(archives: readonly Archive[], isSum: boolean): SpannedPoint[] {
  let taken: SpannedPoint[] = [];
  let reach = Number.POSITIVE_INFINITY;
  for (const { step, first, points } of [...archives].sort((one, other) => one.step - other.step)) {
    const finer = taken;
    const added = points.flatMap(({ start, value }): SpannedPoint[] => {
      const within = between(finer, start, start + step);
      if (within.length === 0) return [{ start, value, step }];
      if (start >= reach) return [];
      const rest = isSum ? value - within.reduce((sum, each) => sum + each.value, 0) : value;
      return isSum && rest === 0 ? [] : [{ start, value: rest, step }];
    });
    taken = [...finer, ...added].sort((one, other) => one.start - other.start || other.step - one.step);
    if (points.length > 0) reach = Math.min(reach, first);
  }
  return taken;
}

/** The points from `start` up to, but not including, `end`. `points` must be in ascending order. */
function between(points: readonly SpannedPoint[], start: number, end: number): readonly SpannedPoint[] {
  const first = lowerBound(points, start);
  return points.slice(first, lowerBound(points, end));
}

function lowerBound(points: readonly SpannedPoint[], start: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
