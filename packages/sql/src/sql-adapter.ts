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
  type Schema,
  type StorageAdapter,
  type StoredValue,
  storeAmount,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import { Directory } from './directory.js';
import { Eraser } from './erase/eraser.js';
import type { Layout } from './layout.js';
import type { CheckedOptions } from './options.js';
import type { Partitions } from './partitions.js';
import { BoundsReader } from './read/bounds.js';
import { NameLister } from './read/list.js';
import { Reader } from './read/reader.js';
import type { IntervalsRecord } from './record.js';
import type { RowFormat } from './rows.js';
import type { Session } from './session/session.js';
import type { Spread } from './spread/spread.js';
import { ReadStatements } from './statements/read-statements.js';
import type { Limits } from './values/value-type.js';
import { IntervalWindows } from './windows.js';
import { Writer } from './write/writer.js';

export interface AdapterParts<T extends TimeseriesType> {
  readonly schema: Schema<T>;
  readonly options: CheckedOptions;
  readonly layout: Layout;
  readonly session: Session;
  readonly format: RowFormat;
  readonly record: IntervalsRecord;
  readonly partitions: Partitions;
  /** Set if rows are spread over several servers. */
  readonly spread: Spread | null;
}

/** One timeseries in an SQL database. */
export class SqlAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities;
  readonly #layout: Layout;
  readonly #session: Session;
  readonly #limits: Limits;
  readonly #record: IntervalsRecord;
  readonly #writer: Writer<T>;
  readonly #reader: Reader;
  readonly #names: NameLister;
  readonly #bounds: BoundsReader;
  readonly #eraser: Eraser;

  constructor({ schema, options, layout, session, format, record, partitions, spread }: AdapterParts<T>) {
    const { dialect, shared } = session;
    this.capabilities = {
      expiry: 'manual',
      atomicEvents: true,
      fractionalCounts: options.valueType.amounts !== 'whole',
      nul: dialect.nul,
      shared,
      anyRange: true,
    };
    this.#layout = layout;
    this.#session = session;
    this.#limits = { stringLength: options.stringLength, textLength: options.textLength, nul: dialect.nul };
    this.#record = record;
    const directory = new Directory(layout, session);
    const windows = new IntervalWindows(schema, layout);
    const common = { schema, layout, session, format, directory, windows, partitions };
    const creates = options.createTables;
    const reading = { ...common, statements: new ReadStatements(layout, session) };
    this.#writer = new Writer({ ...common, shards: spread?.shards ?? null, creates });
    this.#reader = new Reader(reading);
    this.#names = new NameLister(reading);
    this.#bounds = new BoundsReader(reading);
    this.#eraser = new Eraser({ ...common, record, spread: spread?.parts ?? null, creates });
  }

  encode(value: unknown): StoredValue {
    const { type, valueType } = this.#layout;
    if (type !== 'count') return valueType.encode(value, this.#limits);
    const amount = storeAmount(value);
    if (valueType.amounts === 'any' || Number.isSafeInteger(amount)) return amount;
    throw new InvalidValueError(
      `The amount is ${describeValue(value)}; expected a whole number, as the valueType is "${valueType.name}"`,
    );
  }

  write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    return this.#writer.write(writes);
  }

  read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    return fetch === undefined ? this.#reader.read(query) : this.#reader.readWith(fetch, query);
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

  expire(name: string | undefined, retention: Retention): Promise<void> {
    return this.#eraser.expire(name, retention);
  }

  readRecord(): Promise<string | null> {
    return this.#record.read();
  }

  writeRecord(text: string, expected: string | null): Promise<boolean> {
    return this.#record.write(text, expected);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
