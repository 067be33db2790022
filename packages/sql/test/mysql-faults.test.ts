import { FaultyProxy } from '@kairos/adapter-tests';
import { Kairos, StorageError } from '@kairos/core';
import { sql as backend } from '@kairos/sql';
import { sql } from 'kysely';
import { createPool } from 'mysql2';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { dropTables, onServer, type Server } from './support/servers.js';

const kairos = new Kairos([backend]);
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
const at = { timestamp: 7200 };

/** The README's limit for a silent server, plus a margin for slow machines. */
const ANSWER_MILLISECONDS = 25_000 + 10_000;
const CLOSE_MILLISECONDS = 30_000 + 10_000;

function faultTests(server: Server): void {
  const namespaces: string[] = [];
  const { hostname, port } = new URL(server.url);
  let proxy: FaultyProxy;

  beforeEach(async () => {
    proxy = await FaultyProxy.before({ host: hostname, port: Number(port) });
  });
  afterEach(() => proxy.close());
  afterAll(() => dropTables(server, namespaces));

  function proxied(): string {
    const url = new URL(server.url);
    url.host = `127.0.0.1:${proxy.port}`;
    return String(url);
  }

  async function newCount(clientConfig: object = {}) {
    const tableName = `mysql_faults_${process.pid}_${namespaces.length}`;
    namespaces.push(tableName);
    // Each call is a separate write. Combined, all would be part of the pending one.
    const options = { type: 'count', tableName, intervals, combine: false } as const;
    return kairos.timeseries(proxied(), { ...options, clientConfig: { ...clientConfig } });
  }

  it('a server that is frozen fails every call in time, and is used again when it goes on', async () => {
    const hits = await newCount({ connectionLimit: 2 });
    await Promise.all(Array.from({ length: 4 }, () => hits.insert('home', 1, at)));
    proxy.fault = 'frozen';
    const started = Date.now();
    const inserts = Array.from({ length: 30 }, () => hits.insert('home', 1, at));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const settled = await Promise.allSettled([...inserts, hits.get('home', 'minute', at), hits.list()]);
    expect(Date.now() - started).toBeLessThan(ANSWER_MILLISECONDS);
    const messages = settled.map((call) => (call.status === 'rejected' ? String(call.reason) : 'stored'));
    const unknown = messages.filter((message) => /may be stored.*has not answered/.test(message));
    const failed = messages.filter((message) => /was not stored/.test(message));
    // Calls that had a connection were sent. The others were waiting for one.
    expect(unknown).toHaveLength(2);
    expect(failed).toHaveLength(28);
    expect(messages.slice(30)).toEqual([
      expect.stringMatching(/^StorageError: .*has not answered/),
      expect.stringMatching(/^StorageError: .*has not answered/),
    ]);
    proxy.fault = 'pass';
    await hits.insert('home', 1, at);
    const stored = (await hits.get('home', 'minute', at)).get(7200) ?? 0;
    expect(stored).toBeGreaterThanOrEqual(5);
    expect(stored).toBeLessThanOrEqual(7);
    await hits.close();
  }, 120_000);

  it('close ends in time while the server is frozen with an insert under way, which may be stored', async () => {
    const hits = await newCount();
    await hits.insert('home', 1, at);
    proxy.fault = 'frozen';
    const started = Date.now();
    const insert = expect(hits.insert('home', 1, at)).rejects.toThrow(/may be stored/);
    await hits.close();
    expect(Date.now() - started).toBeLessThan(CLOSE_MILLISECONDS);
    await insert;
  }, 120_000);

  it('close ends at once while the server is frozen and nothing is under way', async () => {
    const hits = await newCount();
    await hits.insert('home', 1, at);
    proxy.fault = 'frozen';
    const started = Date.now();
    await hits.close();
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('a long statement is waited for as long as the server is there', async () => {
    const hits = await newCount({ connectionLimit: 1 });
    await hits.insert('home', 1, at);
    const db = server.connect();
    const transaction = await db.startTransaction().execute();
    const table = sql.table(`${namespaces.at(-1)}_count`);
    await sql`update ${table} set amount = amount`.execute(transaction);
    const started = Date.now();
    const insert = hits.insert('home', 1, at);
    const timer = setTimeout(() => void transaction.rollback().execute(), ANSWER_MILLISECONDS);
    await insert;
    clearTimeout(timer);
    expect(Date.now() - started).toBeGreaterThan(ANSWER_MILLISECONDS - 1000);
    expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, 2]]));
    await hits.close();
    await db.destroy();
  }, 120_000);

  it('a server that takes connections and says nothing cannot be opened', async () => {
    proxy.fault = 'silent';
    const started = Date.now();
    await expect(newCount()).rejects.toThrow(StorageError);
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  it('a server that refuses connections, or ends them, fails inserts that are surely not stored', async () => {
    const hits = await newCount();
    await hits.insert('home', 1, at);
    proxy.fault = 'refuse';
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(hits.insert('home', 1, at)).rejects.toThrow(/was not stored/);
    await expect(newCount()).rejects.toThrow(StorageError);
    const gone = proxied();
    await proxy.close();
    await expect(hits.insert('home', 1, at)).rejects.toThrow(/was not stored.*ECONNREFUSED/);
    await expect(kairos.timeseries(gone, { type: 'count', intervals })).rejects.toThrow(StorageError);
    await hits.close();
  });

  it('an insert whose answer ends in the middle may be stored, and the next one is', async () => {
    const hits = await newCount({ connectionLimit: 1 });
    await hits.insert('home', 1, at);
    proxy.fault = 'vanish';
    await expect(hits.insert('home', 1, at)).rejects.toThrow(/may be stored/);
    await hits.insert('home', 1, at);
    expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, 3]]));
    proxy.fault = 'vanish';
    await expect(hits.get('home', 'minute', at)).rejects.toThrow(StorageError);
    expect(await hits.get('home', 'hour', at)).toEqual(new Map([[7200, 3]]));
    await hits.close();
  });

  it('a server that comes back read-only stores nothing, and a new connection is tried afterwards', async () => {
    const db = server.connect();
    const user = `writer_${process.pid}`;
    await sql.raw(`create user ${user} identified by 'secret'`).execute(db);
    await sql.raw(`grant all on ${new URL(server.url).pathname.slice(1)}.* to ${user}`).execute(db);
    const url = new URL(server.url.replace(/^mariadb:/, 'mysql:'));
    [url.username, url.password] = [user, 'secret'];
    const pool = createPool({ uri: String(url), connectionLimit: 1 });
    let connections = 0;
    pool.on('connection', () => connections++);
    try {
      const tableName = `mysql_faults_${process.pid}_${namespaces.length}`;
      namespaces.push(tableName);
      const hits = await kairos.timeseries(pool, { type: 'count', tableName, intervals });
      await hits.insert('home', 1, at);
      await sql.raw('set global read_only = 1').execute(db);
      await expect(hits.insert('home', 1, at)).rejects.toThrow(/was not stored.*read.only/);
      const bulk = new Map([[7200, { home: [1], ['x'.repeat(300)]: [1] }]]);
      await expect(hits.bulkInsert(bulk)).rejects.toMatchObject({ failed: bulk, unknown: new Map() });
      expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, 1]]));
      await sql.raw('set global read_only = 0').execute(db);
      await hits.insert('home', 1, at);
      expect(await hits.get('home', 'hour', at)).toEqual(new Map([[7200, 2]]));
      expect(connections).toBe(3);
    } finally {
      await sql.raw('set global read_only = 0').execute(db);
      await pool.promise().end();
      await sql.raw(`drop user ${user}`).execute(db);
      await db.destroy();
    }
  });
}

onServer(mariadbServer, faultTests);
onServer(mysqlServer, faultTests);
