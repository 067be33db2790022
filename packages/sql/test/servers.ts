import { setTimeout as sleep } from 'node:timers/promises';
import type { FailingTarget } from '@kairos/adapter-tests';
import {
  CamelCasePlugin,
  type CompiledQuery,
  Kysely,
  type Logger,
  MysqlDialect,
  PostgresDialect,
  type RawBuilder,
  sql,
} from 'kysely';
import { createPool } from 'mysql2';
import { Pool } from 'pg';

/** A server that the tests run on: where it is, and a connection beside that of Kairos. */
export interface Server {
  readonly name: string;
  readonly url: string;
  /** Whether text can hold NUL. */
  readonly nul: boolean;
  /** A pool of the driver. */
  pool(): { end(): unknown };
  connect(log?: (query: CompiledQuery) => void): Kysely<unknown>;
  /** The handles that a timeseries can be opened on, by what they are. */
  readonly handles: { readonly [kind: string]: () => { handle: object; end(): Promise<unknown> } };
  /** Whether a line of EXPLAIN, as JSON, goes through a table without its key, or sorts. */
  isScan(line: string, table: string): boolean;
  /** Where it can be stopped, if it was started for the tests. */
  readonly folder: string | undefined;
  /** A pool of one connection that does not wait for long. */
  smallPool(): { source: object; exhaust(): Promise<() => void>; end(): Promise<void> };
  /** Waits until a connection waits for a lock. */
  untilWaiting(db: Kysely<unknown>): Promise<number>;
  /** Kills the connection that waits for a lock. */
  killWaiting(db: Kysely<unknown>): Promise<void>;
  /** A text as literal, in the form in which it is kept. */
  literal(text: string): RawBuilder<unknown>;
}

function address(variable: string): string {
  const url = process.env[variable];
  if (url !== undefined && url !== '') return url;
  throw new Error(`${variable} names no server; expected the tests to be run with scripts/with-services.mjs`);
}

function pgPool(): Pool {
  const pool = new Pool({ connectionString: address('POSTGRES_URL') });
  pool.on('error', () => {});
  return pool;
}

function mysqlPool() {
  return createPool({ uri: mysqlUri() });
}

/** How a server is come by, and the variable that leaves it out when it is "false". */
export interface ServerSource {
  readonly name: string;
  readonly skip: string;
  server(): Server;
}

/** Defines tests on a server, or one that is skipped where the server is left out. */
export function onServer({ name, skip, server }: ServerSource, define: (server: Server) => void): void {
  if (process.env[skip] === 'false') it.skip(`${name} is left out by ${skip}=false`, () => {});
  else describe(name, () => define(server()));
}

function logTo(log: ((query: CompiledQuery) => void) | undefined): Logger {
  return (event) => {
    if (event.level === 'query') log?.(event.query);
  };
}

function mysqlUri(): string {
  return address('MARIADB_URL').replace(/^mariadb:/, 'mysql:');
}

function untilWaitingOnPostgres(db: Kysely<unknown>): Promise<number> {
  return until(async () => {
    const waiting = sql<{
      id: number;
    }>`select pid as id from pg_stat_activity where wait_event_type = 'Lock'`;
    return (await waiting.execute(db)).rows[0]?.id;
  });
}

function untilWaitingOnMysql(db: Kysely<unknown>): Promise<number> {
  return until(async () => {
    const waiting = sql<{ id: number }>`select trx_mysql_thread_id as id from information_schema.innodb_trx
      where trx_state = 'LOCK WAIT'`;
    return (await waiting.execute(db)).rows[0]?.id;
  });
}

async function until<V>(look: () => Promise<V | undefined>): Promise<V> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error('No connection waits for a lock after 20 seconds');
}

