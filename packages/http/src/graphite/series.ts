/** The points of time of a series. */
export interface Grid {
  /** Unix seconds at which buckets start, ascending. */
  readonly times: readonly number[];
  /** Seconds of a bucket; approximate for calendar units. */
  readonly step: number;
  /** Whether all buckets last `step`. */
  readonly regular: boolean;
}

/** A value for each point of a grid; `null` for none. */
export type Values = readonly (number | null)[];

/** The series of a target, which functions take and return. */
export interface Series {
  /** The display name. */
  readonly name: string;
  /** The expression that it comes from, which combining functions put into their names. */
  readonly path: string;
  /** The stored name, whatever its alias. */
  readonly source: string;
  readonly grid: Grid;
  readonly values: Values;
}

/** A grid with the same distance from each point to the next. */
export function regularGrid(start: number, step: number, count: number): Grid {
  return { times: Array.from({ length: count }, (_, at) => start + at * step), step, regular: true };
}

export function sameGrid(one: Grid, other: Grid): boolean {
  return (
    one === other ||
    (one.step === other.step &&
      one.times.length === other.times.length &&
      one.times.every((time, at) => time === other.times[at]))
  );
}

/** The duration of a point's bucket, in seconds. */
export function durationAt({ times, step, regular }: Grid, at: number): number {
  const [start, next] = [times[at], times[at + 1]];
  return regular || start === undefined || next === undefined ? step : next - start;
}

/** The values that are not `null`. */
export function present(values: Values): number[] {
  return values.filter((value) => value !== null);
}
