import { ConfigurationError, Kairos } from '@kairos/core';
import { sql as backend, type SqlFetch } from '@kairos/sql';
import { Kysely, MysqlDialect, sql } from 'kysely';
import { createConnection, createPool } from 'mysql2';
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

  it.each([
    'set names latin1',
    "set collation_connection = 'utf16_bin'",
    "set sql_mode = 'no_backslash_escapes,ansi_quotes'",
  ])('stores the bytes of names and values after: %s', async (setting) => {
    const pool = createPool({ uri });
    pool.on('connection', (connection) => {
      connection.query(setting);
    });
    const options = { type: 'set', tableName: newTable(), intervals, valueType: 'text' } as const;
    const tags = await kairos.timeseries(pool, options);
    const texts = [
      'home',
      'a b?c',
      "it's",
      'back\\slash',
      '"double"',
      'naïve',
      '☕',
      'NUL \0',
      `${'x'.repeat(400)}'`,
    ];
    await tags.bulkInsert(new Map([[7200, Object.fromEntries(texts.map((text) => [text, texts]))]]));
    const elsewhere = await kairos.timeseries(server.url, options);
    expect(await elsewhere.list()).toEqual([...texts].sort());
    for (const timeseries of [tags, elsewhere]) {
      for (const text of texts) {
        expect(await timeseries.get(text, 'minute', at)).toEqual(new Map([[7200, new Set(texts)]]));
      }
    }
    await elsewhere.close();
    await pool.promise().end();
  });

  it('a Kysely may send values apart from its statements', async () => {
    const pool = createPool({ uri });
    pool.on('connection', (connection) => {
      const { query, execute } = connection;
      connection.query = (...given: unknown[]) =>
        Reflect.apply(Array.isArray(given[1]) && given[1].length > 0 ? execute : query, connection, given);
    });
    const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
    const hits = await kairos.timeseries(db, { type: 'count', tableName: newTable(), intervals });
    await hits.insert('home', 3, at);
    await hits.bulkInsert(new Map([[7200, { home: [1], 'x y': [2] }]]));
    expect(await hits.seriesByName(['home', 'x y'], 'minute', { start: 7200, end: 7200 })).toEqual(
      new Map([
        ['home', new Map([[7200, 4]])],
        ['x y', new Map([[7200, 2]])],
      ]),
    );
    await db.destroy();
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

  it.each([
    ['nestTables: true', { nestTables: true }],
    ["nestTables: '_'", { nestTables: '_' }],
    ['typeCast: false', { typeCast: false }],
    ['a typeCast of its own', { typeCast: (field: { string(): string | null }) => `${field.string()}?` }],
    ['rowsAsArray: true', { rowsAsArray: true }],
    ['numbers as text', { supportBigNumbers: true, bigNumberStrings: true, decimalNumbers: true }],
    ['text for what is not', { dateStrings: true, jsonStrings: true, stringifyObjects: true }],
    ['named placeholders', { namedPlaceholders: true, disableEval: true }],
  ] as const)('a pool with %s is read, and written, as any other', async (_, poolOptions) => {
    const pool = createPool({ uri, ...poolOptions });
    const tableName = newTable();
    const blobs = await kairos.timeseries(pool, {
      type: 'histogram',
      valueType: 'blob',
      tableName,
      intervals,
    });
    const long = new Uint8Array(300).fill(0xff);
    await blobs.insert('é', [new Uint8Array([0, 0xff]), long], at);
    const stored = await blobs.get('é', 'minute', at);
    expect([...(stored.get(7200)?.keys() ?? [])].map((bytes) => bytes.length).sort()).toEqual([2, 300]);
    expect(await blobs.list()).toEqual(['é']);
    expect(await blobs.properties('é')).toMatchObject({ minute: { first: 7200, last: 7200 } });
    const flags = await kairos.timeseries(pool, { type: 'series', valueType: 'bool', tableName, intervals });
    await flags.insert('a', [true, false], at);
    expect(await flags.get('a', 'hour', at)).toEqual(new Map([[7200, [true, false]]]));
    const longs = await kairos.timeseries(pool, { type: 'gauge', valueType: 'long', tableName, intervals });
    await longs.insert('a', 2n ** 63n - 1n, at);
    expect(await longs.get('a', 'minute', at)).toEqual(new Map([[7200, 2n ** 63n - 1n]]));
    const counts = await kairos.timeseries(pool, { type: 'count', tableName, intervals });
    await counts.insert('a', 0.1, at);
    expect(await counts.get('a', 'minute', at)).toEqual(new Map([[7200, 0.1]]));
    const fetch: SqlFetch = async (db, table) => {
      const rows = await db.selectFrom(table.name).select(['bucket', 'amount']).execute();
      return new Map(rows.map(({ bucket, amount }) => [bucket, new Map([[null, amount * 2]])]));
    };
    expect(await counts.get('a', 'minute', { ...at, fetch })).toEqual(new Map([[7200, 0.2]]));
    await pool.promise().end();
  });

  it.each([
    ['nestTables', { nestTables: true }],
    ['typeCast', { typeCast: (field: { string(): string | null }) => field.string() }],
  ] as const)(
    'a Kysely whose pool has the option %s is refused, with its name',
    async (option, poolOptions) => {
      const pool = createPool({ uri, ...poolOptions });
      const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
      const opening = kairos.timeseries(db, { type: 'count', tableName: newTable(), intervals });
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(`"${option}"`);
      await db.destroy();
    },
  );

  it('a queryFormat of its own is refused, with its name', async () => {
    const clientConfig = { queryFormat: (text: string) => text };
    const options = { type: 'count', tableName: newTable(), intervals } as const;
    const opening = kairos.timeseries(server.url, { ...options, clientConfig });
    await expect(opening).rejects.toThrow(/"clientConfig\.queryFormat"/);
    const pool = createPool({ uri, ...clientConfig });
    await expect(kairos.timeseries(pool, options)).rejects.toThrow(/Option "queryFormat"/);
    await pool.promise().end();
  });

  it('a single connection is refused, and a pool asked for', async () => {
    const connection = createConnection({ uri });
    const pool = createPool({ uri });
    const lent = await pool.promise().getConnection();
    for (const handle of [connection, connection.promise(), lent, lent.connection]) {
      const opening = kairos.timeseries(handle, { type: 'count', intervals });
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(/single connection of mysql2.*createPool\(\)/);
    }
    lent.release();
    await pool.promise().end();
    await connection.promise().end();
  });

  it.each(['a pool', 'a Kysely'])('reads all rows whatever sql_select_limit says, on %s', async (kind) => {
    const pool = createPool({ uri });
    pool.on('connection', (connection) => {
      connection.query('set sql_select_limit = 2');
    });
    const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
    const options = { type: 'set', valueType: 'int', tableName: newTable(), intervals } as const;
    const sets = await kairos.timeseries(kind === 'a pool' ? pool : db, options);
    const names = Array.from({ length: 5 }, (_, index) => `name ${index}`);
    const named = names.map((name) => [name, [1, 2, 3, 4, 5]] as const);
    await sets.bulkInsert(new Map([[7200, Object.fromEntries(named)]]));
    expect((await sets.get('name 3', 'hour', at)).get(7200)).toEqual(new Set([1, 2, 3, 4, 5]));
    expect((await sets.series(names, 'minute', { start: 7200, steps: 1 })).get(7200)?.size).toBe(5);
    expect([...(await sets.list())].sort()).toEqual(names);
    expect(Object.keys(await sets.properties('name 1'))).toEqual(['minute', 'hour']);
    const manyIntervals = Object.fromEntries(names.map((name, index) => [name, { step: 60 * (index + 1) }]));
    const many = { type: 'count', tableName: newTable(), intervals: manyIntervals } as const;
    const counts = await kairos.timeseries(kind === 'a pool' ? pool : db, many);
    await counts.insert('home', 1, at);
    expect(Object.keys(await counts.properties('home'))).toEqual(names);
    await counts.close();
    await db.destroy();
  });

  it('a sum that overflows is refused in every SQL mode', async () => {
    const pool = createPool({ uri });
    pool.on('connection', (connection) => {
      connection.query("set sql_mode = ''");
    });
    const hits = await kairos.timeseries(pool, { type: 'count', tableName: newTable(), intervals });
    await hits.insert('home', 1e308, at);
    await expect(hits.insert('home', 1e308, at)).rejects.toThrow(/was not stored/);
    expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, 1e308]]));
    await pool.promise().end();
  });

  it('a value that the server would not take at once is not sent, and what fits exactly is stored', async () => {
    const pool = createPool({ uri, connectionLimit: 1 });
    const options = {
      type: 'series',
      valueType: 'blob',
      textLength: 2 ** 24,
      tableName: newTable(),
    } as const;
    const blobs = await kairos.timeseries(pool, { ...options, intervals: { minute: { step: 60 } } });
    const insert = (length: number) => blobs.insert('home', new Uint8Array(length).fill(length), at);
    const refusal = /was not stored.*takes (\d+) bytes.*takes (\d+) at most.*max_allowed_packet/;
    const refused = await insert(2 ** 24).catch(String);
    const [, taken, most] = (refusal.exec(String(refused)) ?? []).map(Number);
    if (taken === undefined || most === undefined) throw new Error(`It was not refused: ${refused}`);
    const fits = 2 ** 24 - Math.ceil((taken - most) / 2);
    await expect(insert(fits + 1)).rejects.toThrow(refusal);
    const bulk = new Map([[7200, { home: [new Uint8Array(fits + 1)], about: [new Uint8Array(1)] }]]);
    await expect(blobs.bulkInsert(bulk)).rejects.toMatchObject({ failed: bulk, unknown: new Map() });
    await insert(fits);
    await insert(1);
    const read = (await blobs.get('home', 'minute', at)).get(7200) ?? [];
    expect(read.map(({ length }) => length)).toEqual([fits, 1]);
    expect(await blobs.list()).toEqual(['home']);
    await blobs.deleteAll();
    await pool.promise().end();
  });

  it('a connection that the server ends for a statement is not used again', async () => {
    const pool = createPool({ uri, connectionLimit: 1 });
    const options = {
      type: 'series',
      valueType: 'blob',
      textLength: 2 ** 24,
      tableName: newTable(),
    } as const;
    const blobs = await kairos.timeseries(pool, { ...options, intervals: { minute: { step: 60 } } });
    const fetch: SqlFetch = async (db) => {
      await sql`select length(${Buffer.alloc(2 ** 24)})`.execute(db);
      return new Map();
    };
    const calls = Array.from({ length: 4 }, () => [
      blobs.get('home', 'minute', { ...at, fetch }),
      blobs.insert('home', new Uint8Array(1), at),
    ]);
    const settled = await Promise.allSettled(calls.flat());
    const statuses = settled.map(({ status }) => status);
    expect(statuses).toEqual(calls.flatMap(() => ['rejected', 'fulfilled']));
    await blobs.insert('home', new Uint8Array(1), at);
    await pool.promise().end();
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
