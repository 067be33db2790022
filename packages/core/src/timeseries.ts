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

/** What `insert` takes beside the backend's own options. */
export interface InsertOptions {
  /** When it happened; now, where it is left out. */
  readonly timestamp?: Timestamp | null | undefined;
  /** How many intervals before (< 0) or after (> 0) the timestamp to copy the value to. */
  readonly intervals?: number | undefined;
  /** `false` sends the call by itself, and at once, whatever else is under way. */
  readonly combine?: boolean | undefined;
}

export type BulkInsertOptions = Pick<InsertOptions, 'intervals' | 'combine'>;

/** What `Kairos` hands to a timeseries. */
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

/** The store of a timeseries, for the rest of core. */
export let storeOf: <S extends TimeseriesTypes>(timeseries: Timeseries<S>) => Store;

/**
 * A set of named statistics in one store, cut into buckets at several intervals at once. Made by
 * `kairos.timeseries`.
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
    const store = new Store(schema, adapter);
    const writer = new Writer({ backend, store, combine });
    this.#store = store;
    this.#writer = writer;
    this.#inserter = new Inserter({ store, writer, insertOptions, writeFunc });
    this.#reader = new Reader(store, readFunc);
  }

  /** The type of the timeseries. */
  get type(): S['type'] {
    return this.#store.schema.type;
  }

  /** The timezone of its calendar, by the name under which it is recorded. */
  get timezone(): string {
    return this.#store.schema.timezone;
  }

  /** Its intervals by name, in the form of the option `intervals`, with durations in seconds. */
  get intervals(): IntervalsOptions {
    return intervalsOptions(this.#store.schema);
  }

  /**
   * Stores a value, or several, under a name in every interval; a count without a value counts 1. Resolves once the
   * store acknowledged every bucket. Rejects with `InvalidValueError` (nothing was written) or `StorageError`.
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
   * Stores many values at once, as few writes as the store's limits allow: equal buckets are made one first. The
   * order of the map is the order of arrival. Rejects with `BulkInsertError` where the store took only a part.
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
   * Reads the bucket that contains a timestamp (now, where it is left out), of one name or of several joined. The
   * result has one entry, empty where there is no data; in an interval with a resolution, unless condensed, one
   * for each resolution bucket with data.
   *
   * @example
   * ```ts
   * await hits.get('home', 'month', { timestamp: 1700000000, condense: true, transform: 'rate' });
   * ```
   */
  readonly get: Reading<S, 'get'>['method'] = (name, interval, options) =>
    asTyped(this.#reader.get(name, interval, options));

  /**
   * Reads a range of intervals, of one name or of several joined: from `start` to `end`, from `start` over `steps`,
   * or up to `end` (now) over `steps`. Every interval is present, empty where there is no data; with a
   * resolution, unless condensed or collapsed, each holds a `Map` of the resolution buckets with data. Collapsed,
   * the result is one entry at the start of the first interval. Returns at most 1,048,576 intervals; collapsed, most
   * stores take any range.
   *
   * @example
   * ```ts
   * await hits.series(['home', 'about'], 'minute', { start, end, collapse: true, transform: ['mean', 'max'] });
   * ```
   */
  readonly series: Reading<S, 'series'>['method'] = (name, interval, options) =>
    asTyped(this.#reader.series(name, interval, options));

  /**
   * Reads a range of intervals of several names apart, in one round trip: a `Map` of what `series` returns for each, in
   * the order of the names. Takes the options of `series`, but for `joinRows`.
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
   * How many buckets `series` would cover, without reading any: to bound what somebody may ask for. Throws what
   * `series` rejects with, but for its own bound.
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
   * Goes through all data of an interval in time order, from its first bucket to its last, as `get` would return
   * it: empty buckets included, except for resolution buckets. Reads ahead in chunks, so that any length fits in
   * memory.
   *
   * @example
   * ```ts
   * for await (const [timestamp, data] of hits.iterate('home', 'minute')) console.log(timestamp, data);
   * ```
   */
  readonly iterate: Reading<S, 'iterate'>['method'] = (name, interval, options) =>
    asTyped(this.#reader.iterate(name, interval, options));

  /**
   * The names with data within its retention in any interval of this timeseries, sorted; those that begin with a
   * prefix, where one is given, without a look at the others where the store has an order of names.
   *
   * @example
   * ```ts
   * await hits.list({ prefix: 'http.' });
   * ```
   */
  list(options: { readonly prefix?: string | undefined } = {}): Promise<string[]> {
    return listNames(this.#store, options);
  }

  /** The first and last bucket with data within its retention, of each interval that has some. */
  properties(name: string): Promise<{ [I in keyof S['intervals'] & string]?: Bounds }> {
    return asTyped(propertiesOf(this.#store, name));
  }

  /** Deletes a name in all intervals, with what was inserted before the call, awaited or not. */
  delete(name: string): Promise<void> {
    return deleteName(this.#store, this.#writer, name);
  }

  /** Deletes every name, and the record of the intervals: they may be configured otherwise from then on. */
  deleteAll(): Promise<void> {
    return deleteAll(this.#store, this.#writer);
  }

  /**
   * Deletes what is past its retention, of one name or of all, in a store that does not do so by itself. Rejects
   * with `UnsupportedOperationError` where the store does.
   */
  expire(name?: string): Promise<void> {
    return expire(this.#store, name);
  }

  /**
   * Waits for the calls that are under way, for up to 30 seconds, then closes the client if Kairos opened it from a
   * URL; a handle stays open. Nothing else can be called after.
   */
  close(): Promise<void> {
    return this.#store.close(() => this.#writer.combined());
  }
}

/**
 * An open timeseries of which nothing is known but that it is one: every `Timeseries` is assignable to it. `W` is what
 * it takes as values; left out, nothing, since that is not known either.
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

/** The one place where what a call comes to takes the type that its options stand for. */
function asTyped<R>(computed: unknown): R {
  return computed as R;
}
