import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { Pool } from 'pg';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const kairos = new Kairos([sql]);

onServer(postgresServer, (server) => {
  describe.each(['repeatable read', 'serializable'])('transactions that are %s by default', (level) => {
    const tableName = `isolation_${level[0]}_${process.pid}`;
    let pool: Pool;

    beforeAll(() => {
      const options = `-c default_transaction_isolation=${level.replace(' ', '\\ ')}`;
      pool = new Pool({ connectionString: server.url, max: 20, options });
    });
    afterAll(async () => {
      await pool.end();
      await dropTables(server, [tableName]);
    });

    it('let many openings with intervals of their own agree', async () => {
      const options = { type: 'set', tableName } as const;
      await kairos.timeseries(pool, { ...options, intervals: { first: { step: 60 } } });
      const opening = Array.from({ length: 30 }, (_, index) => {
        const intervals = { [`every ${index}`]: { step: 60 } };
        return kairos.timeseries(pool, { ...options, createTables: false, intervals });
      });
      expect(await Promise.all(opening)).toHaveLength(30);
    });

    it('let several processes expire the same data, and read it', async () => {
      let now = 1_000_000;
      const intervals = { second: { step: 1, steps: 1000 } } as const;
      const hits = await kairos.timeseries(pool, { type: 'count', tableName, intervals, clock: () => now });
      for (let round = 0; round < 3; round++) {
        const names = { a: [1], b: [1], c: [1] };
        await hits.bulkInsert(new Map(Array.from({ length: 1000 }, (_, ago) => [now - ago, names])));
        now += 5000;
        await hits.insert('a', 1);
        const expiring = Array.from({ length: 6 }, () => hits.expire());
        const reading = Array.from({ length: 6 }, () => hits.get('a', 'second'));
        expect(await Promise.all(reading)).toEqual(Array(6).fill(new Map([[now, 1]])));
        await Promise.all(expiring);
        expect(await hits.properties('a')).toMatchObject({ second: { first: now, last: now } });
      }
    });
  });
});
