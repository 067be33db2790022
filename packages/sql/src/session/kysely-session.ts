import { setTimeout as sleep } from 'node:timers/promises';
import type { Loss } from '@kairos/core';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlTables } from '../fetch.js';
import type { Session, Statement, Step } from './session.js';

/** How often steps are tried where other writers are in the way. */
const ATTEMPTS = 20;

/** Servers without a limit of their own take more, but drivers make one string, or several, of all of it. */
const BYTES_PER_STATEMENT = 2 ** 24;

export interface SessionParts {
  /** Where the errors of connecting are noted: what failed with one of them was never sent. */
  readonly unsent?: WeakSet<WeakKey>;
  readonly bytesPerStatement?: number;
  /** Reads rows as arrays, where the driver can: it need not make an object of each. */
  readonly rows?: Session['rows'];
  readonly close?: () => Promise<void>;
}

/** A database through Kysely, whatever its driver. */
export class KyselySession implements Session {
  readonly dialect: Dialect;
  readonly kysely: Kysely<SqlTables>;
  readonly shared: boolean;
  readonly bytesPerStatement: number;
  readonly #unsent: WeakSet<WeakKey> | undefined;
  readonly #rows: Session['rows'] | undefined;
  readonly #close: () => Promise<void>;

  constructor(
    kysely: Kysely<SqlTables>,
    dialect: Dialect,
    { bytesPerStatement = BYTES_PER_STATEMENT, unsent, rows, close = async () => {} }: SessionParts = {},
  ) {
    this.kysely = kysely.withoutPlugins();
    this.dialect = dialect;
    // A file of SQLite, one must assume: whether it is one is known to the driver behind Kysely alone.
    this.shared = true;
    this.bytesPerStatement = bytesPerStatement;
    this.#unsent = unsent;
    this.#rows = rows;
    this.#close = close;
  }

  async rows(statement: Statement, parameters: readonly unknown[]): Promise<readonly (readonly unknown[])[]> {
    if (this.#rows !== undefined) return this.#rows(statement, parameters);
    const query = CompiledQuery.raw(statement.sql, [...parameters]);
    const { rows } = await this.kysely.executeQuery<object>(query);
    return rows.map((row) => Object.values(row));
  }

  async run({ sql }: Statement, parameters: readonly unknown[]): Promise<number> {
    const result = await this.kysely.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return Number(result.numAffectedRows ?? 0n);
  }

  async apply(steps: readonly Step[]): Promise<Loss | null> {
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#attempt(steps);
      const again =
        failure?.fate === 'failed' && this.dialect.isTransient(failure.error) && !this.kysely.isTransaction;
      if (!again || attempt === ATTEMPTS) return failure;
      await sleep(Math.random() * Math.min(10 * 2 ** attempt, 500));
    }
  }

  async #attempt(steps: readonly Step[]): Promise<Loss | null> {
    let decided = false;
    const runAll = async (connection: Kysely<SqlTables>) => {
      for (const { statement, parameters } of steps) {
        decided = steps.length === 1;
        await connection.executeQuery(CompiledQuery.raw(statement.sql, [...parameters]));
      }
      decided = true;
    };
    try {
      // What is lost before the commit is sent is rolled back; only then the server's silence means anything.
      const single = steps.length === 1;
      if (this.kysely.isTransaction || (single && this.#unsent !== undefined)) await runAll(this.kysely);
      else if (single) await this.kysely.connection().execute(runAll);
      else await this.kysely.transaction().execute(runAll);
      return null;
    } catch (error) {
      const sent = decided && !(error instanceof Error && this.#unsent?.has(error));
      return { fate: sent && !this.dialect.isRefusal(error) ? 'unknown' : 'failed', error };
    }
  }

  close(): Promise<void> {
    return this.#close();
  }
}
