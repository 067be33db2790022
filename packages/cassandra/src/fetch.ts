import type { FetchedBuckets } from '@kairos/core';
import type { Client } from 'cassandra-driver';

/**
 * Reads in place of the adapter. Receives the driver's client; the table, quoted and with its keyspace, ready
 * for a statement; a name; an interval; every bucket of the range, ascending; and the windows that hold these
 * buckets, because `name`, `interval` and `window` are the partition key. Returns data by bucket, then by
 * resolution bucket (`null` or 0 if the interval has no resolution).
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
