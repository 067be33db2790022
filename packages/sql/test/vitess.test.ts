import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, Kairos } from '@kairos/core';
import { sql as backend, createStatements } from '@kairos/sql';
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { createPool } from 'mysql2';
import { vitessServer } from './support/mysql-servers.js';
import { dropTables, onServer, type Server } from './support/servers.js';

const kairos = new Kairos([backend]);
const intervals = { minute: { step: 60 }, hour: { step: 3600, resolution: 60 } } as const;
const at = { timestamp: 7200 };

/** More rows than a shard returns or changes in one statement. */
const MANY = 12_000;

/** The default of a tablet. vtgate has no limit. */
const TRANSACTIONS_OF_A_TABLET = 20;

/** vtgate's errors for a statement that waited while shards were split, with one line for each shard. */
const OF_A_SPLIT = [
  "VT13001: [BUG] unexpected 'autocommitted' state in transaction",
  'target: kairos.-80.primary: vttablet: rpc error: code = ResourceExhausted desc = transaction pool connection limit exceeded (CallerID: userData1)',
].join('\n');

/** A part of the output of VEXPLAIN PLAN. */
interface Plan {
  readonly OperatorType: string;
  readonly Variant?: string;
  readonly Query?: string;
  readonly Inputs?: readonly Plan[];
}

function operators(plan: Plan): readonly Plan[] {
  return [plan, ...(plan.Inputs ?? []).flatMap(operators)];
}

