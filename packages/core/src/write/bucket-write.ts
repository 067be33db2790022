import type { BucketWrite } from '../adapter.js';
import type { TimeseriesType } from '../types/data-type.js';

/** A write that is still being added to. */
export type NewWrite<T extends TimeseriesType = TimeseriesType> = {
  -readonly [K in keyof BucketWrite<T>]: BucketWrite<T>[K];
};
