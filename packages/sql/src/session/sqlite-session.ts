import type { Loss } from '@kairos/core';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';
import type { Dialect } from '../dialect/dialect.js';
import { codeOf, sqlite } from '../dialect/sqlite.js';
import type { SqlTables } from '../fetch.js';
import type { SqliteDatabase, SqliteStatement } from './handles.js';
import type { LockWaits } from './lock-waits.js';
import type { Cells, ReadColumns, Session, Statement, Step } from './session.js';

/**
 * SQLite through better-sqlite3 or node:sqlite. Both are synchronous, so a transaction runs in one turn of the event
 * loop: no other connection of this process can block the loop while it waits for a lock held across turns.
 */
export class SqliteSession implements Session {
  readonly dialect: Dialect;
  readonly kysely: Kysely<SqlTables>;
  readonly shared: boolean;
  readonly bytesPerStatement = Number.POSITIVE_INFINITY;
  readonly #database: SqliteDatabase;
  readonly #waits: LockWaits;
  readonly #owned: boolean;
  readonly #statements = new Map<Statement, SqliteStatement>();
  readonly #all: (steps: readonly Step[]) => void;
  readonly #inOneState: (read: () => readonly (readonly Cells[])[]) => readonly (readonly Cells[])[];
  readonly columns: ReadColumns | undefined;

  constructor(database: SqliteDatabase, waits: LockWaits, owned: boolean, dialect: Dialect = sqlite) {
    this.dialect = dialect;
    this.#database = database;
    this.#waits = waits;
    this.#owned = owned;
    this.shared = !database.memory;
    this.kysely = new Kysely({ dialect: new WaitingDialect({ database }, waits) });
    this.#all = database.transaction((steps: readonly Step[]) => {
      for (const { statement, parameters } of steps) this.#prepared(statement).run(parameters);
    }).immediate;
    this.#inOneState = database.transaction((read) => read());
    const plucks = database.prepare('select 1').pluck !== undefined;
    this.columns = plucks
      ? (statements, parametersOfEach) => this.#columns(statements, parametersOfEach)
      : undefined;
  }

  /** The user of the handle may begin a transaction at any time. */
  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  async rows(statement: Statement, parameters: readonly unknown[]): Promise<readonly (readonly unknown[])[]> {
    return this.#waits.beside(
      // In raw mode, each row is an array.
      () => this.#prepared(statement).raw(true).all(parameters) as unknown[][],
    );
  }

  async #columns(
    statements: readonly Statement[],
    parametersOfEach: readonly (readonly unknown[])[],
  ): Promise<readonly (readonly Cells[])[] | null> {
    const read = () =>
      parametersOfEach.map((parameters) =>
        statements.map((statement) => this.#prepared(statement).pluck?.(true).all(parameters) ?? []),
      );
    try {
      return await this.#waits.beside(() => (this.#database.inTransaction ? read() : this.#inOneState(read)));
    } catch (error) {
      // No transaction can begin while the handle's user iterates over rows. That error does not come from
      // SQLite.
      if (codeOf(error) !== '') throw error;
      return null;
    }
  }

  async run(statement: Statement, parameters: readonly unknown[]): Promise<number> {
    return this.#waits.inOrder(() => this.#prepared(statement).run(parameters).changes);
  }

  async apply(steps: readonly Step[]): Promise<Loss | null> {
    try {
      await this.#waits.inOrder(() => this.#apply(steps));
      return null;
    } catch (error) {
      return { fate: 'failed', error, general: sqlite.isGeneral(error) };
    }
  }

  #apply(steps: readonly Step[]): void {
    const [first] = steps;
    if (steps.length === 1 && first !== undefined) this.#prepared(first.statement).run(first.parameters);
    else this.#all(steps);
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

/** For customized fetches: their queries wait for locks like any other read. */
class WaitingDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #waits: LockWaits;

  constructor(config: SqliteDialectConfig, waits: LockWaits) {
    super(config);
    this.#config = config;
    this.#waits = waits;
  }

  override createDriver(): Driver {
    return new WaitingDriver(this.#config, this.#waits);
  }
}

class WaitingDriver extends SqliteDriver {
  readonly #waits: LockWaits;

  constructor(config: SqliteDialectConfig, waits: LockWaits) {
    super(config);
    this.#waits = waits;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    return {
      executeQuery: <R>(query: CompiledQuery) => this.#waits.beside(() => connection.executeQuery<R>(query)),
      streamQuery: <R>(query: CompiledQuery, chunkSize?: number) =>
        connection.streamQuery<R>(query, chunkSize),
    };
  }
}
