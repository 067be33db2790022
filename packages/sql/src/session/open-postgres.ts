import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import { postgres } from '../dialect/postgres.js';
import type { SqlTables } from '../fetch.js';
import { loadDriver } from './driver.js';
import type { PgPool } from './handles.js';
import { KyselySession } from './kysely-session.js';
import type { Session } from './session.js';

export async function openPostgres(
  url: string,
  clientConfig: Readonly<Record<string, unknown>>,
): Promise<Session> {
  const { Pool } = await loadDriver('pg', () => import('pg'));
  const pool = new Pool({ connectionString: url, ...clientConfig });
  // A connection that is lost while nobody uses it is replaced; without a listener it would end the process.
  pool.on('error', ignore);
  return sessionOn(pool, () => pool.end());
}

export function openPgPool(pool: PgPool): Session {
  return sessionOn(pool, async () => {});
}

function sessionOn(pool: PgPool, close: () => Promise<void>): Session {
  const dialect = new PostgresDialect({ pool: guarded(pool) });
  return new KyselySession(new Kysely<SqlTables>({ dialect }), postgres, { close });
}

/**
 * Connections that are lost between two statements of a transaction: the next statement fails, which is enough; the
 * client would emit an `error` that nobody listens to, besides, and end the process.
 */
function guarded(pool: PgPool): PostgresPool {
  return {
    end: async () => {},
    connect: async () => {
      const client = await pool.connect();
      // Timeseries that share a pool share its clients, too.
      if (!client.listeners('error').includes(ignore)) client.on('error', ignore);
      return client;
    },
  };
}

function ignore(): void {}
