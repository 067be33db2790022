import type { Store } from '../store/store.js';
import { countBuckets, type Interval, type Place, resolutionStart } from '../time/interval.js';
import { isMap, isSet } from '../values/kinds.js';
import { describeValue } from '../values/value.js';

/** The data of one bucket, or of one resolution bucket in it, as stored. */
export interface Piece {
  readonly bucket: number;
  readonly resolution: number;
  /** Its first second. */
  readonly start: number;
  readonly data: unknown;
}

/** A range to read of a name: the buckets from `first` to `last`. */
export interface PieceRange {
  readonly name: string;
  readonly interval: Interval;
  readonly first: number;
  readonly last: number;
}

/** The first read asks for this many slots (buckets, or resolution buckets), later ones for more if they hold little. */
const FIRST_SLOTS = 4096;
const MOST_SLOTS = 131_072;

/** After a read of more values than `MANY`, the next is half as long; after one of fewer than `FEW`, twice as long. */
const FEW = 16_384;
const MANY = 65_536;

/** Yields the data of a name in the order of time. Reads it in parts. */
export async function* piecesOf(
  store: Store,
  { name, interval, first, last }: PieceRange,
): AsyncGenerator<Piece, void, undefined> {
  const { step, resolution } = interval;
  const slotsOfBucket = resolution === null ? 1 : Math.ceil(step.longest / resolution.longest);
  const end = step.ordinalOf(last);
  let slots = FIRST_SLOTS;
  for (let ordinal = step.ordinalOf(first); ordinal <= end; ) {
    const next = Math.min(end + 1, ordinal + Math.max(1, Math.floor(slots / slotsOfBucket)));
    const query = {
      names: [name],
      interval: interval.name,
      first: step.bucketAt(ordinal),
      last: step.bucketAt(next - 1),
    };
    const rows = await store.call(`read of ${describeValue(interval.name)}`, () => store.adapter.read(query));
    const sorted = [...rows].sort(inTime);
    let values = 0;
    for (const { bucket, resolution: finer, data } of sorted) {
      values += sizeOf(data);
      yield { bucket, resolution: finer, start: resolutionStart(interval, bucket, finer), data };
    }
    if (values > MANY) slots = Math.max(1, slots / 2);
    else if (values < FEW) slots = Math.min(MOST_SLOTS, slots * 2);
    ordinal = next;
  }
}

/** The number of buckets in a range. */
export function lengthOf({ interval, first, last }: PieceRange): number {
  return countBuckets(interval.step, first, last);
}

/** The number of values in data. */
export function sizeOf(data: unknown): number {
  if (Array.isArray(data)) return data.length;
  return isMap(data) || isSet(data) ? data.size : 1;
}

/** Compares two places of one interval by time. */
export function inTime(one: Place, other: Place): number {
  return one.bucket - other.bucket || one.resolution - other.resolution;
}
