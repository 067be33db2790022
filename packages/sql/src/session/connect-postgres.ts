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
    // What is not answered by now would keep the pool from its end.
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
  // The options of what stands behind it are not to be seen; but pg makes text of what comes in binary form, and loses
  // the bytes that are none. Without a parameter all would come as text.
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

/** A pool that nobody hands the end of stays open. */
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

/** The pool with its clients guarded. It stays open when Kysely is destroyed: who opened it closes it. */
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

/** A client that does not outlive its connection, nor waits for ever for a server that does not answer. */
class GuardedClient implements PostgresPoolClient {
  readonly #client: PgClient;
  readonly #watch: Watch;
  #lost: unknown;

  constructor(client: PgClient, watch: Watch) {
    this.#client = client;
    this.#watch = watch;
    // A connection that is lost between two statements fails the next one, which is enough; an `error` event that
    // nobody listens to would end the process. Timeseries that share a pool share its clients, too.
    if (!client.listeners('error').includes(ignore)) client.on('error', ignore);
  }

  query<R>(statement: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(statement: string | PostgresCursor<R>, parameters: readonly unknown[] = []) {
    if (typeof statement !== 'string') return this.#client.query(statement);
    return this.#answered(() => this.#client.query<R>(statement, parameters));
  }

  /** The rows as arrays: the driver need not make an object of each. */
  async arrays(text: string, values: readonly unknown[]): Promise<readonly (readonly unknown[])[]> {
    const query = { text, values: [...values], rowMode: 'array' as const };
    return (await this.#answered(() => this.#client.query(query))).rows;
  }

  async #answered<R>(send: () => Promise<R>): Promise<R> {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      // With a statement under way, pg ends a connection by destroying it.
      const answer = await this.#watch.guard(send(), () => void this.#client.end?.()?.catch(ignore));
      this.#watch.heard();
      return answer;
    } catch (error) {
      // The server announces that it closes the connection before it does. One that has become a replica may be one
      // of several behind its name.
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
