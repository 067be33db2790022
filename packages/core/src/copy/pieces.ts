import type { Store } from '../store/store.js';
import { countBuckets, type Interval, type Place, resolutionStart } from '../time/interval.js';
import { isMap, isSet } from '../values/kinds.js';
import { describeValue } from '../values/value.js';

/** The data of one bucket, or of one resolution bucket in it, as the store gave it. */
export interface Piece {
  readonly bucket: number;
  readonly resolution: number;
  /** The first second of it. */
  readonly start: number;
  readonly data: unknown;
}

/** What is read of a name: the buckets from `first` to `last`. */
export interface PieceRange {
  readonly name: string;
  readonly interval: Interval;
  readonly first: number;
  readonly last: number;
}

/** A read asks for so many slots (buckets, or resolution buckets) at first, and for more where they hold little. */
const FIRST_SLOTS = 4096;
const MOST_SLOTS = 131_072;

/** A read that held more values than `MANY` is followed by one half as long, one that held fewer than `FEW` by twice. */
const FEW = 16_384;
const MANY = 65_536;

/** What a name holds, ascending in time, read a part at a time. */
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

/** How many buckets a range covers. */
export function lengthOf({ interval, first, last }: PieceRange): number {
  return countBuckets(interval.step, first, last);
}

/** How many values data holds. */
export function sizeOf(data: unknown): number {
  if (Array.isArray(data)) return data.length;
  return isMap(data) || isSet(data) ? data.size : 1;
}

/** Compares two buckets of one interval. */
export function inTime(one: Place, other: Place): number {
  return one.bucket - other.bucket || one.resolution - other.resolution;
}
