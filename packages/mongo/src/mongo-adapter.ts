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
import type { Collection } from 'mongodb';
import type { Documents } from './documents/documents.js';
import { ANY_NAME } from './documents/names.js';
import type { Eraser } from './eraser.js';
import type { StoredDocument } from './layout.js';
import { BoundsReader } from './read/bounds.js';
import { NameLister } from './read/list.js';
import { Reader } from './read/reader.js';
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

export class MongoAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities;
  readonly #type: T;
  readonly #patience: Patience;
  readonly #documents: Documents;
  readonly #record: IntervalsRecord;
  readonly #reader: Reader;
  readonly #names: NameLister;
  readonly #bounds: BoundsReader;
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
    this.#patience = patience;
    this.#documents = documents;
    this.#record = record;
    const reading = { collection, patience, documents };
    this.#reader = new Reader(reading);
    this.#names = new NameLister(reading);
    this.#bounds = new BoundsReader(reading);
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

  read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    return fetch === undefined ? this.#reader.read(query) : this.#reader.readWith(fetch, query);
  }

  list(retention: Retention, prefix?: string): Promise<Iterable<string>> {
    return this.#names.list(retention, prefix);
  }

  bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    return this.#bounds.bounds(names, retention);
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
