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

/** Servers without a limit of their own take more, but drivers make one string, or several, of all of it. */
const BYTES_PER_STATEMENT = 2 ** 24;

export interface SessionParts {
  /** Where the errors of connecting are noted: what failed with one of them was never sent. */
  readonly unsent?: WeakSet<WeakKey>;
  readonly bytesPerStatement?: number;
  /** The most bytes that the server takes at once; what is longer is not sent. */
  readonly bytesPerPacket?: number;
  /** Reads rows as arrays, where the driver can: it need not make an object of each. */
  readonly rows?: Session['rows'];
  /** Gives whole calls up, where nothing below the Kysely does it for single statements. */
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
    // A file of SQLite, one must assume: whether it is one is known to the driver behind Kysely alone.
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
      // What is lost before the commit is sent is rolled back; only then the server's silence means anything.
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
   * Tries again what other writers were in the way of. In a transaction of the user's own that is the user's to do;
   * there calls take turns, as what one of them undoes would be undone for all.
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
