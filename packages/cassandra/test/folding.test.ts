import { connectTo } from './support/cluster.js';
import { inKeyspace, value } from './support/keyspace.js';

const T = Math.floor(Date.now() / 86_400_000) * 86_400;
const MINUTES = { minute: { step: 60 } } as const;

interface Statement {
  query: string;
  params: unknown[];
}

inKeyspace('Cassandra', (store) => {
  const { kairos, fresh } = store;

  /** A client that counts the rows of data it receives, and records the batches it sends. */
  const watched = async (refuse: (batch: readonly Statement[]) => Error | null = () => null) => {
    const client = connectTo(store.points);
    await client.connect();
    const seen: { rows: number; batches: number[] } = { rows: 0, batches: [] };
    const [execute, batch] = [client.execute.bind(client), client.batch.bind(client)];
    Object.assign(client, {
      execute: async (...given: [string, unknown[], object]) => {
        const result = await execute(...given);
        seen.rows += result.rows?.length ?? 0;
        return result;
      },
      batch: async (statements: Statement[], options: object) => {
        seen.batches.push(statements.length);
        const refusal = refuse(statements);
        if (refusal !== null) throw refusal;
        return batch(statements, options);
      },
    });
    return { client, seen };
  };

  it.each(['count', 'gauge', 'series'] as const)('sends one row for 600 buckets of a %s', async (type) => {
    const { client, seen } = await watched();
    const stats = await kairos.timeseries(client, { ...fresh(), type, intervals: MINUTES });
    const minutes = Array.from(
      { length: 600 },
      (_, minute) => [T + minute * 60, { home: [minute] }] as const,
    );
    await stats.bulkInsert(new Map(minutes));
    seen.rows = 0;
    const options = { start: T, steps: 600, collapse: true, transform: 'max' } as const;
    const expected = { count: 179_700, gauge: 599, series: 599 }[type];
    expect(await value(stats.series('home', 'minute', options))).toEqual([expected]);
    // The data may lie in two partitions.
    expect(seen.rows).toBeLessThanOrEqual(2);
    await client.shutdown();
  });

  it('asks for the rows where Cassandra would go beyond 64 bits without a word', async () => {
    const longs = await kairos.timeseries(store.client, {
      ...fresh(),
      type: 'series',
      intervals: MINUTES,
      valueType: 'long',
    });
    await longs.insert('home', [2n ** 62n, 2n ** 62n, 2n ** 62n], { timestamp: T });
    const sum = longs.get('home', 'minute', { timestamp: T, transform: 'sum' });
    expect(await value(sum)).toEqual([3n * 2n ** 62n]);
  });

  it('puts the counters of several names into batches that the server does not warn of', async () => {
    const { client, seen } = await watched();
    const hits = await kairos.timeseries(client, { ...fresh(), type: 'count', intervals: MINUTES });
    const named = Object.fromEntries(Array.from({ length: 25 }, (_, name) => [`n${name}`, [name]]));
    const inserts = new Map([[T, named]]);
    await hits.bulkInsert(inserts);
    seen.batches = [];
    await hits.bulkInsert(inserts);
    expect(seen.batches).toEqual([10, 10, 5]);
    expect(await value(hits.get('n24', 'minute', { timestamp: T }))).toEqual([48]);
    await client.shutdown();
  });

  it('sends counters partition by partition where the server takes no larger batches', async () => {
    const tooLarge = Object.assign(new Error('Batch too large'), { code: 0x2200 });
    const own = fresh();
    const { client, seen } = await watched((batch) =>
      batch.every(({ query }) => query.includes(`"${own.tableName}_count"`)) ? tooLarge : null,
    );
    const hits = await kairos.timeseries(client, { ...own, type: 'count', intervals: MINUTES });
    await hits.bulkInsert(new Map([[T, { one: [1], two: [2] }]]));
    expect(seen.batches).toContain(2);
    expect(await value(hits.get(['one', 'two'], 'minute', { timestamp: T }))).toEqual([3]);
    await client.shutdown();
  });
});
