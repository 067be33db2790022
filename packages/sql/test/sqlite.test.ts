import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  BulkInsertError,
  type BulkInserts,
  ConfigurationError,
  Kairos,
  StorageError,
  UnknownBackendError,
} from '@kairos/core';
import { type SqlFetch, sql } from '@kairos/sql';
import Database from 'better-sqlite3';
import { CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { sqliteLocation } from '../src/session/sqlite-location.js';

const kairos = new Kairos([sql]);
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
const at = { timestamp: 7200 };
const folder = mkdtempSync(join(tmpdir(), 'kairos-sqlite-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function newFile(): string {
  return join(folder, `${files++}.db`);
}

describe('the URL', () => {
  it.each([
    ['sqlite:hits.db', 'hits.db'],
    ['sqlite:./a b%20.db', './a b%20.db'],
    ['SQLITE:/var/hits.db', '/var/hits.db'],
    ['sqlite:///var/lib/a%20b.db', '/var/lib/a b.db'],
    ['sqlite://localhost/var/hits.db', '/var/hits.db'],
    ['sqlite::memory:', ':memory:'],
    ['sqlite:///:memory:', ':memory:'],
    ['sqlite:///var/a%3Fb.db?mode=rwc', '/var/a?b.db'],
    ['sqlite:a%3Fb#c.db?cache=private', 'a%3Fb#c.db'],
    ['sqlite:hits.db?mode=memory', ':memory:'],
    ['sqlite::memory:?mode=rwc', ':memory:'],
  ])('%s leads to %s', (url, path) => {
    expect(sqliteLocation(url).path).toBe(path);
  });

  it.each(['sqlite:', 'sqlite://', 'sqlite://host/a.db', 'sqlite:///%ff.db', 'sqlite:a\0b'])(
    '%j is refused, with the forms that there are',
    async (url) => {
      const opening = kairos.timeseries(url, { type: 'count', intervals });
      await expect(opening).rejects.toThrow(ConfigurationError);
      await expect(opening).rejects.toThrow(/sqlite::memory:/);
    },
  );

  it('keeps data in a file with a write-ahead log', async () => {
    const file = newFile();
    const hits = await kairos.timeseries(`sqlite://${file}`, { type: 'count', intervals });
    await hits.insert('home', 3, at);
    await hits.close();
    const database = new Database(file);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.prepare('select sum(amount) as total from kairos_count').get()).toEqual({ total: 6 });
    database.close();
  });

  it('waits for the disk as little with node:sqlite as with better-sqlite3', async () => {
    const hits = await kairos.timeseries(`sqlite:${newFile()}`, { type: 'count', intervals });
    const settings: unknown[] = [];
    const fetch: SqlFetch = async (db) => {
      settings.push(...(await db.executeQuery(CompiledQuery.raw('pragma synchronous'))).rows);
      return new Map();
    };
    await hits.get('home', 'minute', { fetch });
    expect(settings).toEqual([{ synchronous: 1 }]);
    await hits.close();
  });

  it.each([
    ['none/a.db', /\/none\/a\.db cannot be opened: the folder .*\/none does not exist$/],
    ['.', /kairos-sqlite-\w+ cannot be opened: unable to open database file/],
    ['absent.db?mode=rw', /\/absent\.db cannot be opened/],
    ['absent.db?mode=ro', /\/absent\.db cannot be opened/],
  ])(
    'that leads to %s, where nothing can be opened, is a StorageError with the path',
    async (path, message) => {
      const opening = kairos.timeseries(`sqlite:${folder}/${path}`, { type: 'count', intervals });
      await expect(opening).rejects.toThrow(StorageError);
      await expect(opening).rejects.toThrow(message);
      expect(readdirSync(folder)).not.toContain(path);
    },
  );

  it('that leads to something else than a database is a StorageError with the path', async () => {
    const file = newFile();
    writeFileSync(file, 'text '.repeat(1000));
    const opening = kairos.timeseries(`sqlite:${file}`, { type: 'count', intervals });
    await expect(opening).rejects.toThrow(StorageError);
    await expect(opening).rejects.toThrow(`${file} cannot be opened: file is not a database`);
  });

  it('with mode=ro reads, and writes nothing', async () => {
    const file = newFile();
    const hits = await kairos.timeseries(`sqlite:${file}`, { type: 'count', intervals });
    await hits.insert('home', 3, at);
    const reader = await kairos.timeseries(`sqlite:${file}?mode=ro`, { type: 'count', intervals });
    expect(await reader.get('home', 'minute', at)).toEqual(new Map([[7200, 3]]));
    await expect(reader.insert('home', 1, at)).rejects.toThrow(/was not stored.*readonly/);
    expect(await reader.get('home', 'minute', at)).toEqual(new Map([[7200, 3]]));
    await reader.close();
    await hits.close();
  });

  it('with mode=rw opens a file that is there', async () => {
    const file = newFile();
    await (await kairos.timeseries(`sqlite:${file}`, { type: 'count', intervals })).close();
    const hits = await kairos.timeseries(`sqlite:${file}?mode=rw&cache=private`, {
      type: 'count',
      intervals,
    });
    await hits.insert('home', 1, at);
    expect(await hits.list()).toEqual(['home']);
    await hits.close();
  });

  it.each([
    ['mode=readonly', /"mode" is "readonly".*ro, rw, rwc and memory/],
    ['mode=ro&mode=rw', /"mode" is "rw"/],
    ['cache=shared', /"cache" is "shared"/],
    ['immutable=1', /"immutable" is "1".*mode=ro/],
    ['vfs=unix-none', /"vfs" is "unix-none"/],
    ['what.db', /"what\.db" is "".*%3F/],
  ])('is refused with ?%s, by the name of the parameter', async (query, message) => {
    const file = newFile();
    const opening = kairos.timeseries(`sqlite:${file}?${query}`, { type: 'count', intervals });
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(opening).rejects.toThrow(message);
    expect(readdirSync(folder).filter((name) => name.startsWith(basename(file)))).toEqual([]);
  });

  it('is refused with mode=ro in memory', async () => {
    const opening = kairos.timeseries('sqlite::memory:?mode=ro', { type: 'count', intervals });
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(opening).rejects.toThrow(/"mode" is "ro".*in memory/);
  });

  it.each([-1, '5', Number.NaN, 2 ** 31])('is refused with a timeout of %p', async (timeout) => {
    const options = { type: 'count', intervals, clientConfig: { timeout } } as const;
    await expect(kairos.timeseries('sqlite::memory:', options)).rejects.toThrow(/"clientConfig\.timeout"/);
  });

  it('passes clientConfig on to the driver', async () => {
    const options = { type: 'count', intervals, clientConfig: { fileMustExist: true } } as const;
    await expect(kairos.timeseries(`sqlite:${newFile()}`, options)).rejects.toThrow(StorageError);
  });

  it('asks the runtime for no driver where better-sqlite3 loads', async () => {
    jest.resetModules();
    const nodeSqlite = jest.fn();
    jest.doMock('../src/session/node-sqlite', () => ({
      ...jest.requireActual('../src/session/node-sqlite'),
      nodeSqlite,
    }));
    const { sql: fresh } = await import('@kairos/sql');
    const hits = await new Kairos([fresh]).timeseries('sqlite::memory:', { type: 'count', intervals });
    await hits.close();
    jest.dontMock('../src/session/node-sqlite');
    // Loading it would make Node 22 print an experimental warning.
    expect(nodeSqlite).not.toHaveBeenCalled();
  });

  it('is refused without a driver, with the command that installs one', async () => {
    jest.resetModules();
    jest.doMock('better-sqlite3', () => {
      throw Object.assign(new Error("Cannot find module 'better-sqlite3'"), { code: 'MODULE_NOT_FOUND' });
    });
    jest.doMock('../src/session/node-sqlite', () => ({ nodeSqlite: () => undefined }));
    const { sql: fresh } = await import('@kairos/sql');
    const opening = new Kairos([fresh]).timeseries('sqlite::memory:', { type: 'count', intervals });
    await expect(opening).rejects.toThrow(/npm install better-sqlite3/);
    await expect(opening).rejects.toMatchObject({ code: 'KAIROS_CONFIGURATION' });
    jest.dontMock('better-sqlite3').dontMock('../src/session/node-sqlite');
  });
});

describe('a handle', () => {
  it('stays open when its timeseries is closed', async () => {
    const database = new Database(':memory:');
    const hits = await kairos.timeseries(database, { type: 'count', intervals });
    await hits.insert('home', 1, at);
    await hits.close();
    expect(database.prepare('select count(*) as rows from kairos_count').get()).toEqual({ rows: 2 });
    database.close();
  });

  it('may be a Kysely, with plugins of its own', async () => {
    const database = new Database(':memory:');
    const kysely = new Kysely({ dialect: new SqliteDialect({ database }) });
    const hits = await kairos.timeseries(kysely, { type: 'count', intervals });
    await hits.insert('home', 1, at);
    await hits.insert('x'.repeat(1000), 1, at);
    await hits.close();
    expect(await kysely.introspection.getTables()).toHaveLength(4);
    await kysely.destroy();
  });

  it('may return every whole number as a bigint', async () => {
    const database = new Database(':memory:').defaultSafeIntegers();
    const lengths = await kairos.timeseries(database, { type: 'histogram', valueType: 'int', intervals });
    await lengths.insert('a', [1, 2, 2], at);
    expect(await lengths.get('a', 'minute', at)).toEqual(
      new Map([
        [
          7200,
          new Map([
            [1, 1],
            [2, 2],
          ]),
        ],
      ]),
    );
    expect(await lengths.properties('a')).toMatchObject({ minute: { first: 7200, last: 7200 } });
    database.close();
  });

  it('that is none of SQL is refused', async () => {
    await expect(kairos.timeseries({}, { type: 'count', intervals })).rejects.toThrow(UnknownBackendError);
    const lookalike = { prepare: 'x', pragma: () => 1, selectFrom: true };
    await expect(kairos.timeseries(lookalike, { type: 'count', intervals })).rejects.toThrow(
      UnknownBackendError,
    );
  });
});

describe('table names', () => {
  const hostile = [
    'a',
    'ab',
    'A',
    'aB',
    'a ',
    'a_count',
    'count',
    'a"b',
    "a'b",
    'a;b',
    'a*',
    'a:b',
    'sqlite_a',
    'é',
    '日本',
    'a_0123456789abcdef',
    't_a_0123456789abcdef',
    'x'.repeat(40),
    'x'.repeat(41),
    'x'.repeat(10_000),
    'a\0b',
    'select',
    'kairos',
    'Kairos',
    'kairos_records',
    '__proto__',
    '"; drop table "kairos_records"; --',
  ];

  it('keep timeseries apart, whatever they are', async () => {
    const database = new Database(':memory:');
    const opened = [];
    for (const [index, tableName] of hostile.entries()) {
      const hits = await kairos.timeseries(database, { type: 'count', intervals, tableName });
      await hits.insert('home', index + 1, at);
      opened.push(hits);
    }
    const [first, ...others] = opened;
    await first?.deleteAll();
    expect(await first?.list()).toEqual([]);
    for (const [index, hits] of others.entries()) {
      expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, index + 2]]));
    }
    database.close();
  });
});

