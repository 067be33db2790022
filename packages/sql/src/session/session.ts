import type { Kysely } from 'kysely';
import type { Connection, Statement } from '../dialect/connection.js';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlTables } from '../fetch.js';

export type { Statement, Step } from '../dialect/connection.js';

/** What a column holds, row by row. */
export type Cells = readonly unknown[];

export type ReadColumns = (
  statements: readonly Statement[],
  parametersOfEach: readonly (readonly unknown[])[],
) => Promise<readonly (readonly Cells[])[] | null>;

/** Access to one database: what the adapter does with it, whatever the driver. */
export interface Session extends Connection {
  readonly dialect: Dialect;
  /** Builds and compiles statements, and is what a customized `fetch` reads with. */
  readonly kysely: Kysely<SqlTables>;
  /** Whether other processes can reach the same data. */
  readonly shared: boolean;
  /** The most bytes of the parameters of one statement. */
  readonly bytesPerStatement: number;
  /**
   * The columns of long reads, each by a statement of its own: of every list of parameters, all of one state of the
   * data. `null` where that cannot be had now. Absent where an array for each row costs nothing much.
   */
  readonly columns?: ReadColumns | undefined;
  /** Closes what was opened from a URL. */
  close(): Promise<void>;
}
