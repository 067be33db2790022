import type { Loss } from '@kairos/core';
import { Kysely, SqliteDialect } from 'kysely';
import { sqlite } from '../dialect/sqlite.js';
import type { SqlTables } from '../fetch.js';
import type { SqliteDatabase, SqliteStatement } from './handles.js';
import type { Session, Statement, Step } from './session.js';

/**
 * SQLite through better-sqlite3 itself. It is synchronous, so a transaction runs in one turn of the event loop: no
 * other connection of this process can come to wait, and block the loop, for a lock that is held across turns.
 */
export class SqliteSession implements Session {
  readonly dialect = sqlite;
  readonly kysely: Kysely<SqlTables>;
  readonly shared: boolean;
  readonly inTransaction = false;
  readonly bytesPerStatement = Number.POSITIVE_INFINITY;
  readonly #database: SqliteDatabase;
  readonly #owned: boolean;
  readonly #statements = new Map<Statement, SqliteStatement>();
  readonly #all: (steps: readonly Step[]) => void;

  constructor(database: SqliteDatabase, owned: boolean) {
    this.#database = database;
    this.#owned = owned;
    this.shared = !database.memory;
    this.kysely = new Kysely({ dialect: new SqliteDialect({ database }) });
    this.#all = database.transaction((steps: readonly Step[]) => {
      for (const { statement, parameters } of steps) this.#prepared(statement).run(parameters);
    });
  }

  async rows(statement: Statement, parameters: readonly unknown[]): Promise<readonly (readonly unknown[])[]> {
    // In raw mode every row is an array.
    return this.#prepared(statement).raw(true).all(parameters) as unknown[][];
  }

  async run(statement: Statement, parameters: readonly unknown[]): Promise<number> {
    return this.#prepared(statement).run(parameters).changes;
  }

  async apply(steps: readonly Step[]): Promise<Loss | null> {
    try {
      const [first] = steps;
      if (steps.length === 1 && first !== undefined) this.#prepared(first.statement).run(first.parameters);
      else this.#all(steps);
      return null;
    } catch (error) {
      return { fate: 'failed', error };
    }
  }

  async close(): Promise<void> {
    if (this.#owned) this.#database.close();
  }

  #prepared(statement: Statement): SqliteStatement {
    const found = this.#statements.get(statement);
    if (found !== undefined) return found;
    const prepared = this.#database.prepare(statement.sql).safeIntegers(false);
    this.#statements.set(statement, prepared);
    return prepared;
  }
}
