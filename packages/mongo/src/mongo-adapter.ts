import {
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  type CustomFunction,
  describeValue,
  InvalidValueError,
  type Retention,
  type StorageAdapter,
  type StoredValue,
  storeAmount,
  storeScalar,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import type { Collection, Document, FindCursor } from 'mongodb';
import { fetchedRows, suggest } from './fetch.js';
import type { BucketDocument } from './layout.js';
import type { Patience } from './patience.js';
import type { Records } from './records.js';
import { rowsOf } from './rows.js';
import type { Writer } from './writer.js';

/** What `openMongo` hands over, all of it ready for use. */
export interface MongoParts<T extends TimeseriesType> {
  readonly type: T;
  readonly collection: Collection<BucketDocument>;
  readonly patience: Patience;
  readonly records: Records;
  readonly writer: Writer<T>;
  readonly capabilities: Capabilities;
  /** The intervals that have a finer resolution, whose buckets are several documents. */
  readonly resolved: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

/** With some room for the name and for the other values of a chunk, what fits into a document of 16 MiB. */
const LONGEST_VALUE = 15 * 1024 * 1024;

/** Large enough that an answer comes whole, up to the 16 MiB that the server puts into one. */
const ONE_BATCH = { batchSize: 1_000_000 };

/** Every name; an index is only considered where its first field is asked for. */
const ANY_NAME = { name: { $gt: '' } };

/** What a row has no use for. */
const UNREAD = { _id: 0, expiresAt: 0, interval: 0 };

/** Stages of one pipeline, of which servers take at most 1,000. */
const PARTS_OF_PIPELINE = 400;

export class MongoAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities;
  readonly #type: T;
  readonly #collection: Collection<BucketDocument>;
  readonly #patience: Patience;
  readonly #records: Records;
  readonly #writer: Writer<T>;
  readonly #resolved: ReadonlySet<string>;
  readonly #close: () => Promise<void>;
  /** Only with manual expiry. */
  readonly expire?: (name: string | undefined, retention: Retention) => Promise<void>;

  constructor({ type, collection, patience, records, writer, capabilities, resolved, close }: MongoParts<T>) {
    this.capabilities = capabilities;
    this.#type = type;
    this.#collection = collection;
    this.#patience = patience;
    this.#records = records;
    this.#writer = writer;
    this.#resolved = resolved;
    this.#close = close;
    if (capabilities.expiry === 'manual') {
      this.expire = (name, retention) => this.#deleteExpired(name, retention);
    }
  }

  encode(value: unknown): StoredValue {
    if (this.#type === 'count') return storeAmount(value);
    const stored = storeScalar(value);
    if (typeof stored === 'string' && Buffer.byteLength(stored) > LONGEST_VALUE) {
      throw new InvalidValueError(
        `The value ${describeValue(stored)} is longer than a document holds; expected at most ${LONGEST_VALUE} bytes`,
      );
    }
    return stored;
  }

  write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    return this.#writer.write(writes);
  }

  async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    const single = this.#type === 'count' || this.#type === 'gauge';
    const suggested = suggest(query, single && !this.#resolved.has(query.interval));
    if (fetch !== undefined) {
      return fetchedRows(this.#type, query, await fetch(this.#collection, suggested));
    }
    const found = this.#collection.find(suggested.filter, { ...ONE_BATCH, projection: UNREAD });
    return rowsOf(this.#type, await this.#all(found));
  }

  /** All documents of a cursor, however many answers they come in: each of them is waited for anew. */
  async #all(cursor: FindCursor<BucketDocument>): Promise<BucketDocument[]> {
    const documents: BucketDocument[] = [];
    try {
      while (await this.#patience.for(cursor.hasNext())) {
        for (const document of cursor.readBufferedDocuments()) documents.push(document);
      }
    } catch (error) {
      cursor.close().catch(() => undefined);
      throw error;
    }
    return documents;
  }

  async list(retention: Retention): Promise<Iterable<string>> {
    const parts = [...retention].map(([interval, oldest]) => [
      { $match: { ...ANY_NAME, ...within(interval, oldest) } },
      { $group: { _id: '$name' } },
    ]);
    const names = await this.#together(parts, [{ $group: { _id: '$_id' } }]);
    return names.map(({ _id }) => String(_id));
  }

  async bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    const parts: Document[][] = [];
    for (const [interval, oldest] of retention) {
      for (const name of names) {
        for (const order of [1, -1]) {
          parts.push([
            { $match: { name, ...within(interval, oldest) } },
            { $sort: { name: order, interval: order, bucket: order } },
            { $limit: 1 },
            { $project: { _id: 0, interval: 1, bucket: 1 } },
          ]);
        }
      }
    }
    const pipelines: Promise<Document[]>[] = [];
    for (let start = 0; start < parts.length; start += PARTS_OF_PIPELINE) {
      pipelines.push(this.#together(parts.slice(start, start + PARTS_OF_PIPELINE), []));
    }
    const bounds = new Map<string, BucketBounds>();
    for (const { interval, bucket } of (await Promise.all(pipelines)).flat()) {
      const { first = bucket, last = bucket } = bounds.get(interval) ?? {};
      bounds.set(interval, { interval, first: Math.min(first, bucket), last: Math.max(last, bucket) });
    }
    return bounds.values();
  }

  /** Runs several pipelines over the collection as one command, each with the index to itself. */
  async #together(
    [first = [], ...rest]: readonly Document[][],
    end: readonly Document[],
  ): Promise<Document[]> {
    const coll = this.#collection.collectionName;
    const united = rest.map((pipeline) => ({ $unionWith: { coll, pipeline } }));
    const pipeline = [...first, ...united, ...end];
    return this.#patience.forLong(this.#collection.aggregate(pipeline, ONE_BATCH).toArray());
  }

  async delete(name: string): Promise<void> {
    await this.#patience.forLong(this.#collection.deleteMany({ name }));
  }

  async deleteAll(): Promise<void> {
    await this.#patience.forLong(this.#collection.deleteMany({}));
    await this.#patience.for(this.#records.forget());
  }

  async #deleteExpired(name: string | undefined, retention: Retention): Promise<void> {
    for (const [interval, oldest] of retention) {
      if (oldest === null) continue;
      const bucket = { $lt: oldest };
      const expired = { ...(name === undefined ? ANY_NAME : { name }), interval, bucket };
      await this.#patience.forLong(this.#collection.deleteMany(expired));
    }
  }

  readRecord(): Promise<string | null> {
    return this.#patience.for(this.#records.read());
  }

  writeRecord(text: string, expected: string | null): Promise<boolean> {
    return this.#patience.for(this.#records.write(text, expected));
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** What of an interval is within its retention. */
function within(interval: string, oldest: number | null): Document {
  return oldest === null ? { interval } : { interval, bucket: { $gte: oldest } };
}