describe('a locked database', () => {
  const script = (file: string, milliseconds: number, begin: string) => `
    const database = new (require('better-sqlite3'))(${JSON.stringify(file)});
    database.exec('${begin}');
    process.stdout.write('locked');
    setTimeout(() => { database.exec('commit'); database.close(); }, ${milliseconds});`;

  async function lock(
    file: string,
    milliseconds: number,
    begin = 'begin immediate',
  ): Promise<{ child: ChildProcess; ended: Promise<unknown> }> {
    const child = spawn(process.execPath, ['-e', script(file, milliseconds, begin)], { cwd: __dirname });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await new Promise((resolve) => child.stdout.on('data', resolve));
    return { child, ended };
  }

  /** The longest delay of a timer during some work, in milliseconds. */
  async function lagOf(work: () => Promise<void>): Promise<number> {
    let [worst, last] = [0, performance.now()];
    const look = () => {
      worst = Math.max(worst, performance.now() - last - 5);
      last = performance.now();
    };
    const timer = setInterval(look, 5);
    await work();
    clearInterval(timer);
    look();
    return worst;
  }

  it('is waited for', async () => {
    const file = newFile();
    const hits = await kairos.timeseries(`sqlite:${file}`, { type: 'count', intervals });
    const { ended } = await lock(file, 300);
    await hits.insert('home', 1, at);
    expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, 1]]));
    await hits.close();
    await ended;
  });

  it('is waited for while the event loop goes on', async () => {
    const file = newFile();
    const hits = await kairos.timeseries(`sqlite:${file}`, { type: 'count', intervals });
    const sets = await kairos.timeseries(`sqlite:${file}`, { type: 'set', intervals });
    const { ended } = await lock(file, 3000);
    const measured = lagOf(async () => {
      await Promise.all([hits.insert('home', 1, at), sets.bulkInsert(new Map([[7200, { home: [1, 2] }]]))]);
    });
    expect(await hits.list()).toEqual([]);
    // If waiting for the lock blocked the event loop, the lag would be three seconds.
    expect(await measured).toBeLessThan(2000);
    expect(await hits.list()).toEqual(['home']);
    await hits.close();
    await sets.close();
    await ended;
  });

  it('is waited for by reads, too, where there is no write-ahead log', async () => {
    const file = newFile();
    const database = new Database(file);
    const hits = await kairos.timeseries(database, { type: 'count', intervals });
    await hits.insert('home', 3, at);
    database.close();
    const fetch: SqlFetch = async (db, table) => {
      const rows = await db
        .selectFrom(table.name)
        .select(['bucket', 'resolution', 'amount'])
        .limit(1)
        .execute();
      return new Map(rows.map(({ bucket, resolution, amount }) => [bucket, new Map([[resolution, amount]])]));
    };
    const reader = await kairos.timeseries(`sqlite:${file}?mode=ro`, { type: 'count', intervals });
    for (const options of [at, { ...at, fetch }]) {
      const { ended } = await lock(file, 1000, 'begin exclusive');
      const lag = await lagOf(async () => {
        expect(await reader.get('home', 'hour', options)).toEqual(new Map([[7200, 3]]));
      });
      expect(lag).toBeLessThan(700);
      await ended;
    }
    await reader.close();
  });

  it('gets what was written in the order of the calls, those that came after it included', async () => {
    const file = newFile();
    const options = { valueType: 'int', intervals } as const;
    const series = await kairos.timeseries(`sqlite:${file}`, { ...options, type: 'series' });
    const gauge = await kairos.timeseries(`sqlite:${file}`, { ...options, type: 'gauge' });
    const { ended } = await lock(file, 300);
    let unlocked = false;
    void ended.then(() => {
      unlocked = true;
    });
    const inserts: Promise<unknown>[] = [];
    for (let value = 0; !unlocked || value % 1000 !== 0; value++) {
      inserts.push(series.insert('home', value, at), gauge.insert('home', value, at));
      if (value % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(inserts);
    const values = Array.from({ length: inserts.length / 2 }, (_, value) => value);
    expect(await series.get('home', 'minute', at)).toEqual(new Map([[7200, values]]));
    expect(await gauge.get('home', 'minute', at)).toEqual(new Map([[7200, values.length - 1]]));
    await series.close();
    await gauge.close();
  });

  it('comes to everyone, where several processes write all the time', async () => {
    const file = newFile();
    const hits = await kairos.timeseries(`sqlite:${file}`, { type: 'count', intervals });
    const writers = Array.from({ length: 3 }, () => {
      const child = spawn(process.execPath, [join(__dirname, 'support/bulk-writer.mjs'), file]);
      return { child, ended: new Promise((resolve) => child.on('exit', resolve)) };
    });
    try {
      const writing = writers.map(
        ({ child }) => new Promise((resolve) => child.stdout.once('data', resolve)),
      );
      await Promise.all(writing);
      for (const deadline = Date.now() + 3000; Date.now() < deadline; ) await hits.insert('home', 1, at);
    } finally {
      for (const { child } of writers) child.kill();
    }
    await Promise.all(writers.map(({ ended }) => ended));
    await hits.close();
  });

  it('lets calls settle that wait when the timeseries is closed', async () => {
    const file = newFile();
    const options = { type: 'count', intervals, clientConfig: { timeout: 400 } } as const;
    const hits = await kairos.timeseries(`sqlite:${file}`, options);
    const { child, ended } = await lock(file, 60_000);
    const inserts = Array.from({ length: 100 }, () => hits.insert('home', 1, at));
    const started = Date.now();
    const closing = hits.close();
    for (const insert of inserts) await expect(insert).rejects.toThrow(/was not stored.*database is locked/);
    await closing;
    expect(Date.now() - started).toBeLessThan(5000);
    child.kill();
    await ended;
  });

  it('fails with an error that says so, where it stays locked', async () => {
    const file = newFile();
    const options = { type: 'count', intervals, clientConfig: { timeout: 50 } } as const;
    const hits = await kairos.timeseries(`sqlite:${file}`, options);
    const { child, ended } = await lock(file, 60_000);
    await expect(hits.insert('home', 1, at)).rejects.toThrow(StorageError);
    await expect(hits.insert('home', 1, at)).rejects.toThrow(/not stored.*database is locked/);
    await expect(hits.insert('home', 1, at)).rejects.toMatchObject({ cause: { code: 'SQLITE_BUSY' } });
    const inserts = new Map([[7200, new Map([['home', [1]]])]]);
    await expect(hits.bulkInsert(inserts)).rejects.toMatchObject({ failed: inserts, unknown: new Map() });
    await expect(kairos.timeseries(`sqlite:${file}`, { ...options, tableName: 'new' })).rejects.toThrow(
      /locked/,
    );
    expect(await hits.list()).toEqual([]);
    child.kill();
    await ended;
    await hits.insert('home', 1, at);
    expect(await hits.list()).toEqual(['home']);
    await hits.close();
  });

  it('is waited for as a handle of the user says', async () => {
    const file = newFile();
    const database = new Database(file, { timeout: 50 });
    database.pragma('journal_mode = wal');
    const hits = await kairos.timeseries(database, { type: 'count', intervals });
    const { child, ended } = await lock(file, 60_000);
    await expect(hits.insert('home', 1, at)).rejects.toThrow(/was not stored.*database is locked/);
    expect(database.pragma('busy_timeout', { simple: true })).toBe(50);
    child.kill();
    await ended;
    await hits.insert('home', 1, at);
    database.close();
  });

  it('is never held against another timeseries of the same process', async () => {
    const file = newFile();
    const clientConfig = { timeout: 0 };
    const counts = await kairos.timeseries(`sqlite:${file}`, { type: 'count', intervals, clientConfig });
    const sets = await kairos.timeseries(`sqlite:${file}`, { type: 'set', intervals, clientConfig });
    const many = new Map(Array.from({ length: 2000 }, (_, index) => [index * 60, { home: [index] }]));
    await Promise.all([
      counts.bulkInsert(many),
      sets.bulkInsert(many),
      ...Array.from({ length: 50 }, () => counts.insert('about', 1, at)),
      ...Array.from({ length: 50 }, () => sets.insert('about', 1, at)),
    ]);
    expect(await counts.get('about', 'minute', at)).toEqual(new Map([[7200, 50]]));
    await counts.close();
    await sets.close();
  });
});

