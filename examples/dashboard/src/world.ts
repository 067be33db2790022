import { type CacheSeries, openCache, openRecord, type RecordSeries } from './timeseries.js';

/** The two stores, and the clock of the cache and the dashboards, in Unix seconds. */
export interface World {
  readonly record: RecordSeries;
  readonly cache: CacheSeries;
  readonly time: { now: number };
}

/** `namespace` is the table in PostgreSQL and the prefix in Redis. */
export async function openWorld(
  postgresUrl: string,
  redisUrl: string,
  namespace: string,
  now: number,
): Promise<World> {
  const time = { now };
  return {
    record: await openRecord(postgresUrl, namespace),
    cache: await openCache(redisUrl, namespace, () => time.now),
    time,
  };
}

/** Empties both stores. Only empty tables remain. */
export async function endWorld({ record, cache }: World): Promise<void> {
  for (const each of [record, cache]) {
    await each.deleteAll();
    await each.close();
  }
}
