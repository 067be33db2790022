/**
 * The contract of an adapter. A `Backend` opens a `StorageAdapter`, which deals in buckets (integers) and
 * stored values. Timestamps, steps, transforms, retention and users' functions stay in core.
 */
import type { Fate } from './errors.js';
import type { CustomFunction } from './option.js';
import type { Statistic } from './read/summary.js';
import type { Schema } from './schema/schema.js';
import type { StoredData, TimeseriesType } from './types/data-type.js';
import type { StoredValue, Value } from './values/insertable.js';

/**
 * The version of this contract. It changes when an adapter written for the old one would no longer be correct. `Kairos`
 * refuses to register a backend of another version.
 */
export const CONTRACT_VERSION = 2;

/** The types that a backend contributes. */
export interface BackendTypes {
  /** Its options for `kairos.timeseries(source, { …options })`. */
  options: object;
  /** Its options for `insert` and `bulkInsert`. */
  insertOptions: object;
  /** The type of its `fetch` function in reads; `never` if it has none. */
  fetch: unknown;
  /** The values of each `valueType`; empty if values are strings and numbers. */
  values: { readonly [valueType: string]: Value };
  /** The `valueType` that applies by default. Without it, values are strings and numbers. */
  defaultValueType?: string;
}

/** Opens timeseries in one kind of store. Stateless: one object serves every `Kairos`. */
export interface Backend<X extends BackendTypes = BackendTypes> {
  /** Short name, such as `"redis"`. */
  readonly name: string;
  /** The `CONTRACT_VERSION` that the backend was written for. */
  readonly contract: number;
  /** The URL schemes it accepts, without the colon. */
  readonly schemes: readonly string[];
  /** The names of its own options. Core refuses others with a `ConfigurationError`. */
  readonly options: readonly string[];
  /** The names of its own insert options. */
  readonly insertOptions: readonly string[];
  /** Whether a handle is a client of its driver. Look at its methods, never at the name of its class. */
  accepts(handle: object): boolean;
  /**
   * Validates the options, connects, and creates what the first write needs. Many processes may open the same
   * timeseries at once on an empty store. Rejects with a `ConfigurationError` for a bad option, a `StorageError` if the
   * store cannot be reached, or an `UnsupportedTypeError` for a type that it cannot hold.
   */
  open<T extends TimeseriesType>(request: OpenRequest<T>): Promise<StorageAdapter<T>>;
  /** Carries types only; it is never set. */
  readonly '~types'?: X;
}

/** A URL with the options for the driver's client, or a client that the user owns. */
export type Source =
  | { readonly url: string; readonly clientConfig: Readonly<Record<string, unknown>> }
  | { readonly handle: object };