describe('a full disk', () => {
  it.each(['series', 'histogram', 'count', 'set', 'gauge'] as const)(
    'leaves nothing half-applied of a %s',
    async (type) => {
      const file = newFile();
      const database = new Database(file);
      const timeseries = await kairos.timeseries(database, { type, intervals });
      await timeseries.insert('before', 1, at);
      const pages = Number(database.pragma('page_count', { simple: true }));
      database.pragma(`max_page_count = ${pages + 2}`);
      const inserts = new Map(
        Array.from({ length: 5000 }, (_, index) => [index * 60, { [`name ${index % 10}`]: [index] }]),
      );
      const failure = await timeseries.bulkInsert(inserts).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(failure instanceof BulkInsertError)) throw new Error('The disk was not full');
      expect(failure.message).toMatch(/full/);
      expect(failure.failed).toEqual(inserts);
      expect(failure.unknown.size).toBe(0);
      expect(await timeseries.list()).toEqual(['before']);
      database.pragma('max_page_count = 100000');
      await timeseries.bulkInsert(failure.failed as BulkInserts<number>);
      expect(await timeseries.list()).toHaveLength(11);
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      database.close();
    },
  );
});

describe('every statement goes by the primary key', () => {
  it.each(['series', 'histogram', 'count', 'set', 'gauge'] as const)('of a %s', async (type) => {
    const run: string[] = [];
    const database = new Database(':memory:', { verbose: (text) => void run.push(String(text)) });
    const timeseries = await kairos.timeseries(database, {
      type,
      intervals: { minute: { step: 60, steps: 10 }, hour: { step: 3600, resolution: 60 } },
      clock: () => 10_000,
    });
    const long = 'x'.repeat(1000);
    await timeseries.bulkInsert(new Map([[9900, { a: [1, 2], b: [3], [long]: [4] }]]));
    run.length = 0;
    await timeseries.get('a', 'minute');
    await timeseries.series('a', 'minute', { steps: 10 });
    await timeseries.series('a', 'hour', { steps: 10 });
    await timeseries.series(['a', 'b', long], 'minute', { steps: 10 });
    await timeseries.list();
    await timeseries.properties('a');
    await timeseries.expire('a');
    await timeseries.expire();
    await timeseries.insert('a', 1);
    await timeseries.delete('a');
    await timeseries.delete(long);
    const plans = [...new Set(run)]
      .filter((text) => /^(select|with|insert|delete)/.test(text))
      .flatMap((text) => {
        const steps = database.prepare<[], { detail: string }>(`explain query plan ${text}`).all();
        return steps.map(({ detail }) => detail);
      });
    expect(plans.length).toBeGreaterThan(10);
    const table = `kairos_${type}`;
    const bad = plans.filter(
      (step) => step.includes(`SCAN ${table}`) || step.includes('TEMP B-TREE') || step.includes('AUTOMATIC'),
    );
    expect(bad).toEqual([]);
    database.close();
  });
});

