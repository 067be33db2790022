import { Kairos } from '@kairos/core';
import { sql } from '@kairos/sql';
import { Pool } from 'pg';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const kairos = new Kairos([sql]);

onServer(postgresServer, (server) => {
  describe('schemas of PostgreSQL', () => {
    const schema = `kairos_schema_${process.pid}`;
    const tableName = `search_${process.pid}`;
    const admin = new Pool({ connectionString: server.url });

    beforeAll(() => admin.query(`create schema ${schema}`));
    afterAll(async () => {
      await admin.query(`drop schema ${schema} cascade`);
      await admin.end();
      await dropTables(server, [tableName]);
    });

    it('have tables of their own, whatever another on the search path has', async () => {
      const open = (path: string) =>
        kairos.timeseries(server.url, {
          type: 'count',
          tableName,
          intervals: { minute: { step: 60 } },
          clientConfig: { options: `-c search_path=${path}` },
        });
      const main = await open('public');
      const own = await open(`${schema},public`);
      await main.insert('main', 1, { timestamp: 0 });
      expect(await own.list()).toEqual([]);
      await own.deleteAll();
      expect(await main.list()).toEqual(['main']);
      await main.close();
      await own.close();
    });
  });
});
