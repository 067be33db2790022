import {
  type BucketWrite,
  type Capabilities,
  isMap,
  isSet,
  type StoredData,
  type StoredValue,
} from '@kairos/core';
import { type Collection, Double } from 'mongodb';
import { idOf, type StoredDocument } from '../layout.js';
import { type Guarded, guardOf, withoutRoom } from './overflow.js';
import { DUPLICATE_KEY, expiryUpdate, type Model, OVERHEAD, type Updates } from './updates.js';

interface Upsert extends Guarded {
  readonly model: Model;
}

/** Histograms and sets: one upsert for each value of a bucket. */
export class Upserts implements Updates<Upsert> {
  readonly #membersOf: (data: StoredData) => Iterable<Member>;
  readonly #expiry: Capabilities['expiry'];

  constructor(type: keyof typeof members, expiry: Capabilities['expiry']) {
    this.#membersOf = members[type];
    this.#expiry = expiry;
  }

  *of(writes: readonly BucketWrite[]): Generator<Upsert> {
    for (const write of writes) yield* this.#upserts(write);
  }

  *#upserts(write: BucketWrite): Generator<Upsert> {
    const { name, interval, bucket, resolution, data, expiresAt } = write;
    const expiry = expiryUpdate(expiresAt, this.#expiry);
    const bytes = OVERHEAD + 2 * name.length + interval.length;
    for (const [member, increment] of this.#membersOf(data)) {
      const id = idOf(write, member);
      const guard = increment === null ? null : guardOf('count', increment);
      yield {
        writes: [write],
        id,
        huge: guard === null ? null : increment,
        path: 'count',
        bytes: bytes + (typeof member === 'string' ? 2 * member.length : 0),
        model: {
          updateOne: {
            filter: { _id: id, ...guard },
            update: {
              ...expiry,
              // Doubles from the start: the result of `$inc` on integers depends on their size.
              ...(increment === null ? {} : { $inc: { count: new Double(increment) } }),
              $setOnInsert: { name, interval, bucket, resolution, member },
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

  settle(
    updates: readonly Upsert[],
    collection: Collection<StoredDocument>,
  ): Promise<ReadonlyMap<Upsert, Error>> {
    return withoutRoom(updates, collection);
  }
}

/** A value of a bucket and, for histograms, how often it occurred. */
type Member = readonly [value: StoredValue, occurrences: number | null];

const members = {
  *histogram(data: StoredData): Generator<Member> {
    if (isMap(data)) yield* data;
  },
  *set(data: StoredData): Generator<Member> {
    if (!isSet(data)) return;
    for (const member of data) yield [member, null];
  },
};