describe('a customized fetch', () => {
  const countOnly: SqlFetch = async (db, table, name, interval, start, end) => {
    const rows = await db
      .selectFrom(table.name)
      .select((eb) => ['bucket', 'resolution', eb.fn.countAll<number>().as('values')])
      .where('name', '=', table.keyOf(name))
      .where('interval', '=', table.keyOf(interval))
      .where('bucket', '>=', start)
      .where('bucket', '<=', end)
      .groupBy(['bucket', 'resolution'])
      .execute();
    const found = new Map<number, Map<number, number[]>>();
    for (const { bucket, resolution, values } of rows) {
      const resolutions = found.get(bucket) ?? new Map<number, number[]>();
      found.set(bucket, resolutions.set(resolution, [values]));
    }
    return found;
  };

  it('reads in place of the query, for each name', async () => {
    const long = 'x'.repeat(1000);
    const series = await kairos.timeseries('sqlite::memory:', { type: 'series', intervals });
    await series.bulkInsert(
      new Map([
        [7200, { a: [5, 6, 7], [long]: [8] }],
        [7260, { a: [9] }],
      ]),
    );
    expect(await series.get('a', 'minute', { ...at, fetch: countOnly })).toEqual(new Map([[7200, [3]]]));
    const range = { start: 7200, end: 7260, fetch: countOnly };
    expect(await series.series(['a', long], 'minute', range)).toEqual(
      new Map([
        [7200, [3, 1]],
        [7260, [1]],
      ]),
    );
    expect(await series.series('a', 'hour', range)).toEqual(
      new Map([
        [
          7200,
          new Map([
            [7200, [3]],
            [7260, [1]],
          ]),
        ],
      ]),
    );
    await series.close();
  });
});

