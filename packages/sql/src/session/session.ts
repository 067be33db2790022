import type { Loss } from '@kairos/core';
import type { Kysely } from 'kysely';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlTables } from '../fetch.js';

/** The text of a statement, compiled once; its parameters come with each call. */
export interface Statement {
  readonly sql: string;
}

export interface Step {
  readonly statement: Statement;
  readonly parameters: readonly unknown[];
}

/** The way to one database: what the adapter does to it, and nothing of how. */
export interface Session {
  readonly dialect: Dialect;
  /** Builds and compiles statements, and is what a customized `fetch` reads with. */
  readonly kysely: Kysely<SqlTables>;
  /** Whether other processes can reach the same data. */
  readonly shared: boolean;
  /** Whether it is a transaction of the user's own, as a Kysely can be. */
  readonly inTransaction: boolean;
  /** The most bytes of the parameters of one statement. */
  readonly bytesPerStatement: number;
  /** The rows of a query, each an array in the order of its columns. */
  rows(statement: Statement, parameters: readonly unknown[]): Promise<readonly (readonly unknown[])[]>;
  /** Runs one statement, and tells how many rows it met. */
  run(statement: Statement, parameters: readonly unknown[]): Promise<number>;
  /** Applies all steps or none, and again where another writer was in the way; `null` where they are applied. */
  apply(steps: readonly Step[]): Promise<Loss | null>;
  /** Closes what was opened from a URL. */
  close(): Promise<void>;
}
