import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { logTo, type ServerSource, until } from './servers.js';

export const postgresServer: ServerSource = {
  name: 'PostgreSQL',
  variable: 'POSTGRES_URL',
  server: (url) => ({
    name: 'PostgreSQL',
    url,
    nul: false,
    pool: () => pgPool(url),
    connect: (log) => new Kysely({ dialect: new PostgresDialect({ pool: pgPool(url) }), log: logTo(log) }),
    handles: {
      'a pg Pool': () => {
        const handle = pgPool(url);
        return { handle, end: () => handle.end() };
      },
      'a Kysely': () => {
        const handle = new Kysely({
          dialect: new PostgresDialect({ pool: pgPool(url) }),
          plugins: [new CamelCasePlugin()],
        });
        return { handle, end: () => handle.destroy() };
      },
    },
    isScan: (line) => /Seq Scan|Sort Key/.test(line),
    folder: process.env.POSTGRES_FOLDER,
    smallPool: () => {
      const pool = new Pool({
        connectionString: url,
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

function pgPool(url: string): Pool {
  const pool = new Pool({ connectionString: url });
  pool.on('error', () => {});
  return pool;
}

function untilWaitingOnPostgres(db: Kysely<unknown>): Promise<number> {
  return until(async () => {
    const waiting = sql<{
      id: number;
    }>`select pid as id from pg_stat_activity where wait_event_type = 'Lock'`;
    return (await waiting.execute(db)).rows[0]?.id;
  });
}