export interface OpenRequest<T extends TimeseriesType = TimeseriesType> {
  readonly source: Source;
  readonly type: T;
  /**
   * The validated intervals. An adapter needs them only to enumerate buckets or to partition by them. Empty if
   * `mustExist` is `true`.
   */
  readonly schema: Schema<T>;
  /**
   * If `true`, core only looks up the record, to open the timeseries again with it: create nothing. Core
   * calls only `readRecord` and `close`. If there is nothing to open, reject with `nothingRecorded()`, or
   * return `null` from `readRecord`.
   */
  readonly mustExist: boolean;
  /** The backend's own options, as the user passed them, and no others. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * What an adapter can do, as data. The conformance suite tests what is declared, and that the adapter refuses the rest.
 */
export interface Capabilities {
  /** `native`: the store deletes expired buckets by itself, from `expiresAt`. `manual`: `expire` deletes them. */
  readonly expiry: 'native' | 'manual';
  /** A `write` applies the buckets of one name, from one event or several, whole or not at all. */
  readonly atomicEvents: boolean;
  /**
   * The limit of `atomicEvents`, if there is one: how much of one name a single `write` applies whole.
   * `values` counts each value once for every bucket it goes to; `bytes` counts their characters, with the
   * name for each. Core combines no more than that.
   */
  readonly atomicSize?: { readonly values: number; readonly bytes: number };
  /** Counts and amounts may have fractions. If `false`, `encode` refuses them. */
  readonly fractionalCounts: boolean;
  /** Names and string values may contain NUL. If `false`, core refuses such names, and `encode` such values. */
  readonly nul: boolean;
  /** Several processes can open the same data. */
  readonly shared: boolean;
  /**
   * A read whose buckets may be added up (`Fold.buckets`) may cover any range, such as all seconds since
   * 1970. It must take no longer than the data stored there requires. Without it, core refuses ranges of more
   * than 16,777,216 buckets.
   */
  readonly anyRange?: boolean;
}

/** A bucket of one name in one interval. */
export interface BucketKey {
  readonly name: string;
  readonly interval: string;
  readonly bucket: number;
  /** The bucket of the finer resolution; 0 in an interval without one. */
  readonly resolution: number;
}

/**
 * What to add to a bucket: values to append (series), occurrences to add (histogram), an amount to add (count), a
 * reading to replace the last one with (gauge), members to include (set). Writes may share `data`: never change it.
 */
export interface BucketWrite<T extends TimeseriesType = TimeseriesType> extends BucketKey {
  readonly data: StoredData<T>;
  /** The Unix second, by the clock of this machine, at which the bucket's retention ends; `null` for never. */
  readonly expiresAt: number | null;
}

/** Why a write was not acknowledged. */
export interface Loss {
  readonly fate: Fate;
  /** The driver's error. */
  readonly error: unknown;
  /**
   * Whether the store would have refused any other write as well, because it is unreachable, locked, full or
   * read-only. Core then rejects every insert of that write. Otherwise it sends them again in smaller parts.
   */
  readonly general?: boolean;
}

/** A bucket write that was not acknowledged. */
export interface WriteFailure<T extends TimeseriesType = TimeseriesType> extends Loss {
  readonly write: BucketWrite<T>;
}

/** One range of buckets of one interval, over one name or several; each name occurs once. */
export interface BucketQuery {
  readonly names: readonly string[];
  readonly interval: string;
  /** The first and the last bucket, both included. */
  readonly first: number;
  readonly last: number;
  /** How far the store may add up rows. Without it, return every row as it is. */
  readonly fold?: Fold;
}

/**
 * How core would add up the rows, so that the store may do it first. It is a hint: an adapter folds as far as
 * its store can in that round trip, in all of these directions, some or none, and core adds up the rest.
 * Counts, the counts of each value of a histogram, and members of sets are added up. In the order of buckets
 * and resolutions, series are appended, and gauges keep the last reading. A folded row carries any of its
 * names, buckets and resolutions; for a series or a gauge, the first of them, and the folded rows are
 * adjacent.
 */
export interface Fold {
  /** Over the resolutions of a bucket. */
  readonly resolutions: boolean;
  /** Over all buckets of the range, and their resolutions. */
  readonly buckets: boolean;
  /** Over all names. */
  readonly names: boolean;
  /**
   * The statistics of numbers that suffice in place of the data: rows may hold a `Summary` with these. Either all rows
   * of a read do or none. `null` if the data itself is needed.
   */
  readonly statistics: ReadonlySet<Statistic> | null;
}

/** The data of a bucket, with values as `encode` received them, or a `Summary` of it if the query allows. */
export interface BucketRow<D = unknown> {
  readonly name: string;
  readonly bucket: number;
  readonly resolution: number;
  readonly data: D;
}

/** For each interval, the oldest bucket within its retention; `null` if all are. */
export type Retention = ReadonlyMap<string, number | null>;

/** The first and last bucket with data of one interval. */
export interface BucketBounds {
  readonly interval: string;
  readonly first: number;
  readonly last: number;
}

/**
 * One open timeseries in a store. It may throw the driver's errors as they are: core wraps them in a `StorageError`.
 * The store, the namespace option and the type alone identify a timeseries.
 */
export interface StorageAdapter<T extends TimeseriesType = TimeseriesType> {
  readonly capabilities: Capabilities;

  /**
   * Checks one value (an amount, for a count) and returns the form that core passes to `write`. Forms are compared with
   * `===`. Throws an `InvalidValueError` if the store could not return the value unchanged. Use `storeAmount` for a
   * count, `storeScalar` without typed columns, and `storeInt`, `storeDecimal` etc. with them.
   */
  encode(value: unknown): StoredValue;

  /**
   * Stores all writes, in as few round trips as the store's limits allow. Each bucket occurs at most once in one call,
   * and the buckets of one name come together. Concurrent writers never lose an update. Resolves to the writes that
   * were not acknowledged, none if all are stored; a rejection means that nothing is known of any of them. A write that
   * would make a count (of a histogram, too) infinite is `failed`, and the bucket keeps its value.
   */
  write(
    writes: readonly BucketWrite<T>[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<readonly WriteFailure<T>[]>;

  /**
   * Returns one row for each bucket (and resolution) with data, in any order, in one round trip; fewer if the query
   * lets them be added up. With `fetch`, the user's function reads instead, as the backend documents, and the rows hold
   * what it returned.
   */
  read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>>;

  /**
   * Returns the names with data in any of the intervals within its retention, each once, in any order. With a
   * prefix, returns at least the names that begin with it. If the store has an order of names or an index,
   * read only that range. The prefix is well-formed text.
   */
  list(retention: Retention, prefix?: string): Promise<Iterable<string>>;

  /** Returns the bounds of each interval in `retention` over one name or several, of data within its retention. */
  bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>>;

  /** Deletes a name from all intervals, those of other configurations too. */
  delete(name: string): Promise<void>;

  /** Deletes every name of this timeseries and its record, and nothing of any other. */
  deleteAll(): Promise<void>;

  /** Deletes the buckets of one name, or of all, that are older than the retention. Only with manual expiry. */
  expire?(name: string | undefined, retention: Retention): Promise<void>;

  /** Returns the text last recorded with this timeseries, or `null`. */
  readRecord(): Promise<string | null>;

  /**
   * Records a text in place of `expected` (`null` for none), atomically. Resolves to whether the record still
   * was `expected`.
   */
  writeRecord(text: string, expected: string | null): Promise<boolean>;

  /** Closes the client if it was opened from a URL; a handle stays open. */
  close(): Promise<void>;
}
