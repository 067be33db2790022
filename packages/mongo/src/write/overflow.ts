import { type BucketWrite, describeValue } from '@kairos/core';
import type { Collection, Document } from 'mongodb';
import type { StoredDocument } from '../layout.js';
import type { Update } from './updates.js';

/**
 * Half the distance between the largest double and the next one, if it existed. A smaller amount is rounded
 * away when it is added to the largest double, so it cannot make a sum infinite.
 */
const LEAST_THAT_OVERFLOWS = 2 ** 970;

/**
 * The condition on a count under which the sum with an amount is finite; `null` for almost all amounts, which
 * need none.
 */
export function roomFor(amount: number): { readonly $lte: number } | { readonly $gte: number } | null {
  if (Math.abs(amount) < LEAST_THAT_OVERFLOWS) return null;
  return amount > 0 ? { $lte: largestBefore(amount) } : { $gte: -largestBefore(-amount) };
}

/** The largest double whose sum with a positive amount is finite. Positive doubles have the same order as their bits. */
function largestBefore(amount: number): number {
  const double = new Float64Array([Number.MAX_VALUE]);
  const bits = new BigInt64Array(double.buffer);
  let [fits, overflows] = [0n, bits[0] ?? 0n];
  while (overflows - fits > 1n) {
    const middle = (fits + overflows) / 2n;
    bits[0] = middle;
    if (Number.isFinite((double[0] ?? 0) + amount)) fits = middle;
    else overflows = middle;
  }
  bits[0] = fits;
  return double[0] ?? 0;
}

/** An update that may add an amount only to a count that has room for it. */
export interface Guarded extends Update {
  /** The amount, if there is such a condition. Then the update belongs to a single write. */
  readonly huge: number | null;
  /** The path of the count in its document. */
  readonly path: string;
}

/**
 * A filter that matches if the count at a path has room for an amount; `null` if it always has. Without room, an upsert
 * finds the `_id` taken.
 */
export function guardOf(path: string, amount: number): Document | null {
  const room = roomFor(amount);
  if (room === null) return null;
  // A missing count has room.
  return { [path]: { $not: '$lte' in room ? { $gt: room.$lte } : { $lt: room.$gte } } };
}

/** Finds the amounts that a count has no room for; the others met contention only. */
export async function withoutRoom<U extends Guarded>(
  updates: readonly U[],
  collection: Collection<StoredDocument>,
): Promise<ReadonlyMap<U, Error>> {
  const refused = new Map<U, Error>();
  const huge = updates.filter((update) => update.huge !== null);
  if (huge.length === 0) return refused;
  const found = await collection
    .find(
      { _id: { $in: huge.map(({ id }) => id) } },
      {
        projection: Object.fromEntries(huge.map(({ path }) => [path, 1])),
        readPreference: 'primary',
        readConcern: { level: 'local' },
      },
    )
    .toArray();
  const documents = new Map(found.map((document) => [document._id, document]));
  for (const update of huge) {
    const count = numberAt(documents.get(update.id), update.path);
    const amount = update.huge ?? 0;
    const [write] = update.writes;
    if (write !== undefined && !Number.isFinite(count + amount)) {
      refused.set(update, noRoom(write, count, amount));
    }
  }
  return refused;
}

function numberAt(document: Document | undefined, path: string): number {
  let found: unknown = document;
  for (const field of path.split('.')) {
    if (typeof found !== 'object' || found === null) return 0;
    found = Reflect.get(found, field);
  }
  return Number(found ?? 0);
}

function noRoom({ name, interval, bucket }: BucketWrite, count: number, amount: number): Error {
  return new RangeError(
    `The count of ${describeValue(name)} in the bucket ${bucket} of ${describeValue(interval)} is ${count}, and ${amount} more would overflow; expected a finite sum`,
  );
}
