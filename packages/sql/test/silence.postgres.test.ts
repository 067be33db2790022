import { setTimeout as sleep } from 'node:timers/promises';
import { FaultyProxy } from '@kairos/adapter-tests';
import { Kairos, StorageError } from '@kairos/core';
import { sql } from '@kairos/sql';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const kairos = new Kairos([sql]);
const intervals = { minute: { step: 60, steps: 100 }, hour: { step: 3600 } } as const;
const clock = () => 7200;

/** The README's limit in milliseconds, plus a margin for a busy machine. */
const GIVEN_UP = 25_000 + 5000;

onServer(postgresServer, (server) => {
  const tableName = `silence_${process.pid}`;
  // Each call is a separate write. Combined, all would be part of the pending one.
  const options = { type: 'count', tableName, intervals, clock, combine: false } as const;
  const proxies: FaultyProxy[] = [];

  beforeAll(async () => (await kairos.timeseries(server.url, options)).close());
  afterAll(async () => {
    for (const proxy of proxies) await proxy.close();
    await dropTables(server, [tableName]);
  });

  async function proxied() {
    const target = new URL(server.url);
    const proxy = await FaultyProxy.before({ host: target.hostname, port: Number(target.port) });
    proxies.push(proxy);
    target.port = String(proxy.port);
    return { proxy, url: target.href };
  }

  async function within<R>(milliseconds: number, call: Promise<R>): Promise<R> {
    const late = sleep(milliseconds, undefined, { ref: false }).then(() => {
      throw new Error(`Not settled within ${milliseconds} ms`);
    });
    return Promise.race([call, late]);
  }

  it.concurrent('a Kysely of the user’s is given up after a minute', async () => {
    const { proxy, url } = await proxied();
    const pool = new Pool({ connectionString: url, max: 2 });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    const hits = await kairos.timeseries(db, options);
    // An insert into a known window is one statement.
    await hits.insert('home', 1);
    proxy.fault = 'frozen';
    const sent = hits.insert('home', 1);
    await sleep(100);
    const calls = [sent, hits.insert('home', 1), hits.insert('home', 1), hits.list()];
    const outcomes = await within(75_000, Promise.allSettled(calls));
    const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : ''));
    expect(reasons).toEqual([
      expect.stringContaining('may be stored'),
      expect.stringContaining('was not stored'),
      expect.stringContaining('was not stored'),
      expect.stringContaining('list failed'),
    ]);
    proxy.cut();
    proxy.fault = 'pass';
    await hits.close();
    await db.destroy();
  }, 90_000);

  it.concurrent.each(['silent', 'frozen'] as const)(
    'opening fails where what stands before the server is %s',
    async (fault) => {
      const { proxy, url } = await proxied();
      proxy.fault = fault;
      await expect(within(GIVEN_UP, kairos.timeseries(url, options))).rejects.toThrow(StorageError);
    },
    60_000,
  );

  it.concurrent('a pool of the user’s without any timeout is given up as well', async () => {
    const { proxy, url } = await proxied();
    proxy.fault = 'silent';
    const pool = new Pool({ connectionString: url });
    pool.on('error', () => undefined);
    await expect(within(GIVEN_UP, kairos.timeseries(pool, options))).rejects.toThrow(StorageError);
  }, 60_000);

  it.concurrent('every call settles while the server is frozen, and all goes on when it is back', async () => {
    const { proxy, url } = await proxied();
    const pool = new Pool({ connectionString: url, max: 3 });
    pool.on('error', () => undefined);
    const own = await kairos.timeseries(url, { ...options, clientConfig: { max: 3 } });
    const shared = await kairos.timeseries(pool, options);
    await own.insert('home', 1, { timestamp: 7200 });
    await shared.insert('home', 1, { timestamp: 7200 });
    proxy.fault = 'frozen';
    const inserts = new Map([[7200, { home: [1] }]]);
    const calls = [own, shared].flatMap((hits) => [
      hits.get('home', 'minute'),
      hits.list(),
      hits.properties('home'),
      hits.expire(),
      hits.delete('home'),
      ...Array.from({ length: 20 }, () => hits.insert('home', 1)),
      hits.bulkInsert(inserts),
      hits.deleteAll(),
    ]);
    const settled = await within(GIVEN_UP, Promise.allSettled(calls));
    for (const { status, ...rest } of settled) {
      expect(status).toBe('rejected');
      expect(rest).toMatchObject({
        reason: expect.objectContaining({ code: expect.stringMatching(/KAIROS_(STORAGE|BULK_INSERT)/) }),
      });
    }
    proxy.cut();
    proxy.fault = 'pass';
    for (const hits of [own, shared]) {
      await hits.insert('after', 1);
      expect(await hits.get('after', 'hour')).toEqual(new Map([[7200, expect.any(Number)]]));
      await hits.close();
    }
    await pool.end();
  }, 90_000);

  it.concurrent('an insert that was sent to a server that is frozen then may be stored; one that was not is not', async () => {
    const { proxy, url } = await proxied();
    const hits = await kairos.timeseries(url, { ...options, clientConfig: { max: 1 } });
    await hits.bulkInsert(new Map([[7200, { sent: [1], waiting: [1] }]]));
    proxy.fault = 'frozen';
    const sent = hits.bulkInsert(new Map([[7200, { sent: [1] }]]));
    const waiting = hits.bulkInsert(new Map([[7200, { waiting: [1] }]]));
    const [first, second] = await within(GIVEN_UP, Promise.allSettled([sent, waiting]));
    expect(first).toMatchObject({
      reason: { failed: new Map(), unknown: expect.objectContaining({ size: 1 }) },
    });
    expect(second).toMatchObject({
      reason: { failed: expect.objectContaining({ size: 1 }), unknown: new Map() },
    });
    await hits.close();
  }, 60_000);

  it.concurrent('close ends within 30 seconds while the server is frozen, and the insert under way settles', async () => {
    const { proxy, url } = await proxied();
    const hits = await kairos.timeseries(url, options);
    await hits.insert('home', 1);
    proxy.fault = 'frozen';
    const insert = hits.insert('home', 1);
    const settled = expect(insert).rejects.toThrow(/may be stored/);
    await within(30_000, hits.close());
    await within(1000, settled);
  }, 60_000);

  it.concurrent('a statement may take longer than silence is borne, on a server that answers others', async () => {
    const hits = await kairos.timeseries(server.url, { ...options, clientConfig: { max: 2 } });
    await hits.insert('held', 1);
    const db = server.connect();
    const { sql: query } = await import('kysely');
    const transaction = await db.startTransaction().execute();
    await query`update ${query.table(`${tableName}_count`)} set amount = amount where name = 'held'`.execute(
      transaction,
    );
    const insert = hits.insert('held', 1);
    await sleep(24_000);
    await transaction.rollback().execute();
    expect(await insert).toEqual({ stored: 2, expired: 0 });
    await hits.close();
    await db.destroy();
  }, 60_000);

  it.concurrent('an answer that ends in its middle fails the read, and leaves an insert unknown', async () => {
    const { proxy, url } = await proxied();
    const hits = await kairos.timeseries(url, options);
    await hits.insert('home', 1);
    proxy.fault = 'vanish';
    await expect(hits.get('home', 'minute')).rejects.toThrow(StorageError);
    await hits.insert('home', 1);
    proxy.fault = 'vanish';
    await expect(hits.insert('home', 1)).rejects.toThrow(/may be stored/);
    proxy.cut();
    proxy.fault = 'refuse';
    await expect(hits.insert('home', 1)).rejects.toThrow(/was not stored/);
    proxy.fault = 'pass';
    await hits.insert('home', 1);
    await hits.close();
  });

  it.concurrent('an insert on a server that has become a replica is not stored, and the next goes to another connection', async () => {
    const pool = new Pool({ connectionString: server.url, max: 1 });
    const hits = await kairos.timeseries(pool, options);
    await pool.query('set default_transaction_read_only = on');
    await expect(hits.insert('home', 1)).rejects.toThrow(/was not stored/);
    await hits.insert('home', 1);
    await hits.close();
    await pool.end();
  });
});
