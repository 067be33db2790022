import type { RawBuilder } from 'kysely';
import type { Column, ColumnKind } from './column.js';
import type { Connection, Statement } from './connection.js';
import type { EachBucket } from './each-bucket.js';
import type { Packing } from './packing.js';

/** The differences between the servers: one stateless object for each. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres' | 'mysql';
  /** Whether text can hold NUL. */
  readonly nul: boolean;
  /** Whether an insert of this many rows takes one array per column, instead of one parameter per value. */
  asArrays(rows: number): boolean;
  /** Stands for NULL in such an array if the array cannot hold NULL. */
  readonly nullInArray?: unknown;
  /** The rows of an insert, as parameters. */
  rows(columns: readonly Column[], count: number): RawBuilder<unknown>;
  /** Maximum number of rows per insert. */
  readonly rowsPerInsert: number;
  /**
   * Whether an insert that cannot update costs far less. If a row exists, the server then answers with an error
   * for which `isDuplicate` is true.
   */
  readonly insertsFaster: boolean;
  /** Maximum number of parameters per statement. */
  readonly parametersPerStatement: number;
  /** Whether the insert numbers the values of a series, or the column does. */
  readonly sequence: 'computed' | 'generated';
  /** The type of each kind of column in CREATE TABLE. */
  readonly columnTypes: { readonly [K in ColumnKind]: string };
  /** Whether tables can be partitioned as `Layout.partitions` says. */
  readonly partitions: boolean;
  /**
   * Whether the rows are spread over several servers by name. If so, a statement that spans servers may touch
   * at most 10,000 rows on each.
   */
  readonly spread?: boolean;
  /** How to request a result that the server refuses only because of its size. */
  readonly large?: LargeResults;
  /** The options after the column list of CREATE TABLE. */
  readonly tableOptions: string;
  /** The upsert clause of an INSERT: how the columns change if the key exists. */
  onConflict(table: string, key: readonly string[], changes: readonly Change[]): RawBuilder<unknown>;
  /**
   * Number of buckets per window of data. The larger a window is, the fewer places a read has to look up, and
   * the more pages a write to many names touches.
   */
  readonly windowSize: number;
  /** The window of an entry, in the form that the index for `expire` uses and no other query does. */
  readonly expiryWindow: RawBuilder<unknown>;
  /** Whether that index sorts the entries of a window by name. */
  readonly expiryByName: boolean;
  /** The rows of the smallest step of `expire`. Set where still smaller ones cost more for each row. */
  readonly rowsPerExpiryStep?: number;
  /** Whether comparisons of several columns at once use the key. */
  readonly comparesRows: boolean;
  /** OFFSET as a parameter, in a form whose value the planner cannot take into account. */
  readonly offset: RawBuilder<unknown>;
  /** The server's time, in whole seconds. */
  readonly now: RawBuilder<unknown>;
  /**
   * Selects each name of a table once, without scanning its rows. The table's key must begin with the name.
   * Finds names within some ranges, or all names without ranges. Parameters of each range: its beginning, its
   * end, its end.
   */
  distinctNames(table: string, ranges: number): RawBuilder<unknown>;
  /**
   * Selects the same names, each with the interval, window and mark of its last entry in a directory. Defined
   * only if this costs no extra look-up. Parameters as in `distinctNames`.
   */
  lastEntries?(table: string, ranges: number): RawBuilder<unknown>;
  /** Follows a table in FROM to force a look-up by primary key, if the server needs such a hint. */
  readonly byKey: RawBuilder<unknown>;
  /**
   * A FROM clause that finds the rows of the first table, `e`, first, and looks up the matching rows of the
   * second, `d`, for each of them.
   */
  lookUp(entries: string, data: string, condition: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Deletes the rows that meet a condition in all windows of a name; see `Statements.deleteName`. */
  deleteInWindows(entries: string, data: string, more: readonly RawBuilder<unknown>[]): RawBuilder<unknown>;
  /** Deletes at most `limit` of the rows that meet a condition. `of` is a condition that all of them meet. */
  deleteSome(
    table: string,
    key: readonly string[],
    where: RawBuilder<unknown>,
    limit: RawBuilder<unknown>,
    of?: RawBuilder<unknown>,
  ): RawBuilder<unknown>;
  /** A LIMIT that returns all rows, so that no server setting can cut any off. */
  readonly allRows: RawBuilder<unknown>;
  /**
   * Whether grouped rows are found fastest by a list of windows, rather than by a join with the directory.
   */
  looksUpWindows(grouped: boolean): boolean;
  /** Follows a column in a condition: the column equals one of the query's results. */
  anyOf(query: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Whether sums within a window and a bucket, in key order, are faster than sums within a bucket. */
  readonly groupsInWindows: boolean;
  /** How to add up buckets one by one, if that is fastest. */
  readonly eachBucket?: EachBucket;
  /** A condition: whether the sum of doubles that are whole numbers is exact, without rounding on the way. */
  exactSum(doubles: RawBuilder<unknown>, sum: RawBuilder<unknown>): RawBuilder<unknown>;
  /** A value times its count, in a form that makes `exactSum` fail if the product was rounded. */
  product?(value: RawBuilder<unknown>, count: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Selects a column in a form that the driver cannot lose precision in. */
  select(column: Column, reference: RawBuilder<unknown>): RawBuilder<unknown>;
  /** How to pack a long column into one value, for servers on which rows cost more. */
  readonly packings?: { readonly [K in ColumnKind]?: Packing };
  /** How text is bound and read so that it compares byte by byte. */
  readonly text: {
    bind(text: string): string | Uint8Array;
    /** The same for columns of `rows` that are not nullable, if these take another form. */
    bindInRow?(text: string): string | Uint8Array;
    read(column: unknown): string;
  };
  /** Converts values for the driver. Omits text, and kinds that the driver takes unchanged. */
  readonly bind: { readonly [K in OtherKind]?: (value: unknown) => unknown };
  /** Converts values from the driver. Omits kinds that the driver returns unchanged. */
  readonly read: { readonly [K in OtherKind]?: (value: unknown) => unknown };
  /** The text between CREATE INDEX and the columns. If absent, CREATE TABLE defines the indexes. */
  indexOn?(index: string, table: string): RawBuilder<unknown>;
  /** Selects which of the given tables exist, in a schema or in that of the connection. */
  tablesAmong(names: RawBuilder<unknown>, schema: string | undefined): RawBuilder<unknown>;
  /**
   * Selects the columns of those given tables that exist: table, column, and its place in the primary key.
   */
  columnsAmong(names: RawBuilder<unknown>, schema: string | undefined): RawBuilder<unknown>;
  /**
   * Selects the sequence of a series if the user may insert into the series but not use the sequence.
   * Otherwise selects nothing.
   */
  unusableSequence?(table: string, schema: string | undefined): RawBuilder<unknown>;
  /** Runs CREATE TABLE IF NOT EXISTS safely in several processes at once. */
  createTables(creations: readonly Creation[], connection: Connection): Promise<void>;
  /** Whether an error proves that the server did not carry out the statement or the commit. */
  isRefusal(error: unknown): boolean;
  /** Whether the schema of a table does not exist. */
  isMissingSchema(error: unknown): boolean;
  /** Whether an insert failed because a row exists already. */
  isDuplicate(error: unknown): boolean;
  /** Whether a row's partition is missing. */
  isMissingPartition(error: unknown): boolean;
  /** Whether the same transaction can succeed on retry: deadlock, serialization failure. */
  isTransient(error: unknown): boolean;
  /** Whether the cause is the server as a whole, not the data: locked, full, read-only. */
  isGeneral(error: unknown): boolean;
}

type OtherKind = Exclude<ColumnKind, 'key' | 'text'>;

/** Statements to send before and after a query whose result exceeds the server's limit. */
export interface LargeResults {
  isTooLarge(error: unknown): boolean;
  readonly begin: string;
  readonly end: string;
}

/** A table with its CREATE TABLE IF NOT EXISTS. */
export interface Creation {
  readonly table: string;
  readonly statement: Statement;
}

/** How an upsert changes a column of an existing row: adds to it, takes the new value, or makes it NULL. */
export interface Change {
  readonly column: string;
  readonly how: 'add' | 'replace' | 'clear';
}
