import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BulkInsertError, type BulkInserts, Kairos, StorageError } from '@kairos/core';
import { sql as backend } from '@kairos/sql';
import { type Kysely, sql } from 'kysely';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { onServer, type Server } from './support/servers.js';

const kairos = new Kairos([backend]);
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
const at = { timestamp: 7200 };

/** Events for `count` names: more rows than fit in one statement. */
function manyNames(count: number): Map<number, Map<string, number[]>> {
  const named = Array.from({ length: count }, (_, index) => [`name ${index}`, [1]] as const);
  return new Map([[7200, new Map(named.map(([name, values]) => [name, [...values]]))]]);
}

function faultTests(server: Server): void {
  const prefix = `faults_${process.pid}`;
  let tables = 0;
  let db: Kysely<unknown>;

  beforeAll(() => {
    db = server.connect();
  });
  afterAll(() => db.destroy());

  async function newCount() {
    const tableName = `${prefix}_${tables++}`;
    const hits = await kairos.timeseries(server.url, { type: 'count', tableName, intervals });
    const table = sql.table(`${tableName}_count`);
    return {
      hits,
      table,
      /** Locks the rows of a name until you call `release`. */
      hold: async (name: string) => {
        const transaction = await db.startTransaction().execute();
        await sql`update ${table} set amount = amount where name = ${server.literal(name)}`.execute(
          transaction,
        );
        return { release: () => transaction.rollback().execute(), transaction };
      },
    };
  }

  it('a connection that is killed in the middle of a bulk insert leaves nothing of it', async () => {
    const { hits, hold } = await newCount();
    await hits.insert('name 999', 1, at);
    const { release } = await hold('name 999');
    const inserts = manyNames(6000);
    const failing = hits.bulkInsert(inserts).then(
      () => undefined,
      (error: unknown) => error,
    );
    await server.killWaiting(db);
    const failure = await failing;
    await release();
    if (!(failure instanceof BulkInsertError))
      throw new Error('The bulk insert was not killed', { cause: failure });
    expect(failure.failed).toEqual(inserts);
    expect(failure.unknown.size).toBe(0);
    // The error of the statement, not that of the rollback.
    expect(failure.cause).toMatchObject({
      message: expect.stringMatching(/terminating connection|killed|Connection lost/),
    });
    expect(await hits.list()).toEqual(['name 999']);
    await hits.bulkInsert(failure.failed as BulkInserts<number>);
    expect(await hits.list()).toHaveLength(6000);
    expect(await hits.get('name 999', 'hour', at)).toEqual(new Map([[7200, 2]]));
    await hits.deleteAll();
    await hits.close();
  });

  if (server.name === 'PostgreSQL') {
    it('a bulk insert whose connection is killed at its commit may be stored, and says what killed it', async () => {
      const { hits, table } = await newCount();
      await sql`create function end_connection() returns trigger language plpgsql
        as $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`.execute(db);
      await sql`create constraint trigger end_connection after insert on ${table} deferrable initially deferred
        for each row when (new.name = 'name 0') execute function end_connection()`.execute(db);
      const inserts = manyNames(6000);
      const failure = await hits.bulkInsert(inserts).catch((error: unknown) => error);
      await sql`drop function end_connection cascade`.execute(db);
      expect(failure).toMatchObject({
        failed: new Map(),
        unknown: inserts,
        cause: { message: expect.stringContaining('terminating connection') },
      });
      expect(await hits.list()).toEqual([]);
      await hits.close();
    });
  }

  it('an insert whose connection is killed says that it may be stored, and is stored whole or not at all', async () => {
    const { hits, hold } = await newCount();
    await hits.insert('home', 1, at);
    const { release } = await hold('home');
    const failing = expect(hits.insert('home', 1, at)).rejects.toThrow(/may be stored/);
    await server.killWaiting(db);
    await failing;
    await release();
    const minute = (await hits.get('home', 'minute', at)).get(7200);
    expect([1, 2]).toContain(minute);
    expect(await hits.get('home', 'hour', at)).toEqual(new Map([[7200, minute]]));
    await hits.insert('home', 1, at);
    expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, (minute ?? 0) + 1]]));
    await hits.deleteAll();
    await hits.close();
  });

  it('a deadlock with another program is tried again, and what it undid is not applied twice', async () => {
    const { hits, hold, table } = await newCount();
    const names = manyNames(20);
    await hits.bulkInsert(names);
    const { release, transaction } = await hold('name 9');
    const inserting = hits.bulkInsert(names);
    await server.untilWaiting(db);
    // The bulk insert has locked "name 0" by now, and waits for "name 9".
    const crossing = sql`update ${table} set amount = amount where name = ${server.literal('name 0')}`;
    await crossing.execute(transaction).catch(() => undefined);
    await release();
    await inserting;
    for (const name of ['name 0', 'name 9', 'name 19']) {
      expect(await hits.get(name, 'minute', at)).toEqual(new Map([[7200, 2]]));
      expect(await hits.get(name, 'hour', at)).toEqual(new Map([[7200, 2]]));
    }
    await hits.deleteAll();
    await hits.close();
  });

  it('an exhausted pool fails an insert that is surely not stored', async () => {
    const { source, exhaust, end } = server.smallPool();
    const tableName = `${prefix}_${tables++}`;
    const hits = await kairos.timeseries(source, { type: 'count', tableName, intervals });
    const giveBack = await exhaust();
    await expect(hits.insert('home', 1, at)).rejects.toThrow(StorageError);
    await expect(hits.insert('home', 1, at)).rejects.toThrow(/was not stored/);
    const inserts = manyNames(1);
    await expect(hits.bulkInsert(inserts)).rejects.toMatchObject({ failed: inserts, unknown: new Map() });
    await expect(hits.list()).rejects.toThrow(StorageError);
    giveBack();
    expect(await hits.list()).toEqual([]);
    await hits.insert('home', 1, at);
    await hits.deleteAll();
    await hits.close();
    await end();
  });

  it('a server that cannot be reached is a StorageError', async () => {
    const url = server.url.replace(/:\d+\//, ':1/');
    await expect(kairos.timeseries(url, { type: 'count', intervals })).rejects.toThrow(StorageError);
  });

  const { folder } = server;
  if (folder === undefined) return;

  it.each(['stop', 'kill'])(
    'writes go on after a server that was ended by %s is started again',
    async (end) => {
      const { hits } = await newCount();
      let [stored, unknown, running] = [0, 0, true];
      const write = async () => {
        while (running) {
          const event = hits.insert('home', 1, at);
          const bulk = hits.bulkInsert(new Map([[7200, { home: [1], about: [1] }]]));
          const [single, several] = await Promise.allSettled([event, bulk]);
          if (single.status === 'fulfilled') stored++;
          else if (/may be stored/.test(String(single.reason))) unknown++;
          else expect(String(single.reason)).toMatch(/was not stored/);
          if (several.status === 'fulfilled') stored++;
          else if (!(several.reason instanceof BulkInsertError)) throw several.reason;
          else if (several.reason.unknown.size > 0) unknown++;
          if (single.status === 'rejected') await sleep(20);
        }
      };
      const writing = Promise.all([write(), write(), write()]);
      await sleep(500);
      await control(end, folder);
      await sleep(200);
      await control('start', folder);
      await sleep(1000);
      running = false;
      await writing;
      const total = (await hits.get('home', 'minute', at)).get(7200) ?? 0;
      expect(total).toBeGreaterThanOrEqual(stored);
      expect(total).toBeLessThanOrEqual(stored + unknown);
      expect(await hits.get('home', 'hour', at)).toEqual(new Map([[7200, total]]));
      const about = (await hits.get('about', 'minute', at)).get(7200);
      expect(await hits.get('about', 'hour', at)).toEqual(new Map([[7200, about]]));
      await hits.deleteAll();
      await hits.close();
    },
  );
}

async function control(action: string, folder: string): Promise<void> {
  const script = join(__dirname, '../../../scripts/lib/daemon.mjs');
  await promisify(execFile)(process.execPath, [script, action, folder]);
}

onServer(postgresServer, faultTests);
onServer(mariadbServer, faultTests);
onServer(mysqlServer, faultTests);
