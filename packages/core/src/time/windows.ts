import { endOf, type Interval } from './interval.js';

/**
 * Groups the buckets of an interval into windows: `size` consecutive buckets counted from the epoch, or as
 * many buckets of the resolution if the interval has one. A store keeps a window together: in one record, one
 * range of rows, one partition. Windows are consecutive integers, ascending in time; those before 1970 are
 * negative.
 *
 * @example
 * ```ts
 * const windows = windowsOf(minute, 32);
 * windows.windowOf(28_333_333, 0); // 885416: the minutes 28333312 to 28333343
 * ```
 */
export interface Windows {
  /** The window of a bucket or, in an interval with a resolution, of the resolution bucket. */
  windowOf(bucket: number, resolution: number): number;
  /**
   * The position of a bucket in its window, starting at 0; in an interval with a resolution, of the
   * resolution bucket.
   */
  placeOf(bucket: number, resolution: number): number;
  /** The first and the last window that contain any part of the buckets from `first` to `last`. */
  windowsOf(first: number, last: number): { readonly first: number; readonly last: number };
  /**
   * The most seconds by which the last bucket of a window expires later than any other in it. A window may begin and
   * end inside a coarser bucket, which is kept as a whole.
   */
  readonly spread: number;
}

export function windowsOf({ step, resolution }: Interval, size: number): Windows {
  const slot = resolution ?? step;
  const windowAt = (ordinal: number) => Math.floor(ordinal / size);
  const ordinalOf = (bucket: number, finer: number) => slot.ordinalOf(resolution === null ? bucket : finer);
  return {
    windowOf: (bucket, finer) => windowAt(ordinalOf(bucket, finer)),
    placeOf: (bucket, finer) => {
      const ordinal = ordinalOf(bucket, finer);
      return ordinal - windowAt(ordinal) * size;
    },
    windowsOf: (first, last) => {
      if (resolution === null) {
        return { first: windowAt(step.ordinalOf(first)), last: windowAt(step.ordinalOf(last)) };
      }
      const end = endOf(step, last);
      return {
        first: windowAt(resolution.ordinalOf(resolution.bucketOf(step.startOf(first)))),
        // Buckets start on whole seconds, so the last second of a bucket is in its last resolution bucket.
        last: windowAt(resolution.ordinalOf(resolution.bucketOf(end - 1))),
      };
    },
    // Calendar steps vary: in other places, as many steps may be longer, by less than one step.
    spread: size * slot.longest + (resolution === null ? 0 : 2 * step.longest),
  };
}
