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
import type { AbstractCursor, Collection, Document } from 'mongodb';
import type { Documents, SuggestedQuery } from './documents/documents.js';
import { ANY_NAME, namesFrom } from './documents/names.js';
import type { Eraser } from './eraser.js';
import { fetchedRows } from './fetch.js';
import type { StoredDocument } from './layout.js';
import type { IntervalsRecord } from './record.js';
import type { Patience } from './session/patience.js';
import type { Writer } from './write/writer.js';

/** The parts that `open` passes to an adapter. */
export interface MongoParts<T extends TimeseriesType> {
  readonly type: T;
  readonly collection: Collection<StoredDocument>;
  readonly patience: Patience;
  readonly documents: Documents;
  readonly record: IntervalsRecord;
  readonly eraser: Eraser;
  readonly writer: Writer<T>;
  readonly capabilities: Capabilities;
  readonly close: () => Promise<void>;
}

/** Fits into a document of 16 MiB, with some room for the name and the other values of a chunk. */
const LONGEST_VALUE = 15 * 1024 * 1024;

/**
 * Readings of this length fit into the document of a window, and leave room for the name: a bucket of the resolution
 * has up to three fields there, one for each bucket of the interval that it touches.
 */
const LONGEST_READING = 32 * 1024;

/** So large that an answer arrives whole, up to the 16 MiB that the server puts into one. */
const ONE_BATCH = { batchSize: 1_000_000 };

/** How many parts share a pipeline, because servers take at most 1,000 stages. */
const PARTS_OF_PIPELINE = 400;

export class MongoAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities;
  readonly #type: T;
  readonly #collection: Collection<StoredDocument>;
  readonly #patience: Patience;
  readonly #documents: Documents;
  readonly #record: IntervalsRecord;
  readonly #eraser: Eraser;
  readonly #writer: Writer<T>;
  readonly #close: () => Promise<void>;
  /** Set only with manual expiry. */
  readonly expire?: (name: string | undefined, retention: Retention) => Promise<void>;

  constructor({
    type,
    collection,
    patience,
    documents,
    record,
    eraser,
    writer,
    capabilities,
    close,
  }: MongoParts<T>) {
    this.capabilities = capabilities;
    this.#type = type;
    this.#collection = collection;
    this.#patience = patience;
    this.#documents = documents;
    this.#record = record;
    this.#eraser = eraser;
    this.#writer = writer;
    this.#close = close;
    if (capabilities.expiry === 'manual') {
      this.expire = (name, retention) => this.#deleteExpired(name, retention);
    }
  }

  encode(value: unknown): StoredValue {
    if (this.#type === 'count') return storeAmount(value);
    const stored = storeScalar(value);
    const [longest, place] =
      this.#type === 'gauge'
        ? [LONGEST_READING, 'a document holds beside its neighbours']
        : [LONGEST_VALUE, 'a document holds'];
    if (typeof stored === 'string' && Buffer.byteLength(stored) > longest) {
      throw new InvalidValueError(
        `The value ${describeValue(stored)} is longer than ${place}; expected at most ${longest} bytes`,
      );
    }
    return stored;
  }

  write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    return this.#writer.write(writes);
  }

  async read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    const suggested = this.#documents.suggest(query);
    if (fetch !== undefined) {
      return fetchedRows(this.#documents, query, await fetch(this.#collection, suggested));
    }
    const reading = this.#documents.reading(query);
    await this.#each(this.#found(suggested, query), (document) => reading.take(document));
    return reading.rows();
  }

  #found({ filter }: SuggestedQuery, query: BucketQuery): AbstractCursor<Document> {
    const adding = this.#documents.addingUp(query);
    if (adding !== null) return this.#collection.aggregate([{ $match: filter }, ...adding], ONE_BATCH);
    return this.#collection.find(filter, { ...ONE_BATCH, projection: this.#documents.projection(query) });
  }

  /** Goes through the documents of a cursor. Each of several answers has the full time to arrive. */
  async #each(cursor: AbstractCursor<Document>, take: (document: Document) => void): Promise<void> {
    try {
      while (await this.#patience.for(cursor.hasNext())) {
        for (const document of cursor.readBufferedDocuments()) take(document);
      }
    } catch (error) {
      cursor.close().catch(() => undefined);
      throw error;
    }
  }

  async list(retention: Retention, prefix?: string): Promise<Iterable<string>> {
    const named = prefix === undefined ? ANY_NAME : namesFrom(prefix);
    const parts = [...retention].flatMap(([interval, oldest]) =>
      this.#documents
        .within(interval, oldest)
        .map((filter) => [{ $match: { ...named, ...filter } }, { $group: { _id: '$name' } }]),
    );
    const names = await this.#together(parts, [{ $group: { _id: '$_id' } }]);
    return names.map(({ _id }) => String(_id));
  }

  async bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    const parts: Document[][] = [];
    for (const [interval, oldest] of retention) {
      for (const name of names) parts.push(...this.#documents.ends(name, interval, oldest));
    }
    const pipelines: Promise<Document[]>[] = [];
    for (let start = 0; start < parts.length; start += PARTS_OF_PIPELINE) {
      pipelines.push(this.#together(parts.slice(start, start + PARTS_OF_PIPELINE), []));
    }
    const bounds = new Map<string, BucketBounds>();
    for (const document of (await Promise.all(pipelines)).flat()) {
      const { interval } = document;
      const bucket = this.#documents.endIn(document, retention.get(interval) ?? null);
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
    await this.#eraser.delete({ name });
  }

  async deleteAll(): Promise<void> {
    await this.#eraser.delete({});
    await this.#patience.for(this.#record.forget());
  }

  async #deleteExpired(name: string | undefined, retention: Retention): Promise<void> {
    for (const [interval, oldest] of retention) {
      if (oldest === null) continue;
      const named = name === undefined ? ANY_NAME : { name };
      await this.#eraser.delete({ ...named, ...this.#documents.expired(interval, oldest) });
      const trim = this.#documents.trim(interval, oldest);
      if (trim !== null) await this.#eraser.update({ ...named, ...trim.filter }, trim.update);
    }
  }

  readRecord(): Promise<string | null> {
    return this.#patience.for(this.#record.read());
  }

  writeRecord(text: string, expected: string | null): Promise<boolean> {
    return this.#patience.for(this.#record.write(text, expected));
  }

  close(): Promise<void> {
    return this.#close();
  }
}
