import {
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  type CustomFunction,
  InvalidValueError,
  type Retention,
  type Schema,
  type StorageAdapter,
  type StoredValue,
  storeAmount,
  type TimeseriesType,
  UnsupportedOperationError,
  type WriteFailure,
} from '@kairos/core';
import { Directory } from './directory/directory.js';
import { Eraser } from './erase/eraser.js';
import type { Lock } from './erase/lock.js';
import type { Layout } from './layout.js';
import { BoundsReader } from './read/bounds.js';
import { Edges } from './read/edges.js';
import { NameLister } from './read/list.js';
import { Reader } from './read/reader.js';
import type { IntervalsRecord } from './record.js';
import type { RowForm } from './rows/row-form.js';
import type { Session } from './session/session.js';
import type { ValueType } from './values/value-type.js';
import { IntervalWindows } from './windows.js';
import { KEY_BYTES } from './write/groups.js';
import { ATOMIC_SIZE, Writer } from './write/writer.js';

export interface AdapterParts<T extends TimeseriesType> {
  readonly schema: Schema<T>;
  readonly session: Session;
  readonly layout: Layout;
  readonly form: RowForm<T>;
  readonly record: IntervalsRecord;
  readonly lock: Lock;
  readonly valueType: ValueType;
  /** Shuts the client down if this timeseries opened it. */
  readonly close: () => Promise<void>;
}

/** One timeseries in Cassandra. */
export class CassandraAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities;
  readonly #parts: AdapterParts<T>;
  readonly #writer: Writer<T>;
  readonly #reader: Reader<T>;
  readonly #names: NameLister<T>;
  readonly #bounds: BoundsReader<T>;
  readonly #eraser: Eraser<T>;

  constructor(parts: AdapterParts<T>) {
    const { session, layout, form, schema, record, lock } = parts;
    this.#parts = parts;
    this.capabilities = {
      expiry: form.counter ? 'manual' : 'native',
      atomicEvents: !form.counter,
      ...(form.counter ? {} : { atomicSize: ATOMIC_SIZE }),
      fractionalCounts: schema.type === 'count' && !form.counter,
      nul: true,
      shared: true,
      anyRange: true,
    };
    const directory = new Directory(session, layout);
    const windows = new IntervalWindows(schema, record);
    const common = { session, layout, form, directory, windows };
    const edges = new Edges({ ...common, schema });
    this.#writer = new Writer(common);
    this.#reader = new Reader({ ...common, schema });
    this.#names = new NameLister(form, schema, directory, edges);
    this.#bounds = new BoundsReader(edges);
    this.#eraser = new Eraser({ ...common, lock });
  }

  encode(value: unknown): StoredValue {
    const { form, schema, valueType } = this.#parts;
    if (schema.type === 'count') return form.counter ? wholeAmount(value) : storeAmount(value);
    const stored = valueType.encode(value);
    if (form.clustering.includes('value')) checkKeyValue(stored, valueType);
    return stored;
  }

  write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    return this.#writer.write(writes);
  }

  read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>> {
    return this.#reader.read(query, fetch);
  }

  list(retention: Retention, prefix = ''): Promise<string[]> {
    return this.#names.list(retention, prefix);
  }

  bounds(names: readonly string[], retention: Retention): Promise<BucketBounds[]> {
    return this.#bounds.bounds(names, retention);
  }

  async delete(name: string): Promise<void> {
    await this.#eraser.deleteName(name);
  }

  async deleteAll(): Promise<void> {
    await this.#eraser.deleteAll();
    await this.#parts.record.forget();
  }

  async expire(name: string | undefined, retention: Retention): Promise<void> {
    if (!this.#parts.form.counter) {
      throw new UnsupportedOperationError('Cassandra deletes expired data of this type by itself');
    }
    await this.#eraser.expire(name, retention);
  }

  readRecord(): Promise<string | null> {
    return this.#parts.record.read();
  }

  writeRecord(text: string, expected: string | null): Promise<boolean> {
    return this.#parts.record.write(text, expected);
  }

  close(): Promise<void> {
    return this.#parts.close();
  }
}

/** Checks an amount for a counter, which holds whole numbers only. */
function wholeAmount(value: unknown): number {
  const amount = storeAmount(value);
  if (Number.isSafeInteger(amount)) return amount;
  throw new InvalidValueError(
    `The amount is ${amount}; expected a whole number between -2^53 and 2^53, as Cassandra's counters hold no other (set option "floatingCounts" to keep fractions)`,
  );
}

function checkKeyValue(stored: StoredValue, valueType: ValueType): void {
  const bytes = valueType.bytes?.(stored) ?? 0;
  if (bytes <= KEY_BYTES) return;
  throw new InvalidValueError(
    `The value has ${bytes} bytes; expected at most ${KEY_BYTES}, as it is part of a key in a histogram or a set`,
  );
}
