import type { Statistic, StoredData, TimeseriesType } from '@kairos/core';
import type { types } from 'cassandra-driver';
import type { IntegerColumn } from '../session/integer.js';
import type { CqlType } from '../values/value-type.js';

/** A row of a data table: the columns that its form selects, with `bucket` and `resolution`. */
export type DataRow = types.Row;

/** The context that rows need besides the data. */
export interface RowContext {
  /** A time UUID of the moment when the write began; empty for counters. */
  readonly arrival: string;
  readonly integer: IntegerColumn;
}

/** How the data of one type is stored in rows under the key of a bucket. */
export interface RowForm<T extends TimeseriesType = TimeseriesType> {
  /** The end of the table's name. */
  readonly suffix: string;
  /** The declaration of the columns after the bucket's key. */
  readonly columns: string;
  /** Those of these columns that belong to the primary key. */
  readonly clustering: readonly string[];
  /** The column that holds the values, if there is one. */
  readonly value: { readonly column: string; readonly cql: CqlType } | null;
  /** Whether the table holds counters: whole numbers, no TTL, and updates that must not be applied twice. */
  readonly counter: boolean;
  /** The columns to read. */
  readonly selected: string;
  /** The statement that writes a row, the same for rows of one length. `bind` returns its parameters. */
  write(table: string, row: readonly unknown[]): string;
  /** The rows of some data, each without its key. */
  rowsOf(data: StoredData<T>, context: RowContext): Iterable<readonly unknown[]>;
  /** `key` is name, interval, window, bucket and resolution; `ttl` is in seconds, 0 for none. */
  bind(key: readonly unknown[], row: readonly unknown[], ttl: number): unknown[];
  /** Whether a row holds data. Counters that were reset do not. */
  isData(row: DataRow): boolean;
  /** Makes the data of a bucket from its rows, all of which hold data. */
  dataOf(rows: readonly DataRow[]): unknown;
  /**
   * How Cassandra can add up many rows; with `statistics`, the statistics of their values suffice. `null`, or absent,
   * if it cannot.
   */
  aggregate?(statistics: ReadonlySet<Statistic> | null): Aggregate | null;
}

/** One row in place of many, with the `bucket` and `resolution` of one of them. */
export interface Aggregate {
  /** The columns to read. */
  readonly selected: string;
  /** Whether the last row replaces all others. */
  readonly last: boolean;
  /** The data of the row: `undefined` if there is none, `null` if Cassandra cannot add it up exactly. */
  dataOf(row: DataRow): unknown;
}

/** A form with counters. Rows of counters cannot be deleted and written again, so `erase` resets them. */
export interface CounterForm<T extends TimeseriesType = TimeseriesType> extends RowForm<T> {
  /** The statement that resets a row. `bindErasure` returns its parameters. */
  erase(table: string): string;
  /** `null` if the row has nothing to reset. */
  bindErasure(key: readonly unknown[], row: DataRow): unknown[] | null;
}

export const KEY_COLUMNS = ['name', 'interval', 'window', 'bucket', 'resolution'] as const;
export const WHERE_BUCKET = KEY_COLUMNS.map((column) => `${column} = ?`).join(' AND ');

/** An INSERT of a bucket's key and other columns. */
export function insertInto(table: string, columns: readonly string[]): string {
  const all = [...KEY_COLUMNS, ...columns];
  return `INSERT INTO ${table} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')}) USING TTL ?`;
}

export const bindInsert: RowForm['bind'] = (key, row, ttl) => [...key, ...row, ttl];

export function isCounterForm<T extends TimeseriesType>(form: RowForm<T>): form is CounterForm<T> {
  return form.counter;
}
