import type { BucketWrite, Capabilities, StoredData, StoredValue, TimeseriesType } from '@kairos/core';
import { Double } from 'mongodb';
import { type BucketDocument, idOf } from './layout.js';
import { DUPLICATE_KEY, expiryUpdate, type Model, OVERHEAD, type Update, type Updates } from './updates.js';

interface Upsert extends Update {
  readonly model: Model;
}

/** One upsert for each document: what a bucket of any type but series amounts to. */
export class Upserts implements Updates<Upsert> {
  readonly #documentsOf: (data: StoredData) => Iterable<Change>;
  readonly #expiry: Capabilities['expiry'];

  constructor(type: Exclude<TimeseriesType, 'series'>, expiry: Capabilities['expiry']) {
    this.#documentsOf = changes[type];
    this.#expiry = expiry;
  }

  *of(write: BucketWrite): Generator<Upsert> {
    const { name, interval, bucket, resolution, data } = write;
    const expiry = expiryUpdate(write, this.#expiry);
    const bytes = OVERHEAD + 2 * name.length + interval.length;
    for (const { member, increment, value } of this.#documentsOf(data)) {
      yield {
        write,
        bytes: bytes + (typeof member === 'string' ? 2 * member.length : 0) + lengthOf(value),
        model: {
          updateOne: {
            filter: { _id: idOf(write, member) },
            update: {
              ...expiry,
              ...(increment === undefined ? {} : { $inc: { count: increment } }),
              ...(value === undefined ? {} : { $set: { value } }),
              $setOnInsert: {
                name,
                interval,
                bucket,
                resolution,
                ...(member === undefined ? {} : { member }),
              },
            },
            upsert: true,
          },
        },
      };
    }
  }

  ordered(): boolean {
    return false;
  }

  models(updates: readonly Upsert[]): Model[] {
    return updates.map(({ model }) => model);
  }

  applied(): void {}

  isContention(code: number): boolean {
    return code === DUPLICATE_KEY;
  }

  async settle(): Promise<void> {}
}

/** What is done to one document of a bucket. */
interface Change {
  /** The value that the document is about, where a bucket has one document for each. */
  readonly member?: StoredValue;
  readonly increment?: Double;
  readonly value?: StoredValue;
}

/** Amounts are doubles from the first: what `$inc` makes of integers depends on how large they are. */
const changes: Record<Exclude<TimeseriesType, 'series'>, (data: StoredData) => Iterable<Change>> = {
  count: (data) => [{ increment: new Double(Number(data)) }],
  gauge: (data) => (isScalar(data) ? [{ value: data }] : []),
  *histogram(data) {
    if (!(data instanceof Map)) return;
    for (const [member, count] of data) yield { member, increment: new Double(count) };
  },
  *set(data) {
    if (!(data instanceof Set)) return;
    for (const member of data) yield { member };
  },
};

const isScalar = (data: StoredData): data is StoredValue => typeof data !== 'object';

const lengthOf = (value: BucketDocument['value']) => (typeof value === 'string' ? 3 * value.length : 0);
