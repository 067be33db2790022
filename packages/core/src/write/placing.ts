import { expiryOf, type Interval, locate, oldestKept, type Place } from '../time/interval.js';
import type { StoredData, TimeseriesType } from '../types/data-type.js';
import type { NewWrite } from './bucket-write.js';

/**
 * Places inserts in one interval. Many inserts in a row have the same timestamp or bucket, so it keeps the last place
 * and the last expiry.
 */
export class Placing {
  readonly interval: Interval;
  readonly #oldest: number | null;
  readonly #skew: number;
  #seconds = Number.NaN;
  #place: Place = { bucket: Number.NaN, resolution: 0 };
  #bucket = Number.NaN;
  #expiresAt: number | null = null;

  constructor(interval: Interval, now: number, skew: number) {
    this.interval = interval;
    this.#oldest = oldestKept(interval, now);
    this.#skew = skew;
  }

  placeOf(seconds: number): Place {
    if (seconds !== this.#seconds) {
      this.#place = locate(this.interval, seconds);
      this.#seconds = seconds;
    }
    return this.#place;
  }

  isExpired({ bucket }: Place): boolean {
    return this.#oldest !== null && bucket < this.#oldest;
  }

  /** The write of a bucket. It expires by the machine's clock, `skew` seconds later than by the user's. */
  write<T extends TimeseriesType>(
    name: string,
    { bucket, resolution }: Place,
    data: StoredData<T>,
  ): NewWrite<T> {
    if (bucket !== this.#bucket) {
      const expiry = expiryOf(this.interval, bucket);
      this.#expiresAt = expiry === null ? null : expiry + this.#skew;
      this.#bucket = bucket;
    }
    return { name, interval: this.interval.name, bucket, resolution, data, expiresAt: this.#expiresAt };
  }
}
