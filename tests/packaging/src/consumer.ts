/**
 * A program that uses the types of every package. Compilers check it; nothing runs it. A compiler that
 * accepts a line under `@ts-expect-error` fails.
 */
import { type ConformanceFactory, conformance, memory } from '@kairos/adapter-tests';
import { type CassandraFetch, cassandra } from '@kairos/cassandra';
import { defineConfig } from '@kairos/cli';
import { type AnyTimeseries, type Backend, type DataOf, Kairos, StorageError } from '@kairos/core';
import { createHandler, type Handler, toNodeListener } from '@kairos/http';
import { type MongoFetch, mongo } from '@kairos/mongo';
import { type RedisFetch, redis } from '@kairos/redis';
import { createStatements, type SqlFetch, sql } from '@kairos/sql';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only if two types are identical. */
function same<A, B>(_: Same<A, B>): void {}

const intervals = {
  minute: { step: 60, steps: 240 },
  month: { step: 'monthly', resolution: 'daily' },
} as const;

export async function readAndWrite(): Promise<void> {
  const kairos = new Kairos([sql, redis, mongo, cassandra, memory]);
  const hits = await kairos.timeseries('sqlite::memory:', { type: 'count', intervals, tableName: 'site' });
  await hits.insert('home', 3, { timestamp: new Date() });
  await hits.bulkInsert(new Map([[60, { home: [1, 2], about: [5] }]]));
  const minutes = await hits.series('home', 'minute', { steps: 10 });
  same<typeof minutes, Map<number, number>>(true);
  const days = await hits.get('home', 'month');
  same<typeof days, Map<number, number>>(true);
  const byName = await hits.seriesByName(['home', 'about'], 'month', { condense: true });
  same<typeof byName, Map<string, Map<number, number>>>(true);
  // @ts-expect-error No such interval.
  await hits.get('home', 'hour');

  const delays = await kairos.timeseries('postgres://localhost/site', {
    type: 'histogram',
    valueType: 'int',
    intervals,
  });
  const transform = ['mean', 'p99', 'distinct'] as const;
  for (const told of (await delays.get('LHR', 'minute', { transform })).values()) {
    same<keyof typeof told, 'mean' | 'p99' | 'distinct'>(true);
  }
  // @ts-expect-error The values of the column are numbers.
  await delays.insert('LHR', 'late');

  const seen = await kairos.timeseries('redis://localhost', {
    type: 'set',
    intervals,
    prefix: 'site',
    writeFunc: (user: { readonly id: number }) => user.id,
    readFunc: String,
  });
  await seen.insert('visitors', [{ id: 7 }]);
  for (const users of (await seen.get('visitors', 'minute')).values()) same<typeof users, Set<string>>(true);

  const failure: unknown = await seen.insert('visitors', { id: 8 }).catch((thrown: unknown) => thrown);
  if (failure instanceof StorageError) same<typeof failure.fate, 'failed' | 'unknown' | undefined>(true);
}

export const sqlFetch: SqlFetch = async (db, table, name, interval, start) => {
  const rows = await db
    .selectFrom(table.name)
    .select((eb) => ['bucket', eb.fn.sum<number>('count').as('total')])
    .where('name', '=', table.keyOf(name))
    .where('interval', '=', table.keyOf(interval))
    .where('bucket', '>=', start)
    .groupBy('bucket')
    .execute();
  return new Map(rows.map(({ bucket, total }) => [bucket, new Map([[null, total]])]));
};
export const redisFetch: RedisFetch = (client, key, fields) => client.hmget(key, ...fields);
export const mongoFetch: MongoFetch = (collection, { filter }) => collection.find(filter);
export const cassandraFetch: CassandraFetch = async (client, table, name) => {
  const { rows } = await client.execute(`select * from ${table} where name = ?`, [name], { prepare: true });
  return new Map(rows.map((row) => [Number(row.bucket), new Map([[null, row.value]])]));
};

export const statements: readonly string[] = createStatements({ dialect: 'postgres', type: 'gauge' });
export const backends: readonly Backend[] = [sql, redis, mongo, cassandra, memory];
export const gauge: DataOf<'gauge', number> = 21.5;

export function listener(hits: AnyTimeseries) {
  const handler: Handler = createHandler({ hits });
  return toNodeListener(handler);
}

export const config = defineConfig({
  timeseries: { hits: { source: 'sqlite:hits.sqlite', type: 'count', intervals } },
  rules: [{ match: 'app.<code>', timeseries: 'hits', name: 'http.<code>' }],
});
defineConfig({
  timeseries: { hits: { source: 'sqlite:hits.sqlite', type: 'count' } },
  // @ts-expect-error There is no such timeseries.
  rules: [{ match: 'app', timeseries: 'hit', name: 'app' }],
});

export function suite(factory: ConformanceFactory, test: Parameters<typeof conformance>[0]['test']): void {
  conformance({ name: 'a store', test, factory });
}
