import { type BucketRow, ConfigurationError, describe, InvalidValueError } from '@kairos/core';
import type { Client } from 'cassandra-driver';

/**
 * Reads in place of the adapter. Gets the driver's client; the table, quoted and with its keyspace, ready for a
 * statement; a name; an interval; the buckets from the first to the last that are asked for; and the windows that they
 * lie in, since `name`, `interval` and `window` are the partition key. Returns the data of buckets by resolution
 * bucket, `null` (or 0) where the interval has no resolution.
 *
 * @example
 * ```ts
 * const onlyLarge: CassandraFetch = async (client, table, name, interval, buckets, windows) => {
 *   const query = `SELECT bucket, amount FROM ${table} WHERE name = ? AND interval = ? AND window IN ? AND bucket >= ? AND bucket <= ?`;
 *   const params = [name, interval, windows, buckets[0], buckets.at(-1)];
 *   const { rows } = await client.execute(query, params, { prepare: true });
 *   const large = rows.filter(({ amount }) => Number(amount) > 100);
 *   return new Map(large.map(({ bucket, amount }) => [Number(bucket), new Map([[null, Number(amount)]])]));
 * };
 * ```
 */
export type CassandraFetch = (
  client: Client,
  table: string,
  name: string,
  interval: string,
  buckets: readonly number[],
  windows: readonly number[],
) => FetchedBuckets | Promise<FetchedBuckets>;

/** Data by bucket and resolution bucket. */
export type FetchedBuckets =
  | ReadonlyMap<number, ReadonlyMap<number | null, unknown>>
  | { readonly [bucket: number]: ReadonlyMap<number | null, unknown> };

export function isFetch(fetch: unknown): fetch is CassandraFetch {
  if (typeof fetch === 'function') return true;
  throw new ConfigurationError(`Option "fetch" is ${describe(fetch)}; expected a function`);
}

/** The rows that a user's `fetch` stands for. */
export function rowsOfFetched(name: string, fetched: unknown): BucketRow[] {
  const rows: BucketRow[] = [];
  for (const [bucket, resolutions] of entriesOf(fetched)) {
    for (const [resolution, data] of entriesOf(resolutions)) {
      rows.push({
        name,
        bucket: whole(bucket),
        resolution: resolution === null || resolution === 'null' ? 0 : whole(resolution),
        data,
      });
    }
  }
  return rows;
}

function entriesOf(fetched: unknown): Iterable<readonly [unknown, unknown]> {
  if (fetched instanceof Map) return fetched;
  if (typeof fetched === 'object' && fetched !== null) return Object.entries(fetched);
  throw new InvalidValueError(
    `The fetch returned ${describe(fetched)}; expected a Map of bucket to a Map of resolution bucket to data`,
  );
}

function whole(bucket: unknown): number {
  const number = Number(bucket);
  if (bucket !== '' && Number.isSafeInteger(number)) return number;
  throw new InvalidValueError(`The fetch returned the bucket ${describe(bucket)}; expected a whole number`);
}
