import { isError } from '@kairos/core';
import type {
  MysqlPool,
  MysqlPoolConnection,
  MysqlQueryResult,
  MysqlStream,
  MysqlStreamOptions,
} from 'kysely';
import { endsConnection, isMysqlError } from '../dialect/mysql.js';
import type { Mysql2Connection, Mysql2Pool } from './handles.js';
import { destroy } from './mysql-stream.js';
import type { Watch } from './patience.js';

type Rows = readonly (readonly unknown[])[];

/**
 * A mysql2 pool with guarded connections. It collects connection errors in `unsent`. It stays open when
 * Kysely is destroyed: whoever opened it closes it.
 */
export class GuardedPool implements MysqlPool {
  readonly #pool: Mysql2Pool;
  readonly #unsent: WeakSet<WeakKey>;
  readonly #watch: Watch;

  constructor(pool: Mysql2Pool, unsent: WeakSet<WeakKey>, watch: Watch) {
    this.#pool = pool;
    this.#unsent = unsent;
    this.#watch = watch;
  }

  getConnection(callback: (error: unknown, connection: MysqlPoolConnection) => void): void {
    this.#connect().then(
      (connection) => callback(null, connection),
      // Kysely checks the error first.
      (error: unknown) => callback(error, NO_CONNECTION),
    );
  }

  end(callback: (error: unknown) => void): void {
    callback(null);
  }

  /** Returns rows as arrays, which saves the driver an object per row. */
  async rows(sql: string, parameters: readonly unknown[]): Promise<Rows> {
    const connection = await this.#connect();
    try {
      return await connection.rows(sql, parameters);
    } finally {
      connection.release();
    }
  }

  async #connect(): Promise<GuardedConnection> {
    const connecting = new Promise<Mysql2Connection>((resolve, reject) => {
      this.#pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
    });
    const giveBack = () => void connecting.then((connection) => connection.release(), ignore);
    try {
      return new GuardedConnection(await this.#watch.guard(connecting, giveBack), this.#watch);
    } catch (error) {
      if (isError(error)) this.#unsent.add(error);
      throw error;
    }
  }
}

/**
 * A connection that is discarded once its server is gone, and that does not wait for ever for a silent
 * server. It reads values the same way whatever the pool's options.
 */
class GuardedConnection implements MysqlPoolConnection {
  readonly #connection: Mysql2Connection;
  readonly #watch: Watch;
  #lost: unknown;

  constructor(connection: Mysql2Connection, watch: Watch) {
    this.#connection = connection;
    this.#watch = watch;
    // If a connection is lost between two statements, the next one fails, which is enough. An `error` event
    // without a listener would end the process. Timeseries that share a pool share its connections, too.
    if (!connection.listeners('error').includes(ignore)) connection.on('error', ignore);
  }

  query(sql: string, parameters: unknown[]): { stream: <T>(options: MysqlStreamOptions) => MysqlStream<T> };
  query(
    sql: string,
    parameters: unknown[],
    callback: (error: unknown, result: MysqlQueryResult) => void,
  ): void;
  query(
    sql: string,
    parameters: unknown[],
    callback?: (error: unknown, result: MysqlQueryResult) => void,
  ): unknown {
    if (callback === undefined) return this.#connection.query(sql, parameters);
    this.#ask<MysqlQueryResult>(sql, false, parameters).then(
      (result) => callback(null, result),
      // Kysely checks the error first.
      (error: unknown) => callback(error, []),
    );
  }

  rows(sql: string, parameters: readonly unknown[]): Promise<Rows> {
    return this.#ask(sql, true, parameters);
  }

  async #ask<R>(sql: string, rowsAsArray: boolean, parameters: readonly unknown[]): Promise<R> {
    if (this.#lost !== undefined) throw this.#lost;
    const typeCast = typeof this.#connection.config.typeCast === 'function' ? asIs : true;
    const query = { sql, rowsAsArray, nestTables: false, typeCast } as const;
    const answer = new Promise<R>((resolve, reject) => {
      this.#connection.query<R>(query, [...parameters], (error, result) => {
        if (error === null) resolve(result);
        else reject(error);
      });
    });
    try {
      const result = await this.#watch.guard(answer, () => destroy(this.#connection));
      this.#watch.heard();
      return result;
    } catch (error) {
      if (endsConnection(error)) this.#lost ??= error;
      if (isMysqlError(error)) this.#watch.heard();
      throw error;
    }
  }

  release(): void {
    if (this.#lost === undefined) this.#connection.release();
    else destroy(this.#connection);
  }
}

/** A `typeCast` that changes nothing. It replaces the user's function. */
function asIs(_field: unknown, next: () => unknown): unknown {
  return next();
}

const NO_CONNECTION: MysqlPoolConnection = {
  query() {
    throw new Error('There is no connection');
  },
  release: ignore,
};

function ignore(): void {}
