import type { StorageAdapter } from './adapter.js';
import { type Bounds, propertiesOf } from './read/bounds.js';
import type { Coverage } from './read/coverage.js';
import { listNames } from './read/list.js';
import type { RangeOptions } from './read/range.js';
import { Reader } from './read/reader.js';
import type { Reading } from './read/reading.js';
import { type IntervalsOptions, intervalsOptions, type Schema } from './schema/schema.js';
import { Store } from './store/store.js';
import type { NoBackend, TimeseriesTypes } from './timeseries-types.js';
import type { TimeseriesType } from './types/data-type.js';
import type { BulkInserts, Timestamp, Value } from './values/insertable.js';
import { Inserter, type InsertResult } from './write/inserter.js';
import { deleteAll, deleteName, expire } from './write/removal.js';
import { Writer } from './write/writer.js';

/** The options of `insert` that every backend takes. */
export interface InsertOptions {
  /** When it happened. Default: now. */
  readonly timestamp?: Timestamp | null | undefined;
  /** To how many intervals before (< 0) or after (> 0) the timestamp to copy the value. Default: 0. */
  readonly intervals?: number | undefined;
  /** `false` sends the call by itself, at once, even if other inserts are in flight. */
  readonly combine?: boolean | undefined;
}

export type BulkInsertOptions = Pick<InsertOptions, 'intervals' | 'combine'>;

/** The parts that `Kairos` passes to a timeseries. */
export interface TimeseriesParts {
  /** The backend's name. */
  readonly backend: string;
  readonly schema: Schema;
  readonly adapter: StorageAdapter;
  readonly insertOptions: readonly string[];
  readonly combine: boolean;
  readonly readFunc: ((value: Value) => unknown) | undefined;
  readonly writeFunc: ((value: unknown) => unknown) | undefined;
}

/** Gives the rest of core the store of a timeseries. */
export let storeOf: <S extends TimeseriesTypes>(timeseries: Timeseries<S>) => Store;

/**
 * A set of named statistics in one store, cut into buckets at several intervals at once. `kairos.timeseries` opens it.
 */
export class Timeseries<S extends TimeseriesTypes> {
  readonly #store: Store;
  readonly #writer: Writer;
  readonly #inserter: Inserter;
  readonly #reader: Reader;

  static {
    storeOf = (timeseries) => timeseries.#store;
  }

  constructor({ backend, schema, adapter, insertOptions, combine, readFunc, writeFunc }: TimeseriesParts) {
    const store = new Store(backend, schema, adapter);
    const writer = new Writer({ store, combine });
    this.#store = store;
    this.#writer = writer;
    this.#inserter = new Inserter({ store, writer, insertOptions, writeFunc });
    this.#reader = new Reader(store, readFunc);
  }

  /** The type of the timeseries. */
  get type(): S['type'] {
    return this.#store.schema.type;
  }

  /** The timezone of its calendar, under its recorded name. */
  get timezone(): string {
    return this.#store.schema.timezone;
  }

