import type { BucketWrite, Capabilities, StoredValue } from '@kairos/core';
import { type Collection, Double } from 'mongodb';
import { type WindowedIntervals, windowedInterval } from '../documents/window-documents.js';
import { fieldOf, type StoredDocument, type WindowType, windowIdOf } from '../layout.js';
import { type Guarded, guardOf, withoutRoom } from './overflow.js';
import { DUPLICATE_KEY, expiryUpdate, type Model, OVERHEAD, type Updates } from './updates.js';

interface WindowUpdate extends Guarded {
  readonly model: Model;
}

/** The bytes that a field counts besides its string. */
const FIELD_OVERHEAD = 48;

/** Counts and gauges: one upsert for each window of a name, which sets or adds to a field for each bucket. */
export class WindowUpdates implements Updates<WindowUpdate> {
  readonly #type: WindowType;
  readonly #intervals: WindowedIntervals;
  readonly #expiry: Capabilities['expiry'];

  constructor(type: WindowType, intervals: WindowedIntervals, expiry: Capabilities['expiry']) {
    this.#type = type;
    this.#intervals = intervals;
    this.#expiry = expiry;
  }

  *of(writes: readonly BucketWrite[]): Generator<WindowUpdate> {
    const windows = new Map<string, BucketWrite[]>();
    let name: string | undefined;
    for (const write of writes) {
      if (write.name !== name) {
        for (const [id, shared] of windows) yield this.#update(id, shared);
        windows.clear();
        name = write.name;
      }
      const id = windowIdOf(write.name, write.interval, this.#windowOf(write));
      // A write with a condition goes alone, because it may be refused.
      if (this.#hugeOf(write) !== null) {
        yield this.#update(id, [write]);
        continue;
      }
      const shared = windows.get(id);
      if (shared === undefined) windows.set(id, [write]);
      else shared.push(write);
    }
    for (const [id, shared] of windows) yield this.#update(id, shared);
  }

  ordered(): boolean {
    return false;
  }

  models(updates: readonly WindowUpdate[]): Model[] {
    return updates.map(({ model }) => model);
  }

  applied(): void {}

  isContention(code: number): boolean {
    return code === DUPLICATE_KEY;
  }

  settle(
    updates: readonly WindowUpdate[],
    collection: Collection<StoredDocument>,
  ): Promise<ReadonlyMap<WindowUpdate, Error>> {
    return withoutRoom(updates, collection);
  }

  #windowOf({ interval, bucket, resolution }: BucketWrite): number {
    return windowedInterval(this.#intervals, interval).windows.windowOf(bucket, resolution);
  }

  #pathOf({ interval, bucket, resolution }: BucketWrite): string {
    const { resolved } = windowedInterval(this.#intervals, interval);
    return `buckets.${fieldOf(bucket, resolution, resolved)}`;
  }

  /** The amount, if there may be no room for it. */
  #hugeOf({ data }: BucketWrite): number | null {
    return this.#type === 'count' && guardOf('', Number(data)) !== null ? Number(data) : null;
  }

  /** The update of the buckets of one window. */
  #update(id: string, writes: readonly BucketWrite[]): WindowUpdate {
    const [first] = writes;
    if (first === undefined) throw new TypeError('There is nothing to update; expected a write or more');
    const { name, interval } = first;
    const fields: Record<string, StoredValue | Double> = {};
    let { bucket: last, expiresAt } = first;
    let bytes = OVERHEAD + 2 * name.length + interval.length;
    for (const write of writes) {
      const value = this.#valueOf(write);
      fields[this.#pathOf(write)] = value;
      bytes += FIELD_OVERHEAD + (typeof value === 'string' ? 3 * value.length : 0);
      last = Math.max(last, write.bucket);
      expiresAt =
        expiresAt === null || write.expiresAt === null ? null : Math.max(expiresAt, write.expiresAt);
    }
    const huge = this.#hugeOf(first);
    const path = this.#pathOf(first);
    const { $max, $unset } = expiryUpdate(expiresAt, this.#expiry);
    return {
      writes,
      id,
      bytes,
      huge,
      path,
      model: {
        updateOne: {
          filter: { _id: id, ...(huge === null ? {} : guardOf(path, huge)) },
          update: {
            [this.#type === 'count' ? '$inc' : '$set']: fields,
            $max: { last, ...$max },
            ...($unset === undefined ? {} : { $unset }),
            $setOnInsert: { name, interval, window: this.#windowOf(first) },
          },
          upsert: true,
        },
      },
    };
  }

  #valueOf({ data }: BucketWrite): StoredValue | Double {
    // Doubles from the start: the result of `$inc` on integers depends on their size.
    if (this.#type === 'count') return new Double(Number(data));
    if (typeof data !== 'object') return data;
    throw new TypeError('A reading is one value; expected a string or a number');
  }
}
