import {
  type BucketWrite,
  type Capabilities,
  describeValue,
  isMap,
  isSet,
  type StoredData,
  type StoredValue,
  type TimeseriesType,
} from '@kairos/core';
import { type Collection, Double } from 'mongodb';
import { type BucketDocument, idOf } from './layout.js';
import { roomFor } from './overflow.js';
import { DUPLICATE_KEY, expiryUpdate, type Model, OVERHEAD, type Update, type Updates } from './updates.js';

interface Upsert extends Update {
  readonly id: string;
  readonly model: Model;
  /** What it adds to a count, where that can be too much. */
  readonly huge: number | null;
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
      const id = idOf(write, member);
      const room = increment === undefined ? null : roomFor(increment);
      yield {
        write,
        id,
        huge: room === null ? null : (increment ?? null),
        bytes: bytes + (typeof member === 'string' ? 2 * member.length : 0) + lengthOf(value),
        model: {
          updateOne: {
            // Where there is no room, the upsert finds the `_id` taken.
            filter: room === null ? { _id: id } : { _id: id, count: room },
            update: {
              ...expiry,
              // Doubles from the first: what `$inc` makes of integers depends on how large they are.
              ...(increment === undefined ? {} : { $inc: { count: new Double(increment) } }),
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

  /** Tells amounts for which a count has no room from those that another writer came before. */
  async settle(
    updates: readonly Upsert[],
    collection: Collection<BucketDocument>,
  ): Promise<ReadonlyMap<Upsert, Error>> {
    const refused = new Map<Upsert, Error>();
    const huge = updates.filter((update) => update.huge !== null);
    if (huge.length === 0) return refused;
    const found = await collection
      .find(
        { _id: { $in: huge.map(({ id }) => id) } },
        { projection: { count: 1 }, readPreference: 'primary', readConcern: { level: 'local' } },
      )
      .toArray();
    const counts = new Map(found.map(({ _id, count }) => [_id, Number(count)]));
    for (const update of huge) {
      const count = counts.get(update.id) ?? 0;
      if (Number.isFinite(count + (update.huge ?? 0))) continue;
      const { name, interval, bucket } = update.write;
      refused.set(
        update,
        new RangeError(
          `The count of ${describeValue(name)} in the bucket ${bucket} of ${describeValue(interval)} is ${count}, and ${update.huge} more is beyond what a number holds; expected a finite sum`,
        ),
      );
    }
    return refused;
  }
}

/** What is done to one document of a bucket. */
interface Change {
  /** The value that the document is about, where a bucket has one document for each. */
  readonly member?: StoredValue;
  readonly increment?: number;
  readonly value?: StoredValue;
}

const changes: Record<Exclude<TimeseriesType, 'series'>, (data: StoredData) => Iterable<Change>> = {
  count: (data) => [{ increment: Number(data) }],
  gauge: (data) => (isScalar(data) ? [{ value: data }] : []),
  *histogram(data) {
    if (!isMap(data)) return;
    for (const [member, count] of data) yield { member, increment: count };
  },
  *set(data) {
    if (!isSet(data)) return;
    for (const member of data) yield { member };
  },
};

const isScalar = (data: StoredData): data is StoredValue => typeof data !== 'object';

const lengthOf = (value: BucketDocument['value']) => (typeof value === 'string' ? 3 * value.length : 0);
