import { bucketsBetween } from '@kairos/core';
import { dataKey, type Layout, shardOf } from '../layout.js';
import type { Placement } from '../placement.js';

/** If each window or bucket needs its own command, this many are in flight at once. */
const KEYS_AT_ONCE = { windows: 500, buckets: 10_000 };

/** A window or bucket of a name, and its key. */
export interface UnitPlace {
  readonly name: string;
  readonly unit: number;
  readonly key: string;
}

/** The windows or buckets of some names from `first` to `last`, in parts of a bounded size. */
export function* placesOf(
  layout: Layout,
  names: readonly string[],
  { interval, field, windows }: Placement,
  { first, last }: { readonly first: number; readonly last: number },
): Generator<UnitPlace[]> {
  const most = windows === undefined ? KEYS_AT_ONCE.buckets : KEYS_AT_ONCE.windows;
  let part: UnitPlace[] = [];
  for (const name of names) {
    const shard = layout.names(shardOf(name));
    const units = windows === undefined ? bucketsBetween(interval.step, first, last) : integers(first, last);
    for (const unit of units) {
      part.push({ name, unit, key: dataKey(shard, field, unit, name) });
      if (part.length < most) continue;
      yield part;
      part = [];
    }
  }
  if (part.length > 0) yield part;
}

function* integers(first: number, last: number): Generator<number> {
  for (let integer = first; integer <= last; integer++) yield integer;
}
