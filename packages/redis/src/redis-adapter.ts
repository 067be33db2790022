import {
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  type CustomFunction,
  type Retention,
  type Schema,
  type StorageAdapter,
  type StoredValue,
  storeAmount,
  storeScalar,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import { Eraser } from './eraser.js';
import type { Layout } from './layout.js';
import { pipelineOption } from './options.js';
import { Placements } from './placement.js';
import { BoundsReader } from './read/bounds.js';
import { FetchReader } from './read/fetch-reader.js';
import { NameLister } from './read/list.js';
import { Reader } from './read/reader.js';
import { IntervalsRecord } from './record.js';
import type { Sender } from './sender.js';
import { WritePlanner } from './write/calls.js';
import { Writer } from './write/writer.js';

const capabilities: Capabilities = {
  expiry: 'native',
  atomicEvents: true,
  fractionalCounts: true,
  nul: true,
  shared: true,
  anyRange: true,
};

export interface AdapterParts<T extends TimeseriesType> {
  readonly schema: Schema<T>;
  readonly layout: Layout;
  readonly sender: Sender;
  /** Closes the client if it was opened for this timeseries. */
  readonly close: () => Promise<void>;
}

/** One timeseries in Redis. */
export class RedisAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities = capabilities;
  readonly #type: T;
  readonly #record: IntervalsRecord;
  readonly #writer: Writer<T>;
  readonly #reader: Reader;
  readonly #fetcher: FetchReader;
  readonly #names: NameLister;
  readonly #bounds: BoundsReader;
  readonly #eraser: Eraser;
  readonly #close: () => Promise<void>;

  constructor({ schema, layout, sender, close }: AdapterParts<T>) {
    const { type } = schema;
    const placements = new Placements(schema);
    const reading = { type, sender, layout, placements };
    this.#type = type;
    this.#record = new IntervalsRecord(sender, layout, schema);
    this.#writer = new Writer(new WritePlanner(type, layout, placements), this.#record);
    this.#reader = new Reader(reading);
    this.#fetcher = new FetchReader(reading);
    this.#names = new NameLister(reading);
    this.#bounds = new BoundsReader(reading);
    this.#eraser = new Eraser(sender, layout, this.#record);
    this.#close = close;
  }

  encode(value: unknown): StoredValue {
    return this.#type === 'count' ? storeAmount(value) : storeScalar(value);
  }

  async write(
    writes: readonly BucketWrite<T>[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<readonly WriteFailure<T>[]> {
    const pipeline = pipelineOption(options);
    if (pipeline === undefined) return this.#writer.write(writes);
    this.#writer.addTo(pipeline, writes);
    return [];
  }

  read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    return fetch === undefined ? this.#reader.read(query) : this.#fetcher.read(query, fetch);
  }

  list(retention: Retention, prefix = ''): Promise<Iterable<string>> {
    return this.#names.list(retention, prefix);
  }

  bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    return this.#bounds.bounds(names, retention);
  }

  delete(name: string): Promise<void> {
    return this.#eraser.deleteName(name);
  }

  deleteAll(): Promise<void> {
    return this.#eraser.deleteAll();
  }

  readRecord(): Promise<string | null> {
    return this.#record.read();
  }

  writeRecord(text: string, expected: string | null): Promise<boolean> {
    return this.#record.write(text, expected);
  }

  close(): Promise<void> {
    return this.#close();
  }
}