export const postgresServer: ServerSource = {
  name: 'PostgreSQL',
  skip: 'TEST_POSTGRES',
  server: () => ({
    name: 'PostgreSQL',
    url: address('POSTGRES_URL'),
    nul: false,
    pool: pgPool,
    connect: (log) => new Kysely({ dialect: new PostgresDialect({ pool: pgPool() }), log: logTo(log) }),
    handles: {
      'a pg Pool': () => {
        const handle = pgPool();
        return { handle, end: () => handle.end() };
      },
      'a Kysely': () => {
        const handle = new Kysely({
          dialect: new PostgresDialect({ pool: pgPool() }),
          plugins: [new CamelCasePlugin()],
        });
        return { handle, end: () => handle.destroy() };
      },
    },
    isScan: (line) => /Seq Scan|Sort Key/.test(line),
    folder: process.env.POSTGRES_FOLDER,
    smallPool: () => {
      const pool = new Pool({
        connectionString: address('POSTGRES_URL'),
        max: 1,
        connectionTimeoutMillis: 300,
      });
      const exhaust = async () => {
        const client = await pool.connect();
        return () => client.release();
      };
      return { source: pool, exhaust, end: () => pool.end() };
    },
    untilWaiting: untilWaitingOnPostgres,
    killWaiting: async (db) => {
      await sql`select pg_terminate_backend(${await untilWaitingOnPostgres(db)})`.execute(db);
    },
    literal: (text) => sql.lit(text),
  }),
};

export const mariadbServer: ServerSource = {
  name: 'MariaDB',
  skip: 'TEST_MARIADB',
  server: () => ({
    name: 'MariaDB',
    url: address('MARIADB_URL'),
    nul: true,
    pool: mysqlPool,
    connect: (log) => new Kysely({ dialect: new MysqlDialect({ pool: mysqlPool() }), log: logTo(log) }),
    handles: {
      'a mysql2 pool': () => {
        const handle = mysqlPool();
        return { handle, end: () => handle.promise().end() };
      },
      'a mysql2 pool of promises': () => {
        const handle = mysqlPool().promise();
        return { handle, end: () => handle.end() };
      },
      'a Kysely': () => {
        const handle = new Kysely({
          dialect: new MysqlDialect({ pool: mysqlPool() }),
          plugins: [new CamelCasePlugin()],
        });
        return { handle, end: () => handle.destroy() };
      },
    },
    isScan: (line, table) =>
      (line.includes(`"${table}"`) && /"type":"(ALL|index)"/.test(line)) || line.includes('filesort'),
    folder: process.env.MARIADB_FOLDER,
    smallPool: () => {
      const pool = createPool({ uri: mysqlUri(), connectionLimit: 1, waitForConnections: false }).promise();
      const exhaust = async () => {
        const connection = await pool.getConnection();
        return () => connection.release();
      };
      return { source: pool, exhaust, end: () => pool.end() };
    },
    untilWaiting: untilWaitingOnMysql,
    killWaiting: async (db) => {
      await sql.raw(`kill ${await untilWaitingOnMysql(db)}`).execute(db);
    },
    literal: (text) => sql.raw(`X'${Buffer.from(text).toString('hex')}'`),
  }),
};

/** A trigger that refuses one bucket, as a table of the suite. */
export async function refuseBucket(server: Server, target: FailingTarget): Promise<() => Promise<void>> {
  const { namespace, type, name, interval, bucket, resolution } = target;
  const db = server.connect();
  const table = sql.table(`${namespace}_${type}`);
  const hit = sql`new.name = ${server.literal(name)} and new.${sql.ref('interval')} = ${server.literal(interval)}
    and new.bucket = ${sql.lit(bucket)} and new.resolution = ${sql.lit(resolution)}`;
  if (server.name === 'PostgreSQL') {
    await sql`create function refuse() returns trigger language plpgsql
      as $$ begin raise exception 'refused by a trigger'; end $$`.execute(db);
    await sql`create trigger refuse before insert on ${table} for each row when (${hit})
      execute function refuse()`.execute(db);
  } else {
    await sql`create trigger refuse before insert on ${table} for each row begin
      if ${hit} then signal sqlstate '45000' set message_text = 'refused by a trigger'; end if; end`.execute(
      db,
    );
  }
  return async () => {
    if (server.name === 'PostgreSQL') await sql`drop function refuse cascade`.execute(db);
    else await sql`drop trigger refuse`.execute(db);
    await db.destroy();
  };
}

/** Drops the tables of namespaces. */
export async function dropTables(server: Server, namespaces: readonly string[]): Promise<void> {
  const db = server.connect();
  for (const namespace of namespaces) {
    for (const type of ['series', 'histogram', 'count', 'gauge', 'set']) {
      await sql`drop table if exists ${sql.table(`${namespace}_${type}`)}`.execute(db);
      await sql`drop table if exists ${sql.table(`${namespace}_${type}_names`)}`.execute(db);
    }
    await sql`delete from kairos_records where table_name = ${server.literal(namespace)}`.execute(db);
  }
  await db.destroy();
}
