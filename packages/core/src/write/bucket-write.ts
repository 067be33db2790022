import type { BucketWrite } from '../adapter.js';
import { expiryOf, type Interval, type Place } from '../time/interval.js';
import type { StoredData, TimeseriesType } from '../types/data-type.js';

/** A write that is still being added to. */
export type NewWrite<T extends TimeseriesType = TimeseriesType> = {
  -readonly [K in keyof BucketWrite<T>]: BucketWrite<T>[K];
};

/** The write of one bucket. It expires by the machine's clock, `skew` seconds later than by the user's. */
export function bucketWrite<T extends TimeseriesType>(
  name: string,
  interval: Interval,
  { bucket, resolution }: Place,
  skew: number,
  data: StoredData<T>,
): NewWrite<T> {
  const expiry = expiryOf(interval, bucket);
  return {
    name,
    interval: interval.name,
    bucket,
    resolution,
    data,
    expiresAt: expiry === null ? null : expiry + skew,
  };
}
