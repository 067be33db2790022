/**
 * A value of a timeseries. By default strings and finite numbers, which come back as you wrote them; a backend with
 * typed columns takes those of its `valueType`.
 */
export type Value = string | number | bigint | boolean | Date | Uint8Array;

/** A value as an adapter stores it. Two values are the same if their stored forms are `===`. */
export type StoredValue = string | number | bigint | boolean;

/** Unix seconds (fractions allowed, 0 is the epoch) or a `Date`. */
export type Timestamp = number | Date;

/** One value, or several at once. */
export type Values<W> = W | readonly W[] | ReadonlySet<W>;

/** Names and their values. A `Map` can hold any name; an object is shorter to write. */
export type NamedValues<W = Value> =
  | { readonly [name: string]: readonly W[] | ReadonlySet<W> | undefined }
  | ReadonlyMap<string, readonly W[] | ReadonlySet<W>>;

/** Values by timestamp and name, in the order of arrival. `null` means now. */
export type BulkInserts<W = Value> = ReadonlyMap<Timestamp | null, NamedValues<W>>;
