import { ConfigurationError, Kairos } from '@kairos/core';
import { sql as backend } from '@kairos/sql';
import Database from 'better-sqlite3';
import { CompiledQuery, Kysely, SqliteDialect, sql } from 'kysely';
import { mariadbServer, mysqlServer } from './support/mysql-servers.js';
import { postgresServer } from './support/postgres-server.js';
import { dropTables, onServer } from './support/servers.js';

const kairos = new Kairos([backend]);
const at = { timestamp: 7200 };

function directoryTests(connect: () => Kysely<unknown>, tableName: string): void {
  let db: Kysely<unknown>;
  beforeAll(() => {
    db = connect();
  });
  afterAll(() => db.destroy());

  const clock = () => 7200;
  const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
  const open = () => kairos.timeseries(db, { type: 'count', tableName, intervals, clock });
  const directory = sql.table(`${tableName}_count_windows`);

  async function entries(): Promise<{ entered: number; marked: number }> {
    const query = sql<{
      entered: unknown;
      marked: unknown;
    }>`select count(*) as entered, count(deleted) as marked from ${directory}`;
    const [row] = (await query.execute(db)).rows;
    return { entered: Number(row?.entered), marked: Number(row?.marked) };
  }

  it('marks what is deleted, and enters it anew, in the same places', async () => {
    const [writer, other] = [await open(), await open()];
    await writer.insert('home', 1, at);
    expect(await entries()).toEqual({ entered: 2, marked: 0 });
    await other.delete('home');
    expect(await entries()).toEqual({ entered: 2, marked: 2 });
    await writer.insert('home', 1, at);
    expect(await entries()).toEqual({ entered: 2, marked: 2 });
    expect(await other.list()).toEqual(['home']);
    await (await open()).insert('home', 1, at);
    expect(await entries()).toEqual({ entered: 2, marked: 0 });
    await writer.deleteAll();
    expect(await entries()).toEqual({ entered: 2, marked: 2 });
  });

  it('removes what was marked for an hour, and is of no data', async () => {
    const [writer, other] = [await open(), await open()];
    await writer.insert('gone', 1, at);
    await writer.insert('back', 1, at);
    await other.delete('gone');
    await other.delete('back');
    await writer.insert('back', 2, at);
    await sql`update ${directory} set deleted = deleted - 3590`.execute(db);
    await (await open()).delete('nobody');
    expect((await entries()).marked).toBeGreaterThanOrEqual(4);
    await sql`update ${directory} set deleted = deleted - 20`.execute(db);
    await (await open()).delete('nobody');
    expect(await entries()).toEqual({ entered: 2, marked: 2 });
    expect(await other.list()).toEqual(['back']);
    expect(await other.get('back', 'minute', at)).toEqual(new Map([[7200, 2]]));
    await writer.deleteAll();
  });

  it('refuses a table of another layout by both versions', async () => {
    const hits = await open();
    const records = sql.table('kairos_records');
    const own = sql`where table_name = ${tableName}`;
    const query = sql<{ layout: unknown }>`select layout from ${records} ${own}`;
    const [row] = (await query.execute(db)).rows;
    const current = String(row?.layout);
    const record = (text: string) => sql`update ${records} set layout = ${text} ${own}`.execute(db);
    const old = current.replace('"version":2', '"version":1');
    await record(old);
    try {
      const opening = open();
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(/"version":1.*"version":2/);
    } finally {
      await record(current);
    }
    await hits.close();
  });
}

describe('The directory of windows on SQLite', () => {
  directoryTests(
    () => new Kysely({ dialect: new SqliteDialect({ database: new Database(':memory:') }) }),
    'windows',
  );

  it('does not rely on what was entered in a transaction of the user’s that was rolled back', async () => {
    const database = new Database(':memory:');
    const hits = await kairos.timeseries(database, { type: 'count', intervals: { minute: { step: 60 } } });
    database.exec('begin');
    await hits.insert('home', 1, at);
    expect(await hits.list()).toEqual(['home']);
    database.exec('rollback');
    await hits.insert('home', 1, at);
    expect(await hits.list()).toEqual(['home']);
    expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, 1]]));
    database.close();
  });

  it('is read in a calendar whose partitions, and ends of retention, are no buckets', async () => {
    let now = Date.UTC(2024, 1, 1) / 1000;
    const days = await kairos.timeseries('sqlite::memory:', {
      type: 'count',
      intervals: {
        day: { step: 'daily', steps: 3 },
        week: { step: 'weekly', resolution: 'daily', steps: 2 },
      },
      clock: () => now,
    });
    for (const day of [0, 1, 2, 3]) {
      now = Date.UTC(2024, 1, 1 + day) / 1000;
      await days.insert('home', 1, { timestamp: now });
    }
    now = Date.UTC(2024, 2, 2) / 1000;
    await days.insert('home', 1, { timestamp: now });
    await days.expire();
    expect(await days.properties('home')).toEqual({
      day: { first: now, last: now },
      week: { first: Date.UTC(2024, 1, 25) / 1000, last: Date.UTC(2024, 1, 25) / 1000 },
    });
    await days.close();
  });
});

for (const source of [postgresServer, mariadbServer, mysqlServer]) {
  onServer(source, (server) => {
    const tableName = `windows_${process.pid}`;
    afterAll(() => dropTables(server, [tableName]));
    directoryTests(() => server.connect(), tableName);
  });
}

interface Plan {
  readonly 'Plan Rows': number;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly Plan[];
}

onServer(postgresServer, (server) => {
  const tableName = `expired_${process.pid}`;
  afterAll(() => dropTables(server, [tableName]));

  it('the planner knows, but for a window, how few rows each step of expire deletes', async () => {
    const run: CompiledQuery[] = [];
    const db = server.connect((query) => run.push(query));
    const minutes = 896;
    const full = minutes * 60;
    const ofWindow = 350 * 64;
    let now = full;
    const intervals = { minute: { step: 60, steps: minutes } } as const;
    const hits = await kairos.timeseries(db, { type: 'count', tableName, intervals, clock: () => now });
    const names = Object.fromEntries(Array.from({ length: 350 }, (_, index) => [`name ${index}`, [1]]));
    const bulk = Array.from({ length: minutes }, (_, minute) => [60 * (minute + 1), names] as const);
    await hits.bulkInsert(new Map(bulk));
    run.length = 0;
    now = full + 704 * 60;
    await hits.expire();
    const deletes = run.filter(({ sql: text }) => text.startsWith(`delete from "${tableName}_count" `));
    expect(deletes.length).toBeGreaterThan(3);
    now = full;
    await hits.bulkInsert(new Map(bulk));
    await sql`analyze ${sql.table(`${tableName}_count`)}`.execute(db);
    for (const { sql: text, parameters } of deletes) {
      const explain = CompiledQuery.raw(`explain (analyze, format json) ${text}`, [...parameters]);
      const [row] = (await db.executeQuery<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(explain)).rows;
      const [scan] = row?.['QUERY PLAN'][0].Plan.Plans ?? [];
      expect(scan?.['Plan Rows']).toBeLessThan(1.5 * (scan?.['Actual Rows'] ?? 0) + ofWindow);
    }
    await hits.close();
    await db.destroy();
  });
});
