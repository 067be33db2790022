import { ConfigurationError, Kairos } from '@kairos/core';
import { sql as backend } from '@kairos/sql';
import { Kysely, MysqlDialect, sql } from 'kysely';
import { createPool } from 'mysql2';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { dropTables, onServer, type Server } from './support/servers.js';

const kairos = new Kairos([backend]);
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
const at = { timestamp: 7200 };

function mysqlTests(server: Server): void {
  const namespaces: string[] = [];
  const uri = server.url.replace(/^mariadb:/, 'mysql:');

  afterAll(() => dropTables(server, namespaces));

  function newTable(): string {
    const tableName = `mysql_${process.pid}_${namespaces.length}`;
    namespaces.push(tableName);
    return tableName;
  }

  it('an insert that has waited for a lock as long as the server allows is not stored', async () => {
    const pool = createPool({ uri });
    pool.on('connection', (connection) => {
      connection.query('set innodb_lock_wait_timeout = 1');
    });
    const options = { type: 'count', tableName: newTable(), intervals } as const;
    const hits = await kairos.timeseries(pool, options);
    await hits.insert('home', 1, at);
    const db = server.connect();
    const inserts = new Map([[7200, { home: [1], ['x'.repeat(300)]: [1] }]]);
    await db.transaction().execute(async (transaction) => {
      await sql`update ${sql.table(`${options.tableName}_count`)} set amount = amount`.execute(transaction);
      const started = Date.now();
      await expect(hits.insert('home', 1, at)).rejects.toThrow(/was not stored.*[Ll]ock wait timeout/);
      await expect(hits.bulkInsert(inserts)).rejects.toMatchObject({ failed: inserts, unknown: new Map() });
      expect(Date.now() - started).toBeLessThan(6000);
    });
    expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, 1]]));
    expect(await hits.list()).toEqual(['home']);
    await db.destroy();
    await pool.promise().end();
  });

  it("connections without autocommit are refused, unless they are a transaction of the user's own", async () => {
    const pool = createPool({ uri });
    pool.on('connection', (connection) => {
      connection.query('set autocommit = 0');
    });
    const options = { type: 'count', tableName: newTable(), intervals } as const;
    const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
    for (const handle of [pool, pool.promise(), db]) {
      const opening = kairos.timeseries(handle, options);
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(/autocommit/);
    }
    const outside = await kairos.timeseries(server.url, options);
    await db.transaction().execute(async (transaction) => {
      await (await kairos.timeseries(transaction, options)).insert('home', 1, at);
    });
    expect(await outside.list()).toEqual(['home']);
    await outside.close();
    await db.destroy();
  });

  it('a pool whose rows are arrays is read, and written, as any other', async () => {
    const pool = createPool({ uri, rowsAsArray: true });
    const inserts: string[] = [];
    const db = new Kysely({
      dialect: new MysqlDialect({ pool }),
      log: ({ query }) => {
        if (query.sql.startsWith('insert')) inserts.push(query.sql);
      },
    });
    const options = { type: 'histogram', valueType: 'text', tableName: newTable(), intervals } as const;
    const long = 'é'.repeat(2 ** 14);
    for (const [index, handle] of [pool, db].entries()) {
      const words = await kairos.timeseries(handle, options);
      const name = `name ${index}`;
      await words.insert(name, ['a', 'a', long], at);
      const data = new Map([
        ['a', 2],
        [long, 1],
      ]);
      expect(await words.get(name, 'hour', at)).toEqual(new Map([[7200, data]]));
      expect(await words.list()).toContain(name);
      expect(await words.properties(name)).toMatchObject({ minute: { first: 7200, last: 7200 } });
    }
    const { length } = inserts;
    const words = await kairos.timeseries(db, options);
    const named = Array.from({ length: 500 }, (_, index) => [`name ${index}`, ['a']] as const);
    await words.bulkInsert(new Map([[7200, Object.fromEntries(named)]]));
    expect(inserts.length - length).toBeLessThan(10);
    await db.destroy();
  });
}

onServer(mariadbServer, mysqlTests);
onServer(mysqlServer, mysqlTests);
