import type { BucketWrite } from '../adapter.js';
import { expiryOf, type Interval, type Place } from '../time/interval.js';
import type { StoredData, TimeseriesType } from '../types/data-type.js';

/** A write that is still being added to. */
export type NewWrite<T extends TimeseriesType = TimeseriesType> = {
  -readonly [K in keyof BucketWrite<T>]: BucketWrite<T>[K];
};

/** When a bucket expires by the machine's clock: `skew` seconds later than by the user's. `null` for never. */
export function expiryAt(interval: Interval, bucket: number, skew: number): number | null {
  const expiry = expiryOf(interval, bucket);
  return expiry === null ? null : expiry + skew;
}

/** The write of one bucket. */
export function bucketWrite<T extends TimeseriesType>(
  name: string,
  { name: interval }: Interval,
  { bucket, resolution }: Place,
  expiresAt: number | null,
  data: StoredData<T>,
): NewWrite<T> {
  return { name, interval, bucket, resolution, data, expiresAt };
}