describe('writing', () => {
  it('applies an event with many copies whole', async () => {
    const hits = await kairos.timeseries('sqlite::memory:', { type: 'count', intervals });
    expect(await hits.insert('home', 1, { ...at, intervals: 5000 })).toEqual({ stored: 10_002, expired: 0 });
    const range = { start: 7200, steps: 5001, condense: true, collapse: true };
    expect(await hits.series('home', 'minute', range)).toEqual(new Map([[7200, 5001]]));
    await hits.close();
  });

  it('keeps order and every value of a series over many statements', async () => {
    const series = await kairos.timeseries('sqlite::memory:', {
      type: 'series',
      valueType: 'int',
      intervals,
    });
    const values = Array.from({ length: 1001 }, (_, index) => index);
    await series.insert('a', values, at);
    await series.bulkInsert(new Map([[7200, { a: values }]]));
    expect(await series.get('a', 'minute', at)).toEqual(new Map([[7200, [...values, ...values]]]));
    await series.close();
  });

  it('becomes part of the transaction that a handle is in', async () => {
    const database = new Database(':memory:');
    const hits = await kairos.timeseries(database, { type: 'count', intervals });
    database.exec('begin');
    await hits.insert('home', 1, at);
    await hits.bulkInsert(new Map(Array.from({ length: 100 }, (_, index) => [index * 60, { home: [1] }])));
    database.exec('rollback');
    expect(await hits.list()).toEqual([]);
    database.close();
  });

  it('forgets the whole of a long name with the name', async () => {
    const database = new Database(':memory:');
    const hits = await kairos.timeseries(database, { type: 'count', intervals });
    const long = 'x'.repeat(10_000);
    await hits.insert(long, 1, at);
    expect(await hits.list()).toEqual([long]);
    await hits.delete(long);
    expect(database.prepare('select count(*) as names from kairos_count_names').get()).toEqual({ names: 0 });
    database.close();
  });
});

describe('expire', () => {
  it('goes through many names and rows in steps', async () => {
    const database = new Database(':memory:');
    let now = 0;
    const set = await kairos.timeseries(database, {
      type: 'set',
      intervals: { minute: { step: 60, steps: 1 }, hour: { step: 3600 } },
      clock: () => now,
    });
    const many = Array.from({ length: 12_000 }, (_, index) => index);
    const names = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`name ${index}`, [1]]));
    await set.bulkInsert(new Map([[0, { ...names, full: many }]]));
    now = 60;
    await set.insert('name 0', 2);
    await set.expire('full');
    const rows = database.prepare(
      "select name, count(*) as rows from kairos_set where interval = 'minute' group by name",
    );
    expect(rows.all()).toHaveLength(150);
    await set.expire();
    expect(rows.all()).toEqual([{ name: 'name 0', rows: 1 }]);
    expect(await set.list()).toHaveLength(151);
    database.close();
  });
});
