import type { Loss } from '@kairos/core';

/** The text of a statement, compiled once. Each call brings its own parameters. */
export interface Statement {
  readonly sql: string;
}

export interface Step {
  readonly statement: Statement;
  readonly parameters: readonly unknown[];
}

/** A connection that runs statements. */
export interface Connection {
  /** Whether the connection is a transaction of the user's. A Kysely can be one. */
  readonly inTransaction: boolean;
  /** Returns the rows of a query, each an array in the order of its columns. */
  rows(statement: Statement, parameters: readonly unknown[]): Promise<readonly (readonly unknown[])[]>;
  /** Runs a statement and returns how many rows it affected. */
  run(statement: Statement, parameters: readonly unknown[]): Promise<number>;
  /**
   * Applies all steps or none, and retries if another writer was in the way. Resolves to `null` on success,
   * otherwise to the loss.
   */
  apply(steps: readonly Step[]): Promise<Loss | null>;
}

/** Applies all steps or none. Rejects if they were not applied, or may not have been. */
export async function apply(connection: Connection, steps: readonly Step[]): Promise<void> {
  const failure = await connection.apply(steps);
  if (failure !== null) throw failure.error;
}
