import {
  bucketsBetween,
  expiryOf,
  type Interval,
  type TimeseriesType,
  type Windows,
  windowsOf,
} from '@kairos/core';

/**
 * The number of neighbouring buckets that share a hash. With default settings, a server keeps a hash of up to 128
 * fields compact. If resolutions straddle the edges of buckets, there are up to twice as many fields as places.
 */
export const WINDOW_SIZE = { coarse: 128, resolved: 64 };

/** More than the number of buckets that one resolution bucket can touch. */
export const LATER_LIMIT = 256;

export interface Placed {
  readonly bucket: number;
  readonly resolution: number;
}

/** A requested field of a window. */
export interface PlacedField extends Placed {
  readonly field: string;
}

interface Cut {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  readonly apart: boolean;
}

/** Whether the buckets of a type share hashes, window by window. Those of the other types have one key each. */
export function sharesWindows(type: TimeseriesType): boolean {
  return type === 'count' || type === 'gauge';
}

/**
 * The buckets of an interval in the hashes of their windows. A field is the position in the window, `17`. A bucket of
 * the resolution that continues in the next bucket has a field for each: `17+1` is its part in the next. Windows,
 * positions and parts ascend like buckets. The rank of a field is one integer for the last two.
 */
export class WindowFields {
  readonly #interval: Interval;
  readonly #windows: Windows;
  readonly #size: number;

  constructor(interval: Interval) {
    this.#interval = interval;
    this.#size = interval.resolution === null ? WINDOW_SIZE.coarse : WINDOW_SIZE.resolved;
    this.#windows = windowsOf(interval, this.#size);
  }

  /** How many positions a window has; see `positionOf`. */
  get span(): number {
    return this.#size * LATER_LIMIT;
  }

  windowOf({ bucket, resolution }: Placed): number {
    return this.#windows.windowOf(bucket, resolution);
  }

  fieldOf(placed: Placed): string {
    const place = this.#windows.placeOf(placed.bucket, placed.resolution);
    const later = this.#laterOf(placed);
    return later === 0 ? String(place) : `${place}+${later}`;
  }

  /** The first and the last window that contain any part of the buckets from `first` to `last`. */
  windowsOf(first: number, last: number): { readonly first: number; readonly last: number } {
    return this.#windows.windowsOf(first, last);
  }

  placedAt(window: number, field: string): Placed {
    const plus = field.indexOf('+');
    return plus < 0
      ? this.#placedAt(window, Number(field), 0)
      : this.#placedAt(window, Number(field.slice(0, plus)), Number(field.slice(plus + 1)));
  }

  placedAtRank(window: number, rank: number): Placed {
    return this.#placedAt(window, Math.floor(rank / LATER_LIMIT), rank % LATER_LIMIT);
  }

  /** The window and rank at which a bucket begins. */
  edgeOf(bucket: number): { readonly window: number; readonly rank: number } {
    const { step, resolution } = this.#interval;
    const placed = {
      bucket,
      resolution: resolution === null ? 0 : resolution.bucketOf(step.startOf(bucket)),
    };
    const place = this.#windows.placeOf(bucket, placed.resolution);
    return { window: this.windowOf(placed), rank: place * LATER_LIMIT + this.#laterOf(placed) };
  }

  /** The start of a bucket as one integer: window × span + rank. */
  positionOf(bucket: number): number {
    const { window, rank } = this.edgeOf(bucket);
    return window * this.span + rank;
  }

  placedAtPosition(position: number): Placed {
    const window = Math.floor(position / this.span);
    return this.placedAtRank(window, position - window * this.span);
  }

  /**
   * The fields of the windows `from` to `to` that belong to the buckets from `first` to `last`, together or, with
   * `apart`, for each bucket: ascending positions, one more than the buckets. Each bucket ends at the next position.
   */
  cut({ from, to, first, last, apart }: Cut): { readonly positions: number[]; readonly buckets: number[] } {
    const { step } = this.#interval;
    const end = (to + 1) * this.span;
    const begin = this.placedAtRank(from, 0).bucket;
    const beyond = this.placedAtRank(to + 1, 0).bucket;
    const clip = (position: number) => Math.min(end, Math.max(from * this.span, position));
    const behind = (bucket: number) => clip(this.positionOf(step.bucketAt(step.ordinalOf(bucket) + 1)));
    if (!apart) return { positions: [clip(this.positionOf(first)), behind(last)], buckets: [first] };
    const positions: number[] = [];
    const buckets = [...bucketsBetween(step, Math.max(first, begin), Math.min(last, beyond))];
    for (const bucket of buckets) positions.push(clip(this.positionOf(bucket)));
    const final = buckets.at(-1);
    if (final !== undefined) positions.push(behind(final));
    return { positions, buckets };
  }

  /** The fields of a window that belong to the buckets from `first` to `last`. */
  *fieldsOf(window: number, first: number, last: number): Generator<PlacedField> {
    const { step, resolution } = this.#interval;
    const slot = resolution ?? step;
    const start = Math.max(window * this.#size, slot.firstOrdinal);
    const end = Math.min((window + 1) * this.#size - 1, slot.lastOrdinal);
    for (let ordinal = start; ordinal <= end; ordinal++) {
      const place = ordinal - window * this.#size;
      const final = resolution === null ? 0 : step.ordinalOf(this.#lastBucketOf(ordinal));
      for (let later = 0; ; later++) {
        const placed = this.#placedAt(window, place, later);
        if (placed.bucket > last) break;
        if (placed.bucket >= first) yield { ...placed, field: this.fieldOf(placed) };
        if (step.ordinalOf(placed.bucket) >= final || resolution === null) break;
      }
    }
  }

  /**
   * The second at which the last bucket of a window expires; `null` for never. `expiresAt` is when `bucket`, one of its
   * buckets, expires by the clock of this machine.
   */
  expiryOf(window: number, bucket: number, expiresAt: number | null): number | null {
    const { step, resolution } = this.#interval;
    const slot = resolution ?? step;
    const ordinal = Math.min((window + 1) * this.#size - 1, slot.lastOrdinal);
    const own = expiryOf(this.#interval, bucket);
    const last = expiryOf(this.#interval, this.#lastBucketOf(ordinal));
    return expiresAt === null || own === null || last === null ? null : expiresAt + last - own;
  }

  /** The number of earlier buckets that the resolution bucket touches. */
  #laterOf({ bucket, resolution }: Placed): number {
    const { step, resolution: finer } = this.#interval;
    if (finer === null) return 0;
    const begun = step.bucketOf(finer.startOf(resolution));
    return begun === bucket ? 0 : step.ordinalOf(bucket) - step.ordinalOf(begun);
  }

  #placedAt(window: number, place: number, later: number): Placed {
    const { step, resolution } = this.#interval;
    const ordinal = window * this.#size + place;
    if (resolution === null) return { bucket: step.bucketAt(ordinal), resolution: 0 };
    const finer = resolution.bucketAt(ordinal);
    const begun = step.bucketOf(resolution.startOf(finer));
    return {
      bucket: later === 0 ? begun : step.bucketAt(step.ordinalOf(begun) + later),
      resolution: finer,
    };
  }

  /** The last bucket that contains a part of the bucket, or resolution bucket, with an ordinal. */
  #lastBucketOf(ordinal: number): number {
    const { step, resolution } = this.#interval;
    if (resolution === null) return step.bucketAt(ordinal);
    // Buckets start on whole seconds.
    return step.bucketOf(resolution.startOf(resolution.bucketAt(ordinal + 1)) - 1);
  }
}
