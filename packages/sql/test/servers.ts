import type { FailingTarget } from '@kairos/adapter-tests';
import { Kysely, MysqlDialect, PostgresDialect, type RawBuilder, sql } from 'kysely';
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
  connect(): Kysely<unknown>;
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
  return createPool({ uri: address('MARIADB_URL').replace(/^mariadb:/, 'mysql:') });
}

export const postgresServer = (): Server => ({
  name: 'PostgreSQL',
  url: address('POSTGRES_URL'),
  nul: false,
  pool: pgPool,
  connect: () => new Kysely({ dialect: new PostgresDialect({ pool: pgPool() }) }),
  literal: (text) => sql.lit(text),
});

export const mariadbServer = (): Server => ({
  name: 'MariaDB',
  url: address('MARIADB_URL'),
  nul: true,
  pool: mysqlPool,
  connect: () => new Kysely({ dialect: new MysqlDialect({ pool: mysqlPool() }) }),
  literal: (text) => sql.raw(`X'${Buffer.from(text).toString('hex')}'`),
});

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
