import type { Kysely } from 'kysely';
import type { SqlTables } from '../fetch.js';

/** What is used of a better-sqlite3 `Database`. */
export interface SqliteDatabase {
  readonly memory: boolean;
  close(): void;
  prepare(sql: string): SqliteStatement;
  pragma(pragma: string, options: { readonly simple: true }): unknown;
  transaction<A extends unknown[]>(body: (...args: A) => void): (...args: A) => void;
}

export interface SqliteStatement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
  run(parameters: readonly unknown[]): {
    readonly changes: number;
    readonly lastInsertRowid: number | bigint;
  };
  raw(toggle: boolean): this;
  safeIntegers(toggle: boolean): this;
}

export function isKysely(handle: object): handle is Kysely<SqlTables> {
  return hasMethods(handle, 'selectFrom', 'insertInto', 'executeQuery', 'connection', 'getExecutor');
}

export function isSqliteDatabase(handle: object): handle is SqliteDatabase {
  return (
    hasMethods(handle, 'prepare', 'pragma', 'transaction', 'exec', 'close') &&
    typeof Reflect.get(handle, 'inTransaction') === 'boolean'
  );
}

function hasMethods(handle: object, ...methods: readonly string[]): boolean {
  return methods.every((method) => typeof Reflect.get(handle, method) === 'function');
}
