import type { NodeDatabase, NodeStatement, SqliteDatabase, SqliteStatement } from './handles.js';

/** The part of the module `node:sqlite` that Kairos uses. */
export interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options?: object) => NodeDatabase;
}

/**
 * `node:sqlite`, if the runtime has it: Node 22.13 and newer, Bun, Deno. It is loaded in a way that bundlers
 * do not see.
 */
export function nodeSqlite(): NodeSqlite | undefined {
  const module: unknown = process.getBuiltinModule?.('node:sqlite');
  return isNodeSqlite(module) ? module : undefined;
}

function isNodeSqlite(module: unknown): module is NodeSqlite {
  return (
    typeof module === 'object' && module !== null && typeof Reflect.get(module, 'DatabaseSync') === 'function'
  );
}

/** A `DatabaseSync` in the shape of better-sqlite3's `Database`. */
export class AdaptedDatabase implements SqliteDatabase {
  readonly memory: boolean;
  readonly readonly: boolean;
  readonly #database: NodeDatabase;
  readonly #control = new Map<string, NodeStatement>();

  constructor(database: NodeDatabase, readonly = false) {
    this.#database = database;
    this.readonly = readonly;
    const files = database.prepare('select file from pragma_database_list where name = ?').all('main');
    this.memory = files.every((row) => !fileOf(row));
  }

  get inTransaction(): boolean {
    const { isTransaction } = this.#database;
    if (isTransaction !== undefined) return isTransaction;
    try {
      // `begin` locks nothing. Transactions cannot be nested.
      this.#run('begin');
    } catch {
      return true;
    }
    this.#run('rollback');
    return false;
  }

  /** Whether text containing NUL is read in full. Deno cuts it off at NUL. */
  get keepsNul(): boolean {
    const [row] = this.#database.prepare("select 'a' || char(0) || 'b' as text").all();
    return typeof row === 'object' && row !== null && Reflect.get(row, 'text') === 'a\0b';
  }

  close(): void {
    this.#database.close();
  }

  prepare(sql: string): SqliteStatement {
    return new AdaptedStatement(this.#database.prepare(sql), sql);
  }

  pragma(pragma: string): unknown {
    const [row] = this.#database.prepare(`pragma ${pragma}`).all();
    return typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined;
  }

  transaction<A extends unknown[], R>(body: (...args: A) => R) {
    const within =
      (begin: string) =>
      (...args: A): R => {
        const nested = this.inTransaction;
        this.#run(nested ? 'savepoint kairos_steps' : begin);
        try {
          const result = body(...args);
          this.#run(nested ? 'release kairos_steps' : 'commit');
          return result;
        } catch (error) {
          // SQLite may already have rolled back the whole transaction.
          if (this.inTransaction) {
            this.#run(nested ? 'rollback to kairos_steps' : 'rollback');
            if (nested) this.#run('release kairos_steps');
          }
          throw error;
        }
      };
    return Object.assign(within('begin'), { immediate: within('begin immediate') });
  }

  #run(sql: string): void {
    const statement = this.#control.get(sql) ?? this.#database.prepare(sql);
    this.#control.set(sql, statement);
    statement.run();
  }
}

class AdaptedStatement implements SqliteStatement {
  readonly reader: boolean;
  readonly #statement: NodeStatement;
  #raw = false;

  constructor(statement: NodeStatement, sql: string) {
    this.#statement = statement;
    const columns = statement.columns?.().length;
    this.reader =
      columns === undefined ? /^\s*(select|with|values|pragma)\b|\breturning\b/i.test(sql) : columns > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    const rows = this.#statement.all(...parameters);
    if (!this.#raw || this.#statement.setReturnArrays !== undefined) return rows;
    return rows.map((row) => Object.values(row ?? {}));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...parameters);
  }

  run(parameters: readonly unknown[]): {
    readonly changes: number;
    readonly lastInsertRowid: number | bigint;
  } {
    const { changes, lastInsertRowid } = this.#statement.run(...parameters);
    return { changes: Number(changes), lastInsertRowid };
  }

  raw(toggle: boolean): this {
    if (this.#raw !== toggle) this.#statement.setReturnArrays?.(toggle);
    this.#raw = toggle;
    return this;
  }

  safeIntegers(toggle: boolean): this {
    this.#statement.setReadBigInts(toggle);
    return this;
  }
}

function fileOf(row: unknown): unknown {
  return typeof row === 'object' && row !== null ? Reflect.get(row, 'file') : undefined;
}
