import {
  type BucketBounds,
  type BucketQuery,
  type BucketRow,
  type BucketWrite,
  type Capabilities,
  type CustomFunction,
  describeValue,
  fetchedRows,
  type OpenRequest,
  overflows,
  type Retention,
  type Schema,
  type StorageAdapter,
  type StoredValue,
  storeAmount,
  storeScalar,
  type TimeseriesType,
  type WriteFailure,
} from '@kairos/core';
import type { RootDatabase } from 'lmdb';
import { type Db, firstKey, lastKey, removeKeys } from './keys.js';
import {
  bucketRange,
  DATABASE,
  type Key,
  type KeyRange,
  pack,
  partOf,
  placeOf,
  startingWith,
  textOf,
  unpack,
} from './layout.js';

/** An LMDB file, and whether to close it with the timeseries. */
export interface Session {
  readonly root: RootDatabase;
  readonly owned: boolean;
}

/** One timeseries in an LMDB file. */
export class LmdbAdapter<T extends TimeseriesType> implements StorageAdapter<T> {
  readonly capabilities: Capabilities = {
    expiry: 'manual',
    atomicEvents: true,
    fractionalCounts: true,
    nul: true,
    shared: true,
  };
  readonly #session: Session;
  readonly #db: Db;
  readonly #schema: Schema<T>;
  /** The key of the record. The keys of all data continue it. */
  readonly #key: Key;

  constructor({ type, schema }: OpenRequest<T>, session: Session, namespace: string) {
    this.#session = session;
    this.#db = session.root.openDB<unknown, Key>({ name: DATABASE });
    this.#schema = schema;
    this.#key = [partOf(namespace), type];
  }

  encode(value: unknown): StoredValue {
    return this.#schema.type === 'count' ? storeAmount(value) : storeScalar(value);
  }

  /** Runs in one transaction: if one write fails, all fail. */
  async write(writes: readonly BucketWrite<T>[]): Promise<readonly WriteFailure<T>[]> {
    const refusals: unknown[] = [];
    try {
      await this.#db.childTransaction(() => {
        try {
          for (const write of writes) this.#apply(write);
        } catch (error) {
          refusals.push(error);
          throw error;
        }
      });
    } catch (error) {
      // A refused write undoes the transaction. If the commit itself fails, its outcome is unknown.
      if (refusals.length === 0) throw error;
      return writes.map((write) => ({ write, fate: 'failed', error }));
    }
    return [];
  }

  #apply({ name, interval, bucket, resolution, data }: BucketWrite<T>): void {
    const { dataType } = this.#schema;
    const nameKey = this.#nameKey(name);
    const key = [...nameKey, partOf(interval), bucket, resolution];
    const stored = this.#db.get(key);
    const before = stored === undefined ? dataType.empty<StoredValue>() : unpack(dataType, stored);
    const sum = dataType.add(before, data);
    if (overflows(sum)) {
      throw new Error(`The bucket ${bucket} of ${describeValue(name)} adds up to more than a number holds`);
    }
    this.#db.putSync(key, pack(sum));
    if (textOf(partOf(name)) === null) this.#db.putSync(nameKey, name);
  }

  async read(
    { names, interval, first, last }: BucketQuery,
    fetch?: CustomFunction,
  ): Promise<Iterable<BucketRow>> {
    const rows: BucketRow[] = [];
    const db = this.#latest();
    const coarse = this.#schema.intervals.get(interval)?.resolution === null;
    for (const name of names) {
      const range = bucketRange(this.#nameKey(name), interval, first, last);
      const found =
        fetch === undefined ? this.#rows(db, name, range) : fetchedRows(name, await fetch(db, range), coarse);
      for (const row of found) rows.push(row);
    }
    return rows;
  }

  *#rows(db: Db, name: string, range: KeyRange): Generator<BucketRow> {
    for (const { key, value } of db.getRange(range)) {
      yield { name, ...placeOf(key), data: unpack(this.#schema.dataType, value) };
    }
  }

  async list(retention: Retention): Promise<Iterable<string>> {
    const names: string[] = [];
    for (const name of this.#names(this.#latest())) {
      if (this.#boundsOf([name], retention).length > 0) names.push(name);
    }
    return names;
  }

  /** Steps from each name that has keys to the next. */
  *#names(db: Db): Generator<string> {
    const range = startingWith(this.#key);
    let key = firstKey(db, range);
    while (key !== undefined) {
      const nameKey = key.slice(0, this.#key.length + 1);
      yield textOf(String(nameKey.at(-1))) ?? String(db.get(nameKey));
      key = firstKey(db, { ...range, start: startingWith(nameKey).end });
    }
  }

  async bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>> {
    this.#latest();
    return this.#boundsOf(names, retention);
  }

  #boundsOf(names: readonly string[], retention: Retention): BucketBounds[] {
    const bounds: BucketBounds[] = [];
    for (const [interval, oldest] of retention) {
      let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const name of names) {
        const range = bucketRange(this.#nameKey(name), interval, oldest, null);
        const [from, to] = [firstKey(this.#db, range), lastKey(this.#db, range)];
        if (from !== undefined) first = Math.min(first, placeOf(from).bucket);
        if (to !== undefined) last = Math.max(last, placeOf(to).bucket);
      }
      if (first <= last) bounds.push({ interval, first, last });
    }
    return bounds;
  }

  async delete(name: string): Promise<void> {
    await this.#db.childTransaction(() => removeKeys(this.#db, startingWith(this.#nameKey(name))));
  }

  async deleteAll(): Promise<void> {
    await this.#db.childTransaction(() => {
      removeKeys(this.#db, startingWith(this.#key));
      this.#db.removeSync(this.#key);
    });
  }

  async expire(name: string | undefined, retention: Retention): Promise<void> {
    await this.#db.childTransaction(() => {
      for (const each of name === undefined ? this.#names(this.#db) : [name]) {
        const nameKey = this.#nameKey(each);
        for (const [interval, oldest] of retention) {
          if (oldest !== null) removeKeys(this.#db, bucketRange(nameKey, interval, null, oldest - 1));
        }
        if (firstKey(this.#db, startingWith(nameKey)) === undefined) this.#db.removeSync(nameKey);
      }
    });
  }

  async readRecord(): Promise<string | null> {
    return this.#recordIn(this.#latest());
  }

  async writeRecord(text: string, expected: string | null): Promise<boolean> {
    return this.#db.childTransaction(() => {
      if (this.#recordIn(this.#db) !== expected) return false;
      this.#db.putSync(this.#key, text);
      return true;
    });
  }

  #recordIn(db: Db): string | null {
    const record = db.get(this.#key);
    return record === undefined ? null : String(record);
  }

  async close(): Promise<void> {
    if (this.#session.owned) await this.#session.root.close();
  }

  #nameKey(name: string): Key {
    return [...this.#key, partOf(name)];
  }

  /**
   * The current database. Without the reset, the driver sees other processes' writes only once per event-loop
   * turn.
   */
  #latest(): Db {
    this.#db.resetReadTxn();
    return this.#db;
  }
}
