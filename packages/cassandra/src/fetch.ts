import type { FetchedBuckets } from '@kairos/core';
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
