import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import { postgres } from '../dialect/postgres.js';
import type { SqlTables } from '../fetch.js';
import { loadDriver } from './driver.js';
import type { PgClient, PgPool } from './handles.js';
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
  return sessionOn(pool);
}

/** A pool that nobody hands the end of stays open. */
function sessionOn(pool: PgPool, end?: () => Promise<void>): Session {
  const unsent = new WeakSet();
  const dialect = new PostgresDialect({ pool: guarded(pool, unsent) });
  return new KyselySession(new Kysely<SqlTables>({ dialect }), postgres, {
    unsent,
    rows: async (statement, values) => {
      const { rows } = await pool.query({ text: statement.sql, values: [...values], rowMode: 'array' });
      return rows;
    },
    ...(end && { close: end }),
  });
}

/** The pool with its clients guarded. It stays open when Kysely is destroyed: who opened it closes it. */
function guarded(pool: PgPool, unsent: WeakSet<WeakKey>): PostgresPool {
  return {
    connect: async () => {
      try {
        return new GuardedClient(await pool.connect());
      } catch (error) {
        if (error instanceof Error) unsent.add(error);
        throw error;
      }
    },
    end: async () => {},
  };
}

/** A client that does not outlive its connection. */
class GuardedClient implements PostgresPoolClient {
  readonly #client: PgClient;
  #lost = false;

  constructor(client: PgClient) {
    this.#client = client;
    // A connection that is lost between two statements fails the next one, which is enough; an `error` event that
    // nobody listens to would end the process. Timeseries that share a pool share its clients, too.
    if (!client.listeners('error').includes(ignore)) client.on('error', ignore);
  }

  query<R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(statement: string | PostgresCursor<R>, parameters: readonly unknown[] = []) {
    if (typeof statement !== 'string') return this.#client.query(statement);
    return this.#client.query<R>(statement, parameters).catch((error: unknown) => {
      // The server announces that it closes the connection before it does.
      this.#lost ||= !postgres.isRefusal(error);
      throw error;
    });
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#lost);
  }
}

function ignore(): void {}