  /** Its intervals by name, in the form of the option `intervals`, with durations in seconds. */
  get intervals(): IntervalsOptions {
    return intervalsOptions(this.#store.schema);
  }

  /**
   * Adds a value, or several, to a name in every interval. A count without a value counts 1. Resolves once the store has
   * acknowledged every bucket. Rejects with an `InvalidValueError` (nothing was written) or a `StorageError`.
   *
   * @example
   * ```ts
   * await hits.insert('home');
   * await hits.insert('home', 3, { timestamp: 1700000000, intervals: -2 });
   * ```
   */
  insert(
    name: string,
    ...[value, options]: S['type'] extends 'count'
      ? [
          value?: S['write'] | readonly S['write'][] | ReadonlySet<S['write']> | undefined,
          options?: InsertOptions & S['backend']['insertOptions'],
        ]
      : [
          value: S['write'] | readonly S['write'][] | ReadonlySet<S['write']>,
          options?: InsertOptions & S['backend']['insertOptions'],
        ]
  ): Promise<InsertResult> {
    return this.#inserter.insert(name, value, options);
  }

  /**
   * Adds many values at once. Combines the values of each bucket first, and makes as few requests as the store's limits
   * allow. The order of the map is the order of arrival. If the store takes only a part, rejects with a
   * `BulkInsertError`, whose `failed` you can retry.
   *
   * @example
   * ```ts
   * await hits.bulkInsert(new Map([[1700000000, { home: [1, 2], about: [1] }]]));
   * ```
   */
  bulkInsert(
    inserts: BulkInserts<S['write']>,
    options: BulkInsertOptions & S['backend']['insertOptions'] = {},
  ): Promise<InsertResult> {
    return this.#inserter.bulkInsert(inserts, options);
  }

  /**
   * Reads the bucket that contains a timestamp (default: now), of one name or of several joined. The result has one
   * entry, with the type's empty value if there is no data. In an interval with a resolution, unless you `condense`, it
   * has one entry for each resolution bucket with data.
   *
   * @example
   * ```ts
   * await hits.get('home', 'month', { timestamp: 1700000000, condense: true, transform: 'rate' });
   * ```
   */
  readonly get: Reading<S, 'get'>['method'] = (name, interval, options) =>
    asTyped(this.#reader.get(name, interval, options));

  /**
   * Reads a range of intervals, of one name or of several joined: from `start` to `end`, from `start` over `steps`
   * intervals, or over `steps` intervals up to `end` (default: now). The result has every interval of the range, with
   * the type's empty value if there is no data. With a resolution, unless you `condense` or `collapse`, each interval
   * holds a `Map` of its resolution buckets with data. With `collapse`, the result is one entry at the start of the
   * first interval. Returns at most 1,048,576 intervals; with `collapse`, most stores accept any range.
   *
   * @example
   * ```ts
   * await hits.series(['home', 'about'], 'minute', { start, end, collapse: true, transform: ['mean', 'max'] });
   * ```
   */
  readonly series: Reading<S, 'series'>['method'] = (name, interval, options) =>
    asTyped(this.#reader.series(name, interval, options));

  /**
   * Reads a range of intervals of several names apart, in one round trip. Returns a `Map` from each name, in the order
   * given, to its series. Takes the options of `series` except `joinRows`.
   *
   * @example
   * ```ts
   * const byPage = await hits.seriesByName(['home', 'about'], 'minute', { start, end });
   * byPage.get('home'); // Map { 1700000000 => 3, … }
   * ```
   */
  readonly seriesByName: Reading<S, 'seriesByName'>['method'] = (names, interval, options) =>
    asTyped(this.#reader.seriesByName(names, interval, options));

  /**
   * Tells how many buckets `series` would cover, without reading any, so that you can limit what others ask for. Throws
   * the errors of `series`, except for a range that is too long.
   *
   * @example
   * ```ts
   * hits.coverage('month', { start, end }); // { buckets: 12, resolutions: 366 }
   * ```
   */
  coverage(interval: keyof S['intervals'] & string, options: RangeOptions = {}): Coverage {
    return this.#reader.coverage(interval, options);
  }

  /**
   * Iterates over all data of an interval in the order of time, from its first bucket to its last, as `get` returns it.
   * Empty buckets are included, empty resolution buckets are not. Reads in chunks, so that any length fits into memory.
   *
   * @example
   * ```ts
   * for await (const [timestamp, data] of hits.iterate('home', 'minute')) console.log(timestamp, data);
   * ```
   */
  readonly iterate: Reading<S, 'iterate'>['method'] = (name, interval, options) =>
    asTyped(this.#reader.iterate(name, interval, options));

  /**
   * Returns every name that has unexpired data in any interval, sorted; with a `prefix`, only names that begin with it.
   * If the store has an index in the order of names, a prefix reads no others.
   *
   * @example
   * ```ts
   * await hits.list({ prefix: 'http.' });
   * ```
   */
  list(options: { readonly prefix?: string | undefined } = {}): Promise<string[]> {
    return listNames(this.#store, options);
  }

  /** Returns the first and last bucket with unexpired data, in Unix seconds, of each interval that has some. */
  properties(name: string): Promise<{ [I in keyof S['intervals'] & string]?: Bounds }> {
    return asTyped(propertiesOf(this.#store, name));
  }

  /** Deletes a name from all intervals, including inserts made before this call that you have not awaited. */
  delete(name: string): Promise<void> {
    return deleteName(this.#store, this.#writer, name);
  }

  /** Deletes every name and the record of the intervals, so that you can configure them differently afterwards. */
  deleteAll(): Promise<void> {
    return deleteAll(this.#store, this.#writer);
  }

  /**
   * Deletes data past its retention, of one name or of all. Rejects with an `UnsupportedOperationError` if the store
   * does this by itself.
   */
  expire(name?: string): Promise<void> {
    return expire(this.#store, name);
  }

  /**
   * Waits up to 30 seconds for calls in progress, then closes the client if Kairos opened it from a URL. A handle stays
   * open. Later calls are refused.
   */
  close(): Promise<void> {
    return this.#store.close(() => this.#writer.combined());
  }
}

/**
 * Any open timeseries, for functions that work with all of them: every `Timeseries` is assignable to it. `W` is the type
 * of the values that it takes; by default none, because that is not known either.
 *
 * @example
 * ```ts
 * async function namesOfAll(all: Iterable<AnyTimeseries>) {
 *   const names = await Promise.all([...all].map((each) => each.list()));
 *   return new Set(names.flat());
 * }
 * ```
 */
export type AnyTimeseries<W = never> = Timeseries<{
  type: TimeseriesType;
  intervals: IntervalsOptions;
  value: Value;
  read: unknown;
  write: W;
  backend: NoBackend;
}>;

/** The one place where a result gets the type that the call's options imply. */
function asTyped<R>(computed: unknown): R {
  return computed as R;
}
