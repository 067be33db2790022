/**
 * All that an adapter for a store has to know: a `Backend` opens a `StorageAdapter`, which deals in buckets
 * (integers) and stored values. Timestamps, steps, transforms, retention and the functions of users stay in core.
 */
import type { Fate } from './errors.js';
import type { CustomFunction } from './option.js';
import type { Statistic } from './read/summary.js';
import type { Schema } from './schema/schema.js';
import type { StoredData, TimeseriesType } from './types/data-type.js';
import type { StoredValue, Value } from './values/insertable.js';

/**
 * The version of this contract. It changes where an adapter written against the old one would no longer be right;
 * `Kairos` refuses to register a backend of another version.
 */
export const CONTRACT_VERSION = 2;

/** What a backend adds to the types that users meet. */
export interface BackendTypes {
  /** Its options in `kairos.timeseries(source, { …options })`. */
  options: object;
  /** Its options in `insert` and `bulkInsert`. */
  insertOptions: object;
  /** The function it takes as `fetch` in reads; `never` for none. */
  fetch: unknown;
  /** The values of each of its `valueType`s; empty where values are strings and numbers. */
  values: { readonly [valueType: string]: Value };
  /** Which of `values` a timeseries has where its options name none; strings and numbers where it is left out. */
  defaultValueType?: string;
}

/** A package's way to open timeseries in one kind of store. Stateless: one object serves every `Kairos`. */
export interface Backend<X extends BackendTypes = BackendTypes> {
  /** Its short name, `"redis"` for instance. */
  readonly name: string;
  /** `CONTRACT_VERSION` as it was when the backend was written. */
  readonly contract: number;
  /** The URL schemes it takes, without the colon. */
  readonly schemes: readonly string[];
  /** The names of its own options; any other is refused with a `ConfigurationError`. */
  readonly options: readonly string[];
  /** The names of its own insert options. */
  readonly insertOptions: readonly string[];
  /** Whether a handle is a client of its driver, looked at structurally, never by the name of its class. */
  accepts(handle: object): boolean;
  /**
   * Validates the options, connects, and creates what the store needs before the first write. Must be safe when
   * many processes open the same timeseries at once on an empty store. Rejects with a `ConfigurationError` for a
   * bad option, a `StorageError` where the store cannot be reached, an `UnsupportedTypeError` for a type that it
   * cannot hold.
   */
  open<T extends TimeseriesType>(request: OpenRequest<T>): Promise<StorageAdapter<T>>;
  /** Carries types only; never set. */
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
   * The validated intervals; an adapter needs them only to enumerate buckets or to partition by them. There are none
   * where `mustExist` is `true`.
   */
  readonly schema: Schema<T>;
  /**
   * Core looks up what is recorded, to open it with that: create nothing. All that it calls is `readRecord` and
   * `close`. Where there is nothing to open, reject with `nothingRecorded()`, or have `readRecord` give `null`.
   */
  readonly mustExist: boolean;
  /** The backend's own options as the user gave them; none of any other name. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What an adapter can do, as data. The conformance suite tests what is declared, and that the rest is refused. */
export interface Capabilities {
  /** `native`: the store deletes expired buckets by itself, from `expiresAt`. `manual`: `expire` deletes them. */
  readonly expiry: 'native' | 'manual';
  /** What one `write` has of a name, the buckets of one event or of several, is applied whole or not at all. */
  readonly atomicEvents: boolean;
  /**
   * How much of one name in one `write` is applied whole, where that is limited: values, each counted for every bucket
   * that it goes to, and characters of these with the name beside each. Core combines no more than that.
   */
  readonly atomicSize?: { readonly values: number; readonly bytes: number };
  /** Counts and amounts may have fractions; where `false`, `encode` of an amount refuses them. */
  readonly fractionalCounts: boolean;
  /** Names and string values may hold NUL; where `false`, core refuses such names and `encode` such values. */
  readonly nul: boolean;
  /** The same data can be opened from several processes. */
  readonly shared: boolean;
  /**
   * A read whose buckets may be added up (`Fold.buckets`) may be of any range, such as all seconds since 1970: it takes
   * no longer than what is stored in it. Left out, core refuses ranges of more than 16,777,216 buckets.
   */
  readonly anyRange?: boolean;
}

/** A bucket of one name in one interval. */
export interface BucketKey {
  readonly name: string;
  readonly interval: string;
  readonly bucket: number;
  /** The bucket of the finer resolution; 0 in an interval that has none. */
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

/** Why there is no acknowledgement. */
export interface Loss {
  readonly fate: Fate;
  /** The driver's error. */
  readonly error: unknown;
  /**
   * Whether the store would have refused any other write as well: it cannot be reached, is locked, full or read-only.
   * Core then tells so to everyone whose inserts were in that write. Left out, it sends them again in smaller parts.
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
  /** How far rows may be added up; left out, every row is wanted as it is. */
  readonly fold?: Fold;
}

/**
 * What a read adds up anyway, so that a store may do it first. It is a hint: an adapter folds as far as its store can
 * in that round trip, in all of these directions, in some or in none, and core adds up what comes. Added up are counts,
 * the counts of each value of a histogram, and members of sets; series are appended and of gauges the last reading
 * stays, in the order of buckets and resolutions. Such a row stands under any of the names, buckets and resolutions
 * that it is made of; those of a series or a gauge under the first, and what they are made of lies side by side.
 */
export interface Fold {
  /** Of the resolutions of a bucket. */
  readonly resolutions: boolean;
  /** Of all buckets of the range, and their resolutions. */
  readonly buckets: boolean;
  /** Of all names. */
  readonly names: boolean;
  /**
   * What suffices to know of numbers in place of the data: rows may hold a `Summary` with these statistics. Either all
   * rows of a read do or none. `null` where the data itself is wanted.
   */
  readonly statistics: ReadonlySet<Statistic> | null;
}

/** What a bucket holds, as values: what `encode` took, as it came in; or a `Summary` of it, where the read allows. */
export interface BucketRow<D = unknown> {
  readonly name: string;
  readonly bucket: number;
  readonly resolution: number;
  readonly data: D;
}

/** For each interval the oldest bucket that is within its retention, `null` where all are. */
export type Retention = ReadonlyMap<string, number | null>;

/** The first and last bucket with data of one interval. */
export interface BucketBounds {
  readonly interval: string;
  readonly first: number;
  readonly last: number;
}

/**
 * One open timeseries in a store. Errors of the driver may be thrown as they are: core wraps them in a
 * `StorageError`. What one adapter sees is told apart from all others by the store, its namespace option and the
 * type, and by nothing else.
 */
export interface StorageAdapter<T extends TimeseriesType = TimeseriesType> {
  readonly capabilities: Capabilities;

