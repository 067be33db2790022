import type { Loss } from '@kairos/core';

/** The text of a statement, compiled once; its parameters come with each call. */
export interface Statement {
  readonly sql: string;
}

export interface Step {
  readonly statement: Statement;
  readonly parameters: readonly unknown[];
}

/** A connection that statements are sent to. */
export interface Connection {
  /** Whether it is a transaction of the user's own, as a Kysely can be. */
  readonly inTransaction: boolean;
  /** The rows of a query, each an array in the order of its columns. */
  rows(statement: Statement, parameters: readonly unknown[]): Promise<readonly (readonly unknown[])[]>;
  /** Runs one statement, and tells how many rows it met. */
  run(statement: Statement, parameters: readonly unknown[]): Promise<number>;
  /** Applies all steps or none, and again where another writer was in the way; `null` where they are applied. */
  apply(steps: readonly Step[]): Promise<Loss | null>;
}

/** Applies all steps or none, and rejects where they are not, or may not be, applied. */
export async function apply(connection: Connection, steps: readonly Step[]): Promise<void> {
  const failure = await connection.apply(steps);
  if (failure !== null) throw failure.error;
}
