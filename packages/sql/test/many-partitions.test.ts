import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { sql as query } from 'kysely';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const kairos = new Kairos([sql]);

/** Far more partitions than the server, which is started with few locks, can lock at once. */
const PARTITIONS = Number(process.env.KAIROS_PARTITIONS ?? 300);

const fewLocks = { ...postgresServer, variable: 'POSTGRES_FEW_LOCKS_URL' };

onServer(fewLocks, (server) => {
  const tableName = 'many';
  let now = 0;
  const options = {
    type: 'count',
    tableName,
    intervals: { minute: { step: 60, steps: 2 * PARTITIONS }, hour: { step: 3600 } },
    partitions: { minute: 1 },
    clock: () => now,
  } as const;
  const long = 'x'.repeat(300);
  const open = () => kairos.timeseries(server.url, { ...options, clientConfig: { max: 8 } });

  afterAll(async () => {
    // Dropping them with the table in one statement would also need more locks than the server has.
    const hits = await open();
    now = 10 ** 9;
    await hits.expire();
    await hits.close();
    await dropTables(server, [tableName]);
  });

  it('more new partitions than there are locks are filled by one bulk insert, and by several at once', async () => {
    const hits = await open();
    const names = { home: [1], about: [2], [long]: [1] };
    const inserts = new Map(Array.from({ length: PARTITIONS }, (_, minute) => [minute * 60, names]));
    expect(await hits.bulkInsert(inserts)).toEqual({
      stored: 3 * (PARTITIONS + Math.ceil(PARTITIONS / 60)),
      expired: 0,
    });
    const others = await Promise.all(Array.from({ length: 8 }, open));
    await Promise.all(others.map((each) => each.bulkInsert(inserts)));
    for (const each of others) await each.close();
    const all = { start: 0, end: (PARTITIONS - 1) * 60 };
    const minutes = await hits.series('home', 'minute', all);
    expect([...minutes.values()]).toEqual(Array(PARTITIONS).fill(9));
    expect(await hits.series('about', 'hour', { ...all, collapse: true })).toEqual(
      new Map([[0, PARTITIONS * 18]]),
    );
    await hits.close();
    const db = server.connect();
    await expect(query`select count(*) from many_count`.execute(db)).rejects.toThrow('out of shared memory');
    await db.destroy();
  }, 300_000);

  it('every call works over them, eight at once', async () => {
    const hits = await open();
    const last = PARTITIONS - 1;
    const hours = Math.floor(last / 60) * 3600;
    for (let round = 0; round < 2; round++) {
      const names = Array.from({ length: 8 }, () => hits.list());
      expect(await Promise.all(names)).toEqual(Array(8).fill(['about', 'home', long]));
      const bounds = Array.from({ length: 8 }, () => hits.properties(long));
      const expected = { minute: { first: 0, last: last * 60 }, hour: { first: 0, last: hours } };
      expect(await Promise.all(bounds)).toEqual(Array(8).fill(expected));
    }
    expect(await hits.properties('missing')).toEqual({});
    const read: number[] = [];
    for await (const [, amount] of hits.iterate(['home', 'about'], 'minute')) read.push(amount);
    expect(read).toEqual(Array(PARTITIONS).fill(27));
    await Promise.all(['about', long, 'missing'].map((name) => hits.delete(name)));
    expect(await hits.list()).toEqual(['home']);
    now = (2 * PARTITIONS + PARTITIONS / 2) * 60;
    await Promise.all([hits.expire('home'), hits.expire()]);
    expect(await hits.properties('home')).toMatchObject({ minute: { first: (PARTITIONS / 2 + 1) * 60 } });
    await hits.expire();
    await hits.deleteAll();
    expect(await hits.list()).toEqual([]);
    await hits.close();
  }, 300_000);

  it('an event whose copies go into more partitions than there are locks is stored', async () => {
    now = 0;
    const hits = await open();
    const result = await hits.insert('copied', 1, { timestamp: 0, intervals: PARTITIONS - 1 });
    expect(result.stored).toBeGreaterThan(PARTITIONS);
    const all = { start: 0, end: (PARTITIONS - 1) * 60, collapse: true } as const;
    expect(await hits.series('copied', 'minute', all)).toEqual(new Map([[0, PARTITIONS]]));
    await hits.deleteAll();
    await hits.close();
  }, 300_000);
});