function vitessTests(server: Server): void {
  const namespaces: string[] = [];
  let db: Kysely<unknown>;

  beforeAll(() => {
    db = server.connect();
  });
  afterAll(async () => {
    await dropTables(server, namespaces);
    await db.destroy();
  });

  function newTable(): string {
    const tableName = `vitess_${process.pid}_${namespaces.length}`;
    namespaces.push(tableName);
    return tableName;
  }

  /** Opens a count that logs its statements. */
  async function logged() {
    const log: CompiledQuery[] = [];
    const handle = server.connect((query) => log.push(query));
    const options = { type: 'count', tableName: newTable(), intervals } as const;
    const hits = await kairos.timeseries(handle, options);
    const bulk = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`name ${index}`, [1]]));
    await hits.bulkInsert(new Map([[7200, bulk]]));
    return {
      hits,
      end: () => handle.destroy(),
      /** Returns the plans of the statements of a call. */
      plansOf: async (call: () => Promise<unknown>) => {
        log.length = 0;
        await call();
        const plans: (readonly Plan[])[] = [];
        for (const { sql: text, parameters } of log.filter(({ sql }) => !/^(begin|commit)/.test(sql))) {
          const query = CompiledQuery.raw(`vexplain plan ${text}`, [...parameters]);
          const { rows } = await db.executeQuery<{ JSON: string }>(query);
          plans.push(operators(JSON.parse(rows[0]?.JSON ?? '{}')));
        }
        return plans;
      },
      statementsOf: async (call: () => Promise<unknown>) => {
        log.length = 0;
        await call();
        return [...log];
      },
    };
  }

  const routes = (plan: readonly Plan[]) => plan.filter(({ Query }) => Query !== undefined);

  it('what is of one name goes to one shard alone', async () => {
    const { hits, plansOf, end } = await logged();
    const range = { start: 0, end: 14_400 };
    const calls = {
      get: () => hits.get('name 1', 'hour', at),
      series: () => hits.series('name 1', 'minute', range),
      'a folded series': () => hits.series('name 1', 'hour', { ...range, collapse: true }),
      properties: () => hits.properties('name 1'),
      expire: () => hits.expire('name 1'),
      delete: () => hits.delete('name 2'),
    };
    for (const [call, make] of Object.entries(calls)) {
      for (const plan of await plansOf(make)) {
        const variants = routes(plan).map(({ Variant }) => Variant);
        // Cleaning the directory scans all of it.
        const tidying = routes(plan).every(({ Query }) => /where .?deleted.? </.test(Query ?? ''));
        if (!tidying)
          expect({ call, variants: new Set(variants) }).toEqual({ call, variants: new Set(['EqualUnique']) });
      }
    }
    await end();
  });

  it('a read of several names is one statement, which the shards that have them answer', async () => {
    const { hits, plansOf, end } = await logged();
    const names = ['name 1', 'name 2', 'name 3', 'name 4'];
    const plans = await plansOf(() => hits.seriesByName(names, 'minute', { start: 7200, steps: 2 }));
    expect(plans).toHaveLength(1);
    expect(routes(plans[0] ?? []).map(({ Variant }) => Variant)).toEqual(['IN']);
    await end();
  });

  it('the shards add up what is folded, and the front what they return', async () => {
    const { hits, plansOf, end } = await logged();
    const names = ['name 1', 'name 2', 'name 3', 'name 4'];
    const total = await hits.series(names, 'minute', { start: 7200, steps: 2, collapse: true });
    expect(total).toEqual(new Map([[7200, 4]]));
    const [plan = []] = await plansOf(() =>
      hits.series(names, 'minute', { start: 7200, steps: 2, collapse: true }),
    );
    expect(plan.map(({ OperatorType }) => OperatorType)).toContain('Aggregate');
    expect(routes(plan)).toMatchObject([{ Query: expect.stringMatching(/sum\(d\.amount\)/) }]);
    await end();
  });

  it('a list is one look at each shard, with a prefix too', async () => {
    const { hits, plansOf, end } = await logged();
    for (const options of [{}, { prefix: 'name 1' }]) {
      const plans = await plansOf(() => hits.list(options));
      expect(plans).toHaveLength(1);
      expect(routes(plans[0] ?? []).map(({ Variant }) => Variant)).toEqual(['Scatter']);
    }
    expect((await hits.list({ prefix: 'name 1' })).sort()).toHaveLength(11);
    await end();
  });

  it('a bulk insert is cut by shard: no statement of it is of two', async () => {
    const { hits, statementsOf, end } = await logged();
    const names = Array.from({ length: 40 }, (_, index) => `another ${index}`);
    const bulk = new Map([[7200, Object.fromEntries(names.map((name) => [name, [1]]))]]);
    const inserts = (await statementsOf(() => hits.bulkInsert(bulk))).filter(({ sql }) =>
      sql.startsWith('insert'),
    );
    const shards: string[][] = [];
    for (const { parameters } of inserts) {
      const given = parameters.filter((each) => Buffer.isBuffer(each)).map(String);
      const keys = sql.join(names.filter((name) => given.includes(name)).map((name) => sql.lit(name)));
      const found = await sql<{
        shard: string;
      }>`select distinct shard from kairos_name where id in (${keys})`.execute(db);
      shards.push(found.rows.map(({ shard }) => String(shard)));
    }
    expect(shards.every(({ length }) => length === 1)).toBe(true);
    expect(new Set(shards.flat())).toEqual(new Set(['-80', '80-']));
    await end();
  });

  it('more buckets than a shard returns at once are read', async () => {
    const tableName = newTable();
    const minutes = { minute: { step: 60 } } as const;
    const hits = await kairos.timeseries(server.url, { type: 'count', tableName, intervals: minutes });
    await hits.bulkInsert(
      new Map(Array.from({ length: MANY }, (_, index) => [index * 60, { home: [index] }])),
    );
    const range = { start: 0, steps: MANY };
    const read = await hits.series('home', 'minute', range);
    expect([...read.values()]).toEqual(Array.from({ length: MANY }, (_, index) => index));
    expect(await hits.series('home', 'minute', { ...range, collapse: true })).toEqual(
      new Map([[0, (MANY * (MANY - 1)) / 2]]),
    );
    await hits.insert('home', 1, { timestamp: 0 });
    expect(await hits.get('home', 'minute', { timestamp: 0 })).toEqual(new Map([[0, 1]]));
    await hits.delete('home');
    expect(await hits.list()).toEqual([]);
    expect((await hits.series('home', 'minute', range)).get(60)).toBe(0);
    await hits.close();
  }, 120_000);

  it('more names, and more values of one bucket, than a shard takes at once are listed, expired and deleted', async () => {
    const tableName = newTable();
    const clock = { now: 0 };
    const options = {
      type: 'histogram',
      valueType: 'int',
      tableName,
      clock: () => clock.now,
      intervals: { minute: { step: 60, steps: 10 }, day: { step: 'daily' } },
    } as const;
    const values = await kairos.timeseries(server.url, options);
    const named = Array.from({ length: 2 * MANY }, (_, index) => [`name ${index}`, [1]] as const);
    const many = Array.from({ length: MANY }, (_, index) => index);
    await values.bulkInsert(new Map([[0, Object.fromEntries([...named, ['many', many]])]]));
    expect(await values.list()).toHaveLength(2 * MANY + 1);
    clock.now = 3600;
    await values.expire();
    const left = await sql<{
      rows: number;
    }>`select count(*) as ${sql.ref('rows')} from ${sql.table(`${tableName}_histogram`)}`.execute(db);
    expect(Number(left.rows[0]?.rows)).toBe(3 * MANY);
    expect(await values.list()).toHaveLength(2 * MANY + 1);
    await values.delete('many');
    expect(await values.list()).toHaveLength(2 * MANY);
    await values.deleteAll();
    expect(await values.list()).toEqual([]);
    await values.close();
  }, 240_000);

  it('many open the same timeseries at once where nothing is', async () => {
    const options = { type: 'series', tableName: newTable(), intervals } as const;
    const opened = await Promise.all(Array.from({ length: 8 }, () => kairos.timeseries(server.url, options)));
    await Promise.all(opened.map((each, index) => each.insert(`name ${index}`, index, at)));
    expect(await opened[0]?.list()).toHaveLength(8);
    await Promise.all(opened.map((each) => each.close()));
  }, 60_000);

  it('the statements for those who may not create are enough, and without them the table is named', async () => {
    const options = { type: 'count', tableName: newTable(), intervals, createTables: false } as const;
    const statements = createStatements({
      dialect: 'mysql',
      vitess: true,
      type: 'count',
      tableName: options.tableName,
    });
    const entering = statements.filter((statement) => statement.startsWith('alter vschema'));
    for (const statement of statements) {
      if (entering.includes(statement)) continue;
      await sql.raw(statement).execute(db);
    }
    await expect(kairos.timeseries(server.url, options)).rejects.toThrow(
      /_count_names" is not in the VSchema.*createStatements.*vitess: true/,
    );
    for (const statement of entering)
      await sql
        .raw(statement)
        .execute(db)
        .catch(() => undefined);
    const hits = await kairos.timeseries(server.url, options);
    await hits.insert('home', 1, at);
    expect(await hits.list()).toEqual(['home']);
    await hits.close();
  });

  it('a table that is spread by another column is refused', async () => {
    const tableName = newTable();
    const statements = createStatements({ dialect: 'mysql', vitess: true, type: 'count', tableName });
    for (const statement of statements) {
      const other = statement.replace(/(_count` add vindex kairos_name\()`name`/, '$1`bucket`');
      await sql
        .raw(other)
        .execute(db)
        .catch(() => undefined);
    }
    const opening = kairos.timeseries(server.url, { type: 'count', tableName, intervals });
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(opening).rejects.toThrow(/spread over shards by 'bucket'|spread over shards by "bucket"/);
  });

  it('a write that finds all transactions of a shard taken waits until one is free', async () => {
    const tableName = newTable();
    const hits = await kairos.timeseries(server.url, { type: 'count', tableName, intervals });
    const pool = createPool({ uri: server.url, connectionLimit: TRANSACTIONS_OF_A_TABLET + 4 }).promise();
    const takers = Array.from({ length: TRANSACTIONS_OF_A_TABLET + 4 }, async () => {
      const connection = await pool.getConnection();
      await connection.beginTransaction();
      await connection.query(`select name from ${tableName}_count where name = 'home'`);
    });
    const taken = (await Promise.allSettled(takers)).filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(TRANSACTIONS_OF_A_TABLET);
    let stored = false;
    const insert = hits.insert('home', 1, at).then(() => {
      stored = true;
    });
    // A tablet refuses after a second.
    await sleep(2500);
    expect(stored).toBe(false);
    await pool.end();
    await insert;
    expect(await hits.get('home', 'minute', at)).toEqual(new Map([[7200, 1]]));
    await hits.close();
  }, 60_000);

  it('what Vitess loses on the way to shards that are being split is cut anew and stored once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `name ${index}`);
    const pool = createPool({ uri: server.url });
    const seen: string[] = [];
    let lost = 0;
    pool.on('connection', (connection) => {
      const query = connection.query.bind(connection);
      const inTheWay = (statement: { sql: string }, ...rest: [unknown, (error: unknown) => void]) => {
        seen.push(statement.sql);
        if (lost === 0 || !statement.sql.startsWith('insert'))
          return Reflect.apply(query, null, [statement, ...rest]);
        lost--;
        return rest[1](Object.assign(new Error(OF_A_SPLIT), { errno: 1815, sqlState: 'HY000' }));
      };
      Object.assign(connection, { query: inTheWay });
    });
    const hits = await kairos.timeseries(pool, { type: 'count', tableName: newTable(), intervals });
    const bulk = Object.fromEntries(names.map((name) => [name, [1]]));
    await hits.bulkInsert(new Map([[7200, bulk]]));
    seen.length = 0;
    lost = 3;
    await hits.bulkInsert(new Map([[7200, bulk]]));
    expect(lost).toBe(0);
    expect(seen.filter((text) => text.startsWith('select id, shard'))).not.toEqual([]);
    for (const name of names) expect((await hits.get(name, 'minute', at)).get(7200)).toBe(2);
    await hits.close();
    await pool.promise().end();
  });

  it('of a write that a tablet has killed for taking too long, nobody knows whether it is stored', async () => {
    const tableName = newTable();
    const pool = createPool({ uri: server.url });
    pool.on('connection', (connection) => connection.query('set query_timeout = 1500'));
    const hits = await kairos.timeseries(pool, { type: 'count', tableName, intervals });
    await hits.insert('home', 1, at);
    const holders = createPool({ uri: server.url }).promise();
    const holder = await holders.getConnection();
    await holder.beginTransaction();
    await holder.query(`select name from ${tableName}_count where name = 'home' for update`);
    const error = await hits.insert('home', 1, at).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ fate: 'unknown', cause: { errno: 3024 } });
    await holder.rollback();
    holder.release();
    await holders.end();
    await hits.close();
    await pool.promise().end();
  });

  it('connections to one shard, and those with transactions of one shard alone, are refused by name', async () => {
    const options = { type: 'count', tableName: newTable(), intervals } as const;
    const shard = 'kairos:-80';
    const opening = kairos.timeseries(server.url.replace(/\/kairos$/, `/${shard}`), options);
    await expect(opening).rejects.toThrow(ConfigurationError);
    await expect(opening).rejects.toThrow(shard);
    const pool = createPool({ uri: server.url });
    pool.on('connection', (connection) => {
      connection.query("set transaction_mode = 'single'");
    });
    await expect(kairos.timeseries(pool, options)).rejects.toThrow(/"transaction_mode" of Vitess is SINGLE/);
    await pool.promise().end();
  });
}

onServer(vitessServer, vitessTests);
