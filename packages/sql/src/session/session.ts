import type { Kysely } from 'kysely';
import type { Connection } from '../dialect/connection.js';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlTables } from '../fetch.js';

export type { Statement, Step } from '../dialect/connection.js';

/** Access to one database: what the adapter does with it, whatever the driver. */
export interface Session extends Connection {
  readonly dialect: Dialect;
  /** Builds and compiles statements, and is what a customized `fetch` reads with. */
  readonly kysely: Kysely<SqlTables>;
  /** Whether other processes can reach the same data. */
  readonly shared: boolean;
  /** The most bytes of the parameters of one statement. */
  readonly bytesPerStatement: number;
  /** Closes what was opened from a URL. */
  close(): Promise<void>;
}