  /**
   * Checks one value (an amount, for a count) and gives the form in which core hands it to `write`; forms are
   * compared with `===`. Throws an `InvalidValueError` for what the store cannot give back as it was. A count uses
   * `storeAmount`; stores without typed columns use `storeScalar`, those with some `storeInt`, `storeDecimal` etc.
   */
  encode(value: unknown): StoredValue;

  /**
   * Stores every write, each bucket at most once in one call, in as few round trips as the store's limits allow;
   * the buckets of one name come together. Concurrent writers never lose an update. Resolves to the writes that
   * were not acknowledged, none where all is stored; a rejection means that nothing is known of any of them. A write
   * with which a count (of a histogram, too) would no longer be finite is `failed`, and the bucket stays as it was.
   */
  write(
    writes: readonly BucketWrite<T>[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<readonly WriteFailure<T>[]>;

  /**
   * One row for each bucket (and resolution) with data, in any order, in one round trip; fewer, where the query lets
   * them be added up. With `fetch` the user's function reads instead, as the backend documents, and the rows hold what
   * it returned.
   */
  read(query: BucketQuery, fetch?: CustomFunction): Promise<Iterable<BucketRow>>;

  /**
   * The names with data in any of the intervals within its retention, each once, in any order. With a prefix, those
   * that begin with it are wanted, and others may be among them: an adapter whose store has an order of names, or an
   * index, looks no further. The prefix is well-formed text.
   */
  list(retention: Retention, prefix?: string): Promise<Iterable<string>>;

  /** The bounds of each interval of `retention` over one name or several, of data within its retention. */
  bounds(names: readonly string[], retention: Retention): Promise<Iterable<BucketBounds>>;

  /** Deletes a name in all intervals, those of other configurations too. */
  delete(name: string): Promise<void>;

  /** Deletes every name of this timeseries and its record, and nothing of any other. */
  deleteAll(): Promise<void>;

  /** Deletes the buckets older than the retention, of one name or of all. Only with manual expiry. */
  expire?(name: string | undefined, retention: Retention): Promise<void>;

  /** The text last recorded with this timeseries, or `null`. */
  readRecord(): Promise<string | null>;

  /** Records a text in place of `expected` (`null` for none), atomically; resolves to whether it was still that. */
  writeRecord(text: string, expected: string | null): Promise<boolean>;

  /** Closes the client if it was opened from a URL; a handle stays open. */
  close(): Promise<void>;
}
