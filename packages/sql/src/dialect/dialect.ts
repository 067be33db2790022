import type { RawBuilder } from 'kysely';
import type { Column, ColumnKind } from './column.js';
import type { Connection, Statement } from './connection.js';
import type { EachBucket } from './each-bucket.js';
import type { Packing } from './packing.js';

/** Everything that differs between the servers: one stateless object for each. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres' | 'mysql';
  /** Whether text can hold NUL. */
  readonly nul: boolean;
  /** Whether so many rows come to an insert as an array for each column, instead of a parameter for each value. */
  asArrays(rows: number): boolean;
  /** What stands for NULL in such an array, where it cannot itself. */
  readonly nullInArray?: unknown;
  /** The rows of an insert, as parameters. */
  rows(columns: readonly Column[], count: number): RawBuilder<unknown>;
  /** The most rows of one insert. */
  readonly rowsPerInsert: number;
  /** The most parameters of one statement. */
  readonly parametersPerStatement: number;
  /** Who numbers the values of a series: the insert itself, or the column. */
  readonly sequence: 'computed' | 'generated';
  /** What stands behind the column's name in CREATE TABLE. */
  readonly columnTypes: { readonly [K in ColumnKind]: string };
  /** Whether tables can be partitioned as `Layout.partitions` says. */
  readonly partitions: boolean;
  /**
   * Whether the rows of each name are on one of several servers, and no statement over several of them may touch more
   * than 10,000 rows of one.
   */
  readonly spread?: boolean;
  /** How a result is asked for that the server refuses for its size alone. */
  readonly large?: LargeResults;
  /** What stands behind the columns in CREATE TABLE. */
  readonly tableOptions: string;
  /** What stands behind the rows of an INSERT: how the columns change where the key is there already. */
  onConflict(table: string, key: readonly string[], changes: readonly Change[]): RawBuilder<unknown>;
  /** How many buckets are in a window of data. */
  readonly windowSize: number;
  /** The window of an entry in the index by which `expire` finds it, in a form in which nothing else asks for it. */
  readonly expiryWindow: RawBuilder<unknown>;
  /** Whether that index has the entries of a window in the order of their names. */
  readonly expiryByName: boolean;
  /** Whether rows are looked up in a key by comparing several columns at once. */
  readonly comparesRows: boolean;
  /** How many rows are skipped, a parameter, in a form that leads no planner to count with it. */
  readonly offset: RawBuilder<unknown>;
  /** The time of the server, in whole seconds. */
  readonly now: RawBuilder<unknown>;
  /**
   * Each name of a table whose key begins with it once, without going through its rows: those within some ranges, or all
   * where there is none. Parameters of each range: its beginning, its end, its end.
   */
  distinctNames(table: string, ranges: number): RawBuilder<unknown>;
  /**
   * The same names, each with the interval, the window and the mark of its last entry in a directory, if that takes no
   * look-up more. Parameters as in `distinctNames`.
   */
  lastEntries?(table: string, ranges: number): RawBuilder<unknown>;
  /** What stands behind a table in FROM so that its rows are found by its primary key, where that has to be said. */
  readonly byKey: RawBuilder<unknown>;
  /**
   * What stands behind FROM so that the rows of the first table, `e`, are found first, and those of the second, `d`,
   * looked up for each of them by a condition.
   */
  lookUp(entries: string, data: string, condition: RawBuilder<unknown>): RawBuilder<unknown>;
  /** A statement that deletes the data that meets a condition in all windows of a name; `Statements.deleteName`. */
  deleteInWindows(entries: string, data: string, more: readonly RawBuilder<unknown>[]): RawBuilder<unknown>;
  /** A statement that deletes at most `limit` of the rows that meet a condition, all of which are of `of`. */
  deleteSome(
    table: string,
    key: readonly string[],
    where: RawBuilder<unknown>,
    limit: RawBuilder<unknown>,
    of?: RawBuilder<unknown>,
  ): RawBuilder<unknown>;
  /** What stands behind a SELECT for all of its rows, so that no setting of the server can cut some off. */
  readonly allRows: RawBuilder<unknown>;
  /** Whether rows that are grouped are found fastest by a list of windows, in place of a join with the directory. */
  looksUpWindows(grouped: boolean): boolean;
  /** What stands behind a column that is one of what a query finds. */
  anyOf(query: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Whether rows that are added up within a window and a bucket, in the order of the key, need no sort. */
  readonly groupsInWindows: boolean;
  /** How buckets are added up one by one, where that is fastest. */
  readonly eachBucket?: EachBucket;
  /**
   * Whether the sum of doubles that are whole is the number that it should be, not one that was rounded on the way: a
   * condition.
   */
  exactSum(doubles: RawBuilder<unknown>, sum: RawBuilder<unknown>): RawBuilder<unknown>;
  /** A value times its count, where `exactSum` would not tell that it was rounded itself. */
  product?(value: RawBuilder<unknown>, count: RawBuilder<unknown>): RawBuilder<unknown>;
  /** A column in SELECT, so that the driver cannot lose any of it. */
  select(column: Column, reference: RawBuilder<unknown>): RawBuilder<unknown>;
  /** How long columns come in one value, where rows cost more. */
  readonly packings?: { readonly [K in ColumnKind]?: Packing };
  /** How text is bound and read, so that it compares byte for byte. */
  readonly text: { bind(text: string): string | Uint8Array; read(column: unknown): string };
  /** From a value to what the driver binds; kinds that it takes as they are are left out, and text. */
  readonly bind: { readonly [K in OtherKind]?: (value: unknown) => unknown };
  /** From what the driver returns to a value; kinds that it returns as they are are left out. */
  readonly read: { readonly [K in OtherKind]?: (value: unknown) => unknown };
  /** What stands between CREATE INDEX and the columns. Without it, CREATE TABLE says which indexes there are. */
  indexOn?(index: string, table: string): RawBuilder<unknown>;
  /** Finds the names of the tables that are there, of those given, in a schema or in that of the connection. */
  tablesAmong(names: RawBuilder<unknown>, schema: string | undefined): RawBuilder<unknown>;
  /** The columns of the tables that are there, of those given: table, column, and its place in the primary key. */
  columnsAmong(names: RawBuilder<unknown>, schema: string | undefined): RawBuilder<unknown>;
  /** The name of the sequence of a series that the user may insert into, and not use; no row where all is well. */
  unusableSequence?(table: string, schema: string | undefined): RawBuilder<unknown>;
  /** Runs the CREATE TABLE IF NOT EXISTS of several processes at once. */
  createTables(creations: readonly Creation[], connection: Connection): Promise<void>;
  /** Whether an error is the server's word that the statement, or the commit, was not carried out. */
  isRefusal(error: unknown): boolean;
  /** Whether an error says that the partition of a row is missing. */
  isMissingPartition(error: unknown): boolean;
  /** Whether the same transaction can succeed when it is tried again: deadlock, serialization failure. */
  isTransient(error: unknown): boolean;
  /** Whether a refusal is of the server as a whole, not of what was written: locked, full, read-only. */
  isGeneral(error: unknown): boolean;
}

type OtherKind = Exclude<ColumnKind, 'key' | 'text'>;

/** Statements to send before and after a result that is larger than what the server returns at once. */
export interface LargeResults {
  isTooLarge(error: unknown): boolean;
  readonly begin: string;
  readonly end: string;
}

/** A table, and its CREATE TABLE IF NOT EXISTS. */
export interface Creation {
  readonly table: string;
  readonly statement: Statement;
}

/** How an upsert changes a column of an existing row: adds to it, takes the new value, or makes it NULL. */
export interface Change {
  readonly column: string;
  readonly how: 'add' | 'replace' | 'clear';
}
