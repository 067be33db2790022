import type { Kysely } from 'kysely';
import type { Connection, Statement } from '../dialect/connection.js';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlTables } from '../fetch.js';

export type { Statement, Step } from '../dialect/connection.js';

/** The values of a column, row by row. */
export type Cells = readonly unknown[];

export type ReadColumns = (
  statements: readonly Statement[],
  parametersOfEach: readonly (readonly unknown[])[],
) => Promise<readonly (readonly Cells[])[] | null>;

/** Access to one database, independent of the driver. */
export interface Session extends Connection {
  readonly dialect: Dialect;
  /** Builds and compiles statements. A customized `fetch` reads with it. */
  readonly kysely: Kysely<SqlTables>;
  /** Whether other processes can reach the same data. */
  readonly shared: boolean;
  /** Maximum total size of a statement's parameters, in bytes. */
  readonly bytesPerStatement: number;
  /**
   * Reads long results column by column, with one statement per column. For each list of parameters, all
   * columns show the same state of the data. Resolves to `null` if that is impossible at the moment. Absent
   * if an array per row costs little.
   */
  readonly columns?: ReadColumns | undefined;
  /** Closes the connections that were opened from a URL. */
  close(): Promise<void>;
}
