import { isError, type Loss } from '@kairos/core';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Dialect, LargeResults } from '../dialect/dialect.js';
import type { SqlTables } from '../fetch.js';
import { inOwnTransaction } from './own-transaction.js';
import { refuseTooLong } from './packet.js';
import type { Watch } from './patience.js';
import { persist } from './persist.js';
import { inSavepoint } from './savepoint.js';
import type { Session, Statement, Step } from './session.js';
import { inTurn } from './turns.js';

/**
 * Servers without their own limit take longer statements, but drivers build one or more strings of the whole.
 */
const BYTES_PER_STATEMENT = 2 ** 24;

export interface SessionParts {
  /** Collects connection errors. A statement that failed with one was never sent. */
  readonly unsent?: WeakSet<WeakKey>;
  readonly bytesPerStatement?: number;
  /** Maximum size of a packet that the server accepts, in bytes. Longer statements are not sent. */
  readonly bytesPerPacket?: number;
  /** Reads rows as arrays, if the driver can. That saves an object per row. */
  readonly rows?: Session['rows'];
  /** Gives up whole calls, if nothing below Kysely watches single statements. */
  readonly watch?: Watch;
  readonly close?: () => Promise<void>;
}

/** A database through Kysely, whatever its driver. */
export class KyselySession implements Session {
  readonly dialect: Dialect;
  readonly kysely: Kysely<SqlTables>;
  readonly shared: boolean;
  readonly inTransaction: boolean;
  readonly bytesPerStatement: number;
  readonly #handle: Kysely<SqlTables>;
  readonly #unsent: WeakSet<WeakKey> | undefined;
  readonly #rows: Session['rows'] | undefined;
  readonly #watch: Watch | undefined;
  readonly #bytesPerPacket: number;
  readonly #close: () => Promise<void>;

  constructor(
    kysely: Kysely<SqlTables>,
    dialect: Dialect,
    {
      bytesPerStatement = BYTES_PER_STATEMENT,
      bytesPerPacket = Number.POSITIVE_INFINITY,
      unsent,
      rows,
      watch,
      close = async () => {},
    }: SessionParts = {},
  ) {
    this.#handle = kysely;
    this.kysely = kysely.withoutPlugins();
    this.inTransaction = kysely.isTransaction;
    this.dialect = dialect;
    // Assume a SQLite file. Only the driver behind Kysely knows whether the database is one.
    this.shared = true;
    this.bytesPerStatement = bytesPerStatement;
    this.#bytesPerPacket = bytesPerPacket;
    this.#unsent = unsent;
    this.#rows = rows;
    this.#watch = watch;
    this.#close = close;
  }

  async rows(statement: Statement, parameters: readonly unknown[]): Promise<Rows> {
    const { large } = this.dialect;
    try {
      return await this.#perform(() =>
        this.#rows === undefined
          ? rowsOn(this.kysely, statement, parameters)
          : this.#rows(statement, parameters),
      );
    } catch (error) {
      if (large?.isTooLarge(error) !== true) throw error;
      return this.#perform(() => this.#largeRows(large, statement, parameters));
    }
  }

  #largeRows(large: LargeResults, statement: Statement, parameters: readonly unknown[]): Promise<Rows> {
    const read = async (connection: Kysely<SqlTables>) => {
      await connection.executeQuery(CompiledQuery.raw(large.begin));
      try {
        return await rowsOn(connection, statement, parameters);
      } finally {
        await connection.executeQuery(CompiledQuery.raw(large.end));
      }
    };
    return this.inTransaction ? read(this.kysely) : this.kysely.connection().execute(read);
  }

  run(statement: Statement, parameters: readonly unknown[]): Promise<number> {
    return this.#perform(async () => {
      refuseTooLong(statement, parameters, this.#bytesPerPacket);
      const result = await this.kysely.executeQuery(CompiledQuery.raw(statement.sql, [...parameters]));
      return Number(result.numAffectedRows ?? 0n);
    });
  }

  async apply(steps: readonly Step[]): Promise<Loss | null> {
    const single = steps.length === 1;
    let decided = false;
    let abandoned = false;
    const runAll = async (connection: Kysely<SqlTables>) => {
      for (const { statement, parameters } of steps) {
        if (abandoned) throw new Error('The call was given up');
        refuseTooLong(statement, parameters, this.#bytesPerPacket);
        decided = single;
        await connection.executeQuery(CompiledQuery.raw(statement.sql, [...parameters]));
      }
      if (abandoned) throw new Error('The call was given up');
      decided = true;
    };
    const applyAll = () => {
      decided = false;
      return this.#together(single, runAll);
    };
    try {
      await this.#perform(applyAll, () => {
        abandoned = true;
      });
      return null;
    } catch (error) {
      const unsent = isError(error) && this.#unsent?.has(error) === true;
      const general = unsent || this.dialect.isGeneral(error);
      // If the connection is lost before the commit is sent, the server rolls back. Only once the commit is
      // sent does its silence leave the outcome unknown.
      const untold = decided && !unsent && !this.dialect.isRefusal(error);
      return { fate: untold ? 'unknown' : 'failed', error, general };
    }
  }

  async #together(single: boolean, runAll: (connection: Kysely<SqlTables>) => Promise<void>): Promise<void> {
    if (this.inTransaction) await (single ? runAll(this.kysely) : inSavepoint(this.kysely, runAll));
    else if (single && this.#unsent !== undefined) await runAll(this.kysely);
    else if (single) await this.kysely.connection().execute(runAll);
    else await inOwnTransaction(this.kysely, runAll);
  }

  /**
   * Retries work that conflicted with other writers. In the user's own transaction, retrying is up to the
   * user. There calls take turns, because rolling back one of them would undo the others.
   */
  #perform<R>(work: () => Promise<R>, abandon: () => void = () => undefined): Promise<R> {
    const watch = this.#watch;
    const watched = watch === undefined ? work : () => answered(watch, work, abandon);
    return this.inTransaction ? inTurn(this.#handle, watched) : persist(watched, this.dialect.isTransient);
  }

  close(): Promise<void> {
    return this.#close();
  }
}

type Rows = readonly (readonly unknown[])[];

async function rowsOn(
  connection: Kysely<SqlTables>,
  { sql }: Statement,
  parameters: readonly unknown[],
): Promise<Rows> {
  const { rows } = await connection.executeQuery<object>(CompiledQuery.raw(sql, [...parameters]));
  return rows.map((row) => Object.values(row));
}

async function answered<R>(watch: Watch, work: () => Promise<R>, abandon: () => void): Promise<R> {
  const answer = await watch.guard(work(), abandon);
  watch.heard();
  return answer;
}
