import { ConfigurationError, describeValue, isError } from '@kairos/core';
import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import { isReadOnly, postgres, sqlState } from '../dialect/postgres.js';
import type { SqlTables } from '../fetch.js';
import { loadPg } from './driver.js';
import type { PgClient, PgPool } from './handles.js';
import { KyselySession } from './kysely-session.js';
import { OwnPool } from './own-pg-pool.js';
import { Watch, watchOf } from './patience.js';
import { probeOf } from './pg-probe.js';
import type { Session } from './session.js';

export async function connectPostgres(
  url: string,
  clientConfig: Readonly<Record<string, unknown>>,
): Promise<Session> {
  refuseBinary(clientConfig.binary, 'clientConfig.binary');
  const own = new OwnPool(await loadPg(), url, clientConfig);
  return sessionOn(own.pool, (watch) => {
    // A pending query would keep the pool from ending.
    watch.cut('The timeseries was closed before the server answered');
    return own.end();
  });
}

export function connectPgPool(pool: PgPool): Session {
  refuseBinary(Reflect.get(pool.options ?? {}, 'binary'), 'binary');
  return sessionOn(pool);
}

export async function connectPostgresKysely(kysely: Kysely<SqlTables>): Promise<Session> {
  const session = new KyselySession(kysely, postgres, { watch: watchOf(kysely) });
  // The options of the pool behind the Kysely are not visible, so a query tests them. If results come in
  // binary form, pg turns bytes into text and loses those that are not valid. Without a parameter, every
  // result would come as text.
  const [[read] = []] = await session.rows({ sql: 'select cast($1 as bigint)' }, [255]);
  if (Number(read) !== 255) throw binaryError('binary', 'true for the clients of the Kysely');
  return session;
}

function refuseBinary(binary: unknown, option: string): void {
  if (binary) throw binaryError(option, describeValue(binary));
}

function binaryError(option: string, value: string): ConfigurationError {
  return new ConfigurationError(
    `Option "${option}" is ${value}; leave it out: pg loses part of what arrives in binary form`,
  );
}

/** Without `end`, the pool stays open. */
function sessionOn(pool: PgPool, end?: (watch: Watch) => Promise<void>): Session {
  const unsent = new WeakSet();
  const watch = new Watch(probeOf(pool));
  const clients = guarded(pool, unsent, watch);
  const dialect = new PostgresDialect({ pool: clients });
  return new KyselySession(new Kysely<SqlTables>({ dialect }), postgres, {
    unsent,
    rows: async (statement, values) => {
      const client = await clients.connect();
      try {
        return await client.arrays(statement.sql, values);
      } finally {
        client.release();
      }
    },
    ...(end && { close: () => end(watch) }),
  });
}

interface GuardedPool extends PostgresPool {
  connect(): Promise<GuardedClient>;
}

/** The pool with guarded clients. It stays open when Kysely is destroyed: whoever opened it closes it. */
function guarded(pool: PgPool, unsent: WeakSet<WeakKey>, watch: Watch): GuardedPool {
  return {
    connect: async () => {
      try {
        const connecting = pool.connect();
        const giveBack = () => void connecting.then((client) => client.release(), ignore);
        return new GuardedClient(await watch.guard(connecting, giveBack), watch);
      } catch (error) {
        if (isError(error)) unsent.add(error);
        throw error;
      }
    },
    end: async () => {},
  };
}

/**
 * A client that is discarded once its connection is lost, and that does not wait for ever for a silent
 * server.
 */
class GuardedClient implements PostgresPoolClient {
  readonly #client: PgClient;
  readonly #watch: Watch;
  #lost: unknown;

  constructor(client: PgClient, watch: Watch) {
    this.#client = client;
    this.#watch = watch;
    // If a connection is lost between two statements, the next one fails, which is enough. An `error` event
    // without a listener would end the process. Timeseries that share a pool share its clients, too.
    if (!client.listeners('error').includes(ignore)) client.on('error', ignore);
  }

  query<R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(statement: string | PostgresCursor<R>, parameters: readonly unknown[] = []) {
    if (typeof statement !== 'string') return this.#client.query(statement);
    return this.#answered(() => this.#client.query<R>(statement, parameters));
  }

  /** Returns rows as arrays, which saves the driver an object per row. */
  async arrays(text: string, values: readonly unknown[]): Promise<readonly (readonly unknown[])[]> {
    const query = { text, values: [...values], rowMode: 'array' as const };
    return (await this.#answered(() => this.#client.query(query))).rows;
  }

  async #answered<R>(send: () => Promise<R>): Promise<R> {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      // If a statement is pending, pg's `end` destroys the connection.
      const answer = await this.#watch.guard(send(), () => void this.#client.end?.()?.catch(ignore));
      this.#watch.heard();
      return answer;
    } catch (error) {
      // The server announces that it is closing the connection before it does. A read-only server may be one
      // of several behind the same host name, so a new connection may reach another.
      if (!postgres.isRefusal(error) || isReadOnly(error)) this.#lost ??= error;
      if (sqlState(error) !== undefined) this.#watch.heard();
      throw error;
    }
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#lost !== undefined);
  }
}

function ignore(): void {}
